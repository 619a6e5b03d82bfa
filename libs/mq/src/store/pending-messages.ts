import { RecordKind, type RecordDraft, type RecordPlace } from './record.js';
import { TimerHeap } from './timer-heap.js';

/** What a checkpoint keeps of it. */
export interface PendingState {
  /** Pairs of delivery time (ms) and physical offset of the DELAYED records that are not delivered yet. */
  timers: Float64Array;
  delayedByTopic: Record<string, number>;
  /** Physical offset and store time (ms) of each HALF record that is neither committed nor rolled back. */
  halfMessages: [number, number][];
}

/** Stored messages that are not visible yet: those that wait for their delivery time, and first halves of transactions. */
export class PendingMessages {
  /** DELAYED records by delivery time. One that was taken out stays in #firing until its MESSAGE or ROLLBACK is stored. */
  timers = new TimerHeap();
  readonly #firing = new Map<number, number>();
  readonly #delayedByTopic = new Map<string, number>();
  /** HALF records that wait for commit or rollback, with the time they were stored (ms). */
  readonly halfMessages = new Map<number, number>();
  /** Half messages whose commit or rollback is being written. */
  readonly #settling = new Set<number>();
  /** Offsets that the replay found settled. */
  #settled = new Set<number>();
  #countedFrom: number | undefined;

  /** Takes a record that was just stored. */
  apply(draft: RecordDraft, place: RecordPlace): void {
    if (draft.kind === RecordKind.DELAYED) this.timers.push(draft.deliverAtMs ?? 0, place.physicalOffset);
    this.#count(draft, place);
    this.#firing.delete(draft.sourceOffset ?? 0);
  }

  /** What a record settles counts only where it was counted itself: it may have left the log. */
  #count(draft: RecordDraft, { physicalOffset, storeTimestampMs }: RecordPlace, countedFrom = 0): void {
    const { kind, topic, deliverAtMs, sourceOffset = 0 } = draft;
    if (kind === RecordKind.HALF) this.halfMessages.set(physicalOffset, storeTimestampMs);
    if (kind === RecordKind.DELAYED) this.#delayedByTopic.set(topic, this.delayedCountOf(topic) + 1);
    if (sourceOffset === 0) return;
    const wasHalf = this.halfMessages.delete(sourceOffset);
    this.#settling.delete(sourceOffset);
    if (deliverAtMs && !wasHalf && sourceOffset >= countedFrom)
      this.#delayedByTopic.set(topic, this.delayedCountOf(topic) - 1);
  }

  /** Starts with what was pending at a checkpoint; without it, the replay knows only of what the log still holds. */
  restore({ timers, delayedByTopic, halfMessages }: PendingState): void {
    this.#countedFrom = 0;
    this.timers = new TimerHeap(timers.length / 2);
    for (let i = 0; i < timers.length; i += 2) this.timers.push(timers[i] as number, timers[i + 1] as number);
    for (const [topic, count] of Object.entries(delayedByTopic)) this.#delayedByTopic.set(topic, count);
    for (const [offset, storedMs] of halfMessages) this.halfMessages.set(offset, storedMs);
  }

  /** Takes a record that was stored after the checkpoint, by an earlier run; call endReplay() behind the last. */
  replay(draft: RecordDraft, place: RecordPlace): void {
    if (draft.kind === RecordKind.DELAYED) this.timers.push(draft.deliverAtMs ?? 0, place.physicalOffset);
    this.#countedFrom ??= place.physicalOffset;
    this.#count(draft, place, this.#countedFrom);
    if (draft.sourceOffset) this.#settled.add(draft.sourceOffset);
  }

  /** Drops the timers that were settled after the checkpoint. */
  endReplay(): void {
    if (this.#settled.size === 0) return;
    const all = this.timers;
    this.timers = new TimerHeap(all.size);
    all.forEach((dueMs, offset) => {
      if (!this.#settled.has(offset)) this.timers.push(dueMs, offset);
    });
    this.#settled = new Set();
  }

  state(): PendingState {
    const timers = new Float64Array(2 * (this.timers.size + this.#firing.size));
    let at = 0;
    const add = (dueMs: number, offset: number) => {
      timers[at++] = dueMs;
      timers[at++] = offset;
    };
    this.timers.forEach(add);
    this.#firing.forEach((dueMs, offset) => add(dueMs, offset));
    return {
      timers,
      delayedByTopic: Object.fromEntries(this.#delayedByTopic),
      halfMessages: [...this.halfMessages],
    };
  }

  /** Where the oldest of them stands, Infinity when there is none. */
  oldestOffset(): number {
    let oldest = Infinity;
    const look = (offset: number) => {
      if (offset < oldest) oldest = offset;
    };
    this.timers.forEach((_dueMs, offset) => look(offset));
    for (const offset of this.#firing.keys()) look(offset);
    for (const offset of this.halfMessages.keys()) look(offset);
    return oldest;
  }

  /** Offset of the earliest timer that is due; it counts as firing until its message is stored or it is returned. */
  takeDueTimer(nowMs: number): number | undefined {
    if (this.timers.nextDueMs > nowMs) return undefined;
    const dueMs = this.timers.nextDueMs;
    const offset = this.timers.pop() as number;
    this.#firing.set(offset, dueMs);
    return offset;
  }

  returnTimer(physicalOffset: number, dueMs: number): void {
    this.#firing.delete(physicalOffset);
    this.timers.push(dueMs, physicalOffset);
  }

  /** The record of a due timer is unreadable. */
  dropTimer(physicalOffset: number): void {
    this.#firing.delete(physicalOffset);
  }

  /** Claims a pending half message, so that it is settled once; false when it is settled or claimed already. */
  takeHalf(physicalOffset: number): boolean {
    if (!this.halfMessages.has(physicalOffset) || this.#settling.has(physicalOffset)) return false;
    this.#settling.add(physicalOffset);
    return true;
  }

  returnHalf(physicalOffset: number): void {
    this.#settling.delete(physicalOffset);
  }

  /** Takes a timer out before its time, to recall its message; false when it has fired or was recalled. */
  takeTimer(physicalOffset: number): boolean {
    const dueMs = this.timers.remove(physicalOffset);
    if (dueMs !== undefined) this.#firing.set(physicalOffset, dueMs);
    return dueMs !== undefined;
  }

  get delayedCount(): number {
    return this.timers.size + this.#firing.size;
  }

  delayedCountOf(topic: string): number {
    return this.#delayedByTopic.get(topic) ?? 0;
  }
}
