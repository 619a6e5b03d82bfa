/**
 * Pending delivery times, earliest first: a binary heap in two typed arrays, 16 bytes a message, so that a million delay
 * messages cost 16 MB and no garbage.
 */
export class TimerHeap {
  #dueMs = new Float64Array(256);
  #offsets = new Float64Array(256);
  size = 0;

  push(dueMs: number, physicalOffset: number): void {
    if (this.size === this.#dueMs.length) this.#grow();
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#dueMs[parent] as number) <= dueMs) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, dueMs, physicalOffset);
  }

  /** Earliest delivery time, Infinity when empty. */
  get nextDueMs(): number {
    return this.size === 0 ? Infinity : (this.#dueMs[0] as number);
  }

  /** Removes the earliest and returns its physical offset, undefined when empty. */
  pop(): number | undefined {
    if (this.size === 0) return undefined;
    const first = this.#offsets[0] as number;
    const dueMs = this.#dueMs[--this.size] as number;
    const offset = this.#offsets[this.size] as number;
    let at = 0;
    for (let child = 1; child < this.size; child = 2 * at + 1) {
      if (child + 1 < this.size && (this.#dueMs[child + 1] as number) < (this.#dueMs[child] as number)) child++;
      if ((this.#dueMs[child] as number) >= dueMs) break;
      this.#move(child, at);
      at = child;
    }
    if (this.size > 0) this.#set(at, dueMs, offset);
    return first;
  }

  forEach(visit: (dueMs: number, physicalOffset: number) => void): void {
    for (let i = 0; i < this.size; i++) visit(this.#dueMs[i] as number, this.#offsets[i] as number);
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#dueMs[from] as number, this.#offsets[from] as number);
  }

  #set(at: number, dueMs: number, offset: number): void {
    this.#dueMs[at] = dueMs;
    this.#offsets[at] = offset;
  }

  #grow(): void {
    const dueMs = new Float64Array(this.size * 2);
    const offsets = new Float64Array(this.size * 2);
    dueMs.set(this.#dueMs);
    offsets.set(this.#offsets);
    this.#dueMs = dueMs;
    this.#offsets = offsets;
  }
}
