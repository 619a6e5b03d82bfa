import { ENTRY_BYTES, entryAt, type QueueEntry } from '../store/consume-queue.js';
import type { DeliveryOutcome } from '../store/delivery-trace.js';
import type { HeldMessage } from '../store/progress-replay.js';
import type { StoredRecord } from '../store/record.js';
import { BrokerError, Code } from './code.js';
import type { Delivery, QueueSurroundings, TakeRequest } from './delivery.js';
import { type FifoLane, FifoLanes } from './fifo-lanes.js';
import { Held, HeldState } from './held-message.js';
import { Leases } from './leases.js';
import type { ReceiptHandle } from './receipt-handle.js';

/** A dead letter that the store refuses is tried again after as long as it has waited already, within these bounds. */
const MIN_MOVE_RETRY_MS = 1000;
const MAX_MOVE_RETRY_MS = 60_000;
const SCAN_ENTRIES_PER_TURN = 4096;
/** Of filters that have to read the messages. */
const SCAN_MESSAGES_PER_TURN = 256;
const READ_ENTRIES = 128;
/** A group that receives and never acks stops here, before it fills the memory (about 20 MB a queue). */
const MAX_UNFINISHED = 100_000;

/**
 * How far one consumer group has come in one queue: a cursor into the ConsumeQueue plus the messages before it that are
 * not finished. Memory is spent on unfinished messages only.
 */
export class QueueProgress {
  cursor = 0;
  readonly leases: Leases;
  #ready: Held[] = [];
  #lanes = new FifoLanes();

  constructor(private readonly around: QueueSurroundings) {
    this.leases = new Leases(around);
  }

  /**
   * Restores what the progress log says, as of the last start. What push consumers had is not renewed any more: it may have
   * been lost on its way when the broker was killed, although the client lives. They have one more lease to finish it.
   */
  restore(cursor: number, messages: HeldMessage[], nowMs: number): void {
    const { queue, pushLeaseMs } = this.around;
    // After a power cut the log may end before a message that was handed out. Others get its place.
    this.cursor = Math.min(cursor, queue.maxOffset);
    for (const message of messages.sort((a, b) => a.offset - b.offset)) {
      const entry = queue.entry(message.offset);
      if (!entry) continue;
      const held = Object.assign(new Held(message.offset), message, {
        leasedSinceMs: nowMs,
        traced: message.renewals > 0,
        pushed: message.autoRenew,
        autoRenew: false,
        visibleAtMs: message.autoRenew ? nowMs + pushLeaseMs : message.visibleAtMs,
      });
      this.leases.add(held);
      if (held.attempts > 0) held.state = HeldState.LEASED;
      if (entry.messageGroupHash !== 0) this.#lanes.restore(held, entry.messageGroupHash);
    }
    this.leases.expect(0);
  }

