/**
 * Pending delivery times, earliest first: a binary heap in two typed arrays, 16 bytes a message, so that a million delay
 * messages cost 16 MB and no garbage.
 */
export class TimerHeap {
  #dueMs: Float64Array;
  #offsets: Float64Array;
  size = 0;

  constructor(capacity = 256) {
    this.#dueMs = new Float64Array(Math.max(capacity, 256));
    this.#offsets = new Float64Array(Math.max(capacity, 256));
  }

  push(dueMs: number, physicalOffset: number): void {
    if (this.size === this.#dueMs.length) this.#grow();
    this.#siftUp(this.size++, dueMs, physicalOffset);
  }

  /** Earliest delivery time, Infinity when empty. */
  get nextDueMs(): number {
    return this.size === 0 ? Infinity : (this.#dueMs[0] as number);
  }

  /** Removes the earliest and returns its physical offset, undefined when empty. */
  pop(): number | undefined {
    if (this.size === 0) return undefined;
    const first = this.#offsets[0] as number;
    this.#removeAt(0);
    return first;
  }

  /** Removes one, wherever it is, and returns its delivery time; undefined = not there. Looks at all: 1 ms a million. */
  remove(physicalOffset: number): number | undefined {
    const at = this.#offsets.subarray(0, this.size).indexOf(physicalOffset);
    if (at < 0) return undefined;
    const dueMs = this.#dueMs[at] as number;
    this.#removeAt(at);
    return dueMs;
  }

  /** The last one takes the free place, and then goes down or up to where it belongs. */
  #removeAt(free: number): void {
    const last = --this.size;
    if (free === last) return;
    const dueMs = this.#dueMs[last] as number;
    let at = free;
    for (let child = 2 * at + 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && (this.#dueMs[child + 1] as number) < (this.#dueMs[child] as number)) child++;
      if ((this.#dueMs[child] as number) >= dueMs) break;
      this.#move(child, at);
      at = child;
    }
    this.#siftUp(at, dueMs, this.#offsets[last] as number);
  }

  #siftUp(from: number, dueMs: number, offset: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#dueMs[parent] as number) <= dueMs) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, dueMs, offset);
  }

  /** Earliest first, without removing any. The heap must not change meanwhile. */
  *inOrder(): Generator<{ dueMs: number; offset: number }> {
    const due = (at: number) => this.#dueMs[at] as number;
    // Places whose parents were given, the earliest last.
    const next = this.size > 0 ? [0] : [];
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
      yield { dueMs: due(at), offset: this.#offsets[at] as number };
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child >= this.size) continue;
        let place = next.length;
        while (place > 0 && due(next[place - 1] as number) < due(child)) place--;
        next.splice(place, 0, child);
      }
    }
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