  /** Hands out redeliveries first, then new messages, until the request is full or the queue has nothing more for it. */
  take(request: TakeRequest, nowMs: number): void {
    this.leases.endDue(nowMs, (held) => this.#endLease(held, nowMs));
    for (const lane of this.#lanes.ofAttempt(request.attemptId)) this.#takeAgain(lane, request, nowMs);
    while (this.#ready.length > 0 && hasRoom(request)) this.#deliver(this.#ready.shift() as Held, request, nowMs);
    for (const lane of this.#lanes.free()) {
      if (!hasRoom(request)) return;
      this.#takeLane(lane, request, nowMs);
    }
    if (hasRoom(request)) this.#takeNew(request, nowMs);
  }

  /** The receive call failed on its way and is tried again: it gets the same, which does not count as another delivery. */
  #takeAgain(lane: FifoLane, request: TakeRequest, nowMs: number): void {
    lane.batch = request.taken;
    for (const held of lane.items.slice(0, lane.leased)) {
      if (held.ackedEarly || held.renewals > 0 || held.state !== HeldState.LEASED || !hasRoom(request)) continue;
      const record = this.#recordOf(held);
      if (!record) continue;
      held.attempts--;
      this.#hand(held, record, request, nowMs);
    }
  }

  #takeLane(lane: FifoLane, request: TakeRequest, nowMs: number): void {
    this.#lanes.lease(lane, request.taken, request.attemptId);
    while (lane.leased < lane.items.length && hasRoom(request)) {
      const held = lane.items[lane.leased] as Held;
      if (held.attempts === 0) this.#lanes.passedOver--;
      // A message that the filter refuses or that is unreadable leaves the lane.
      if (this.#deliver(held, request, nowMs)) lane.leased++;
    }
    this.#lanes.settle(lane);
  }

  #takeNew(request: TakeRequest, nowMs: number): void {
    const { queue } = this.around;
    this.cursor = Math.max(this.cursor, queue.minOffset);
    const scanEnd = this.cursor + (request.filter.readsMessages ? SCAN_MESSAGES_PER_TURN : SCAN_ENTRIES_PER_TURN);
    const takenBefore = request.taken.length + this.#lanes.passedOver;
    scan: while (this.cursor < queue.maxOffset && this.leases.size < MAX_UNFINISHED) {
      if (this.cursor >= scanEnd) {
        request.unfinished = true;
        break;
      }
      const entries = queue.read(this.cursor, READ_ENTRIES);
      if (entries.length === 0) break;
      for (let at = 0; at < entries.length; at += ENTRY_BYTES) {
        if (!hasRoom(request) || !this.#takeEntry(entryAt(entries, at), request, nowMs)) break scan;
        this.cursor++;
      }
    }
    if (request.taken.length + this.#lanes.passedOver !== takenBefore) this.around.logAdvance(this.cursor);
  }

  /** False when the entry has to wait and so must everything behind it. */
  #takeEntry(entry: QueueEntry, request: TakeRequest, nowMs: number): boolean {
    if (!request.filter.mayMatch(entry.tagHash)) return true;
    const fifo = entry.messageGroupHash !== 0;
    const busy = fifo && this.#lanes.isBusy(entry.messageGroupHash, request.taken);
    if (busy && !this.#lanes.mayPassOver) return false;
    // What a SQL filter refuses leaves no trace; a message that waits for its message group is looked at in its turn.
    const record = request.filter.readsMessages && !busy ? this.around.read(entry) : undefined;
    if (record && !request.filter.matches(record)) return true;
    const held = new Held(this.cursor);
    this.leases.add(held);
    if (busy) {
      this.#lanes.passOver(held, entry.messageGroupHash);
      this.around.logHold(held);
      return true;
    }
    const lane = fifo ? this.#lanes.join(held, entry.messageGroupHash) : undefined;
    const delivered = this.#deliver(held, request, nowMs, entry, record);
    if (lane) {
      this.#lanes.lease(lane, request.taken, request.attemptId);
      if (delivered) lane.leased++;
      this.#lanes.settle(lane);
    }
    return true;
  }

  #deliver(held: Held, request: TakeRequest, nowMs: number, known?: QueueEntry, wanted?: StoredRecord): boolean {
    const record = wanted ?? (known ? this.around.read(known) : this.#recordOf(held));
    if (!record || (!wanted && held.attempts === 0 && !request.filter.matches(record))) {
      this.#forget(held);
      return false;
    }
    this.#hand(held, record, request, nowMs);
    return true;
  }

  #recordOf(held: Held): StoredRecord | undefined {
    const entry = this.around.queue.entry(held.offset);
    return entry && this.around.read(entry);
  }

  #hand(held: Held, record: StoredRecord, request: TakeRequest, nowMs: number): void {
    held.lease(request.clientId, request.autoRenew, nowMs, request.invisibleMs);
    this.leases.expect(held.visibleAtMs);
    this.around.logHold(held);
    request.taken.push({ record, held, attempts: held.attempts, progress: this });
    request.bytesLeft -= record.recordBytes;
  }

  #endLease(held: Held, nowMs: number): void {
    this.#trace(held, held.lost ? 'lost' : 'expired', nowMs);
    if (held.attempts >= this.around.maxAttempts()) {
      void this.#moveToDeadLetters(held, nowMs);
      return;
    }
    held.state = HeldState.READY;
    if (!held.lane) {
      this.#ready.push(held);
      return;
    }
    this.#lanes.reopen(held.lane);
  }

  /** Tells once what became of the last delivery. */
  #trace(held: Held, outcome: DeliveryOutcome, nowMs: number): void {
    if (held.traced || held.attempts === 0) return;
    held.traced = true;
    this.around.trace(held, outcome, nowMs);
  }

  /** True when take() might find something now: a new message, one whose lease is over, or one that waited for another. */
  mayDeliver(nowMs: number): boolean {
    return (
      this.cursor < this.around.queue.maxOffset ||
      this.#ready.length > 0 ||
      this.#lanes.anyFree ||
      this.leases.nextLookMs <= nowMs
    );
  }

  /** Throws BrokerError INVALID_RECEIPT_HANDLE when the lease is over or was replaced. */
  ack(handle: ReceiptHandle, nowMs: number): void {
    const held = this.leases.leasedBy(handle, this.cursor, nowMs);
    if (!held) return;
    this.around.trace(held, 'acked', nowMs);
    held.traced = true;
    this.#finish(held);
  }

  /** Ends the lease at now + durationMs and returns the new handle. Errors as ack(). */
  changeInvisible(handle: ReceiptHandle, durationMs: number, nowMs: number): ReceiptHandle {
    const held = this.leases.leasedBy(handle, this.cursor, nowMs);
    if (!held || held.ackedEarly)
      throw new BrokerError(Code.INVALID_RECEIPT_HANDLE, 'the message is already acknowledged');
    held.renewals++;
    // What others wait for from a push consumer is its next attempt; a simple consumer asks for more time.
    if (held.pushed) this.#trace(held, 'failed', nowMs);
    held.pushed = false;
    this.leases.endAt(held, nowMs + durationMs);
    this.around.logHold(held);
    return { ...handle, renewals: held.renewals, expiresAtMs: held.visibleAtMs };
  }

  /** Moves the message to the dead-letter queue now. Rejects with a store error when it could not be written. */
  async forwardToDeadLetters(handle: ReceiptHandle, nowMs: number): Promise<void> {
    const held = this.leases.leasedBy(handle, this.cursor, nowMs);
    if (!held) return;
    this.#trace(held, 'failed', nowMs);
    if (!(await this.#moveToDeadLetters(held, nowMs))) {
      throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'the dead letter could not be stored');
    }
  }

  #finish(held: Held): void {
    const { lane } = held;
    if (!lane) {
      this.#forget(held);
      return;
    }
    for (const finished of this.#lanes.finish(held, lane)) this.#forget(finished);
    this.#lanes.settle(lane);
    if (lane.leased > 0) this.leases.expect(lane.head.visibleAtMs);
    this.around.changed();
  }

  #forget(held: Held): void {
    this.leases.remove(held);
    held.lane?.items.splice(held.lane.items.indexOf(held), 1);
    this.around.logDone(held.offset);
  }

  async #moveToDeadLetters(held: Held, nowMs: number): Promise<boolean> {
    held.state = HeldState.MOVING;
    const record = this.#recordOf(held);
    try {
      if (record) {
        await this.around.deadLetter(record);
        this.around.trace(held, 'dead', nowMs);
      }
    } catch {
      if (!this.leases.has(held)) return false;
      // The broker's log has the reason; the message keeps its place and is tried again.
      held.state = HeldState.LEASED;
      const waitedMs = nowMs - held.leasedSinceMs;
      this.leases.endAt(held, nowMs + Math.min(Math.max(waitedMs, MIN_MOVE_RETRY_MS), MAX_MOVE_RETRY_MS));
      return false;
    }
    if (this.leases.has(held)) this.#finish(held);
    return true;
  }

  /** The group goes on at `offset`, and forgets what it had not finished: an ack of that has no effect any more. */
  resetTo(offset: number): void {
    const nowMs = Date.now();
    for (const held of this.leases.values()) {
      this.#trace(held, 'reset', nowMs);
      this.around.logDone(held.offset);
    }
    this.leases.clear();
    this.#ready = [];
    this.#lanes = new FifoLanes();
    this.cursor = Math.min(Math.max(offset, this.around.queue.minOffset), this.around.queue.maxOffset);
    this.around.logAdvance(this.cursor);
    this.around.changed();
  }

  /** The delivery did not reach its client. */
  releaseDelivery(delivery: Delivery, nowMs: number): void {
    const { held, attempts } = delivery;
    if (this.leases.has(held) && held.attempts === attempts) this.leases.release(held, nowMs);
  }

  /** ready: could be delivered now; inflight: delivered or waiting for the next delivery; lag: both. */
  counts(nowMs: number): { ready: number; inflight: number; lag: number } {
    const inflight = this.leases.inflight(nowMs);
    return { ready: this.lag - inflight, inflight, lag: this.lag };
  }

  /** Messages that the group has not finished. */
  get lag(): number {
    const { minOffset, maxOffset } = this.around.queue;
    return maxOffset - Math.max(this.cursor, minOffset) + this.leases.size;
  }

  /** Offset of the oldest message that the group has not finished; undefined when there is none. */
  oldestUnfinished(): number | undefined {
    const { minOffset, maxOffset } = this.around.queue;
    let oldest = Math.max(this.cursor, minOffset);
    for (const { offset } of this.leases.values()) oldest = Math.min(oldest, offset);
    return oldest < maxOffset ? oldest : undefined;
  }

  /** The unfinished message at an offset; undefined when it is finished or was never delivered. */
  held(offset: number): Held | undefined {
    return this.leases.get(offset);
  }

  heldMessages(): IterableIterator<HeldMessage> {
    return this.leases.values();
  }
}

function hasRoom(request: TakeRequest): boolean {
  return request.taken.length < request.maxMessages && request.bytesLeft > 0;
}
