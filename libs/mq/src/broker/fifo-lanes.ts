import { type Held, HeldState } from './held-message.js';

/** Messages of busy message groups that a queue looks past before it stops scanning. */
const MAX_PASSED_OVER = 512;

/**
 * The unfinished messages of one message group in one queue, in order. The first `leased` of them were delivered
 * together; nothing behind them is handed out before all of those are done.
 */
export class FifoLane {
  readonly items: Held[] = [];
  leased = 0;
  /** The batch that they were leased in: it alone may take the next message of the lane along. */
  batch: object | undefined;
  /** The receive call that they were leased to; it gets them again when it has to be tried again. */
  attemptId: string | undefined;

  constructor(readonly messageGroupHash: number) {}

  get head(): Held {
    return this.items[0] as Held;
  }
}

const NONE: readonly FifoLane[] = [];

/** The busy message groups of one queue. */
export class FifoLanes {
  readonly #lanes = new Map<number, FifoLane>();
  /** Lanes whose first message may be delivered. */
  readonly #free = new Set<FifoLane>();
  /** Leased lanes by the receive call that has them. */
  readonly #attempts = new Map<string, Set<FifoLane>>();
  /** Messages behind the cursor that were never delivered, because their lane is busy. */
  passedOver = 0;

  get mayPassOver(): boolean {
    return this.passedOver < MAX_PASSED_OVER;
  }

  get anyFree(): boolean {
    return this.#free.size > 0;
  }

  free(): Iterable<FifoLane> {
    return this.#free;
  }

  /** The lanes whose messages this very receive call was given, when it is tried again because it failed. */
  ofAttempt(attemptId: string | undefined): readonly FifoLane[] {
    const lanes = attemptId === undefined ? undefined : this.#attempts.get(attemptId);
    return lanes ? [...lanes] : NONE;
  }

  /** Messages of the lane go to a receive call. */
  lease(lane: FifoLane, batch: object, attemptId: string | undefined): void {
    lane.batch = batch;
    if (lane.attemptId === attemptId) return;
    this.#endAttempt(lane);
    lane.attemptId = attemptId;
    if (attemptId === undefined) return;
    let lanes = this.#attempts.get(attemptId);
    if (!lanes) this.#attempts.set(attemptId, (lanes = new Set()));
    lanes.add(lane);
  }

  #endAttempt(lane: FifoLane): void {
    if (lane.attemptId === undefined) return;
    const lanes = this.#attempts.get(lane.attemptId);
    lanes?.delete(lane);
    if (lanes?.size === 0) this.#attempts.delete(lane.attemptId);
    lane.attemptId = undefined;
  }

  /** True when the next message of the group has to wait: earlier ones are unfinished and not in this very batch. */
  isBusy(messageGroupHash: number, batch: object): boolean {
    const lane = this.#lanes.get(messageGroupHash);
    return lane !== undefined && (lane.batch !== batch || lane.leased < lane.items.length);
  }

  /** Puts a message at the end of its lane. */
  join(held: Held, messageGroupHash: number): FifoLane {
    let lane = this.#lanes.get(messageGroupHash);
    if (!lane) this.#lanes.set(messageGroupHash, (lane = new FifoLane(messageGroupHash)));
    lane.items.push(held);
    held.lane = lane;
    return lane;
  }

  passOver(held: Held, messageGroupHash: number): void {
    this.join(held, messageGroupHash);
    this.passedOver++;
  }

  /** Messages come in order; what was delivered before the restart still blocks its lane. */
  restore(held: Held, messageGroupHash: number): void {
    const lane = this.join(held, messageGroupHash);
    if (held.attempts === 0) this.passedOver++;
    else lane.leased = lane.items.length;
    this.settle(lane);
  }

  /** The lease of the head is over: the whole delivery comes again, or a later message could overtake the head. */
  reopen(lane: FifoLane): void {
    for (const item of lane.items) {
      item.ackedEarly = false;
      item.state = HeldState.READY;
    }
    lane.leased = 0;
    this.#endAttempt(lane);
    this.#free.add(lane);
  }

  /** Call after messages of the lane were delivered or removed. */
  settle(lane: FifoLane): void {
    if (lane.leased === 0) this.#endAttempt(lane);
    if (lane.items.length === 0) this.#lanes.delete(lane.messageGroupHash);
    if (lane.items.length > 0 && lane.leased === 0) this.#free.add(lane);
    else this.#free.delete(lane);
  }

  /** Marks one as done and returns those that are finished with it: it and acked ones behind it, unless it has to wait. */
  finish(held: Held, lane: FifoLane): Held[] {
    held.ackedEarly = true;
    let count = 0;
    while (count < lane.leased && (lane.items[count] as Held).ackedEarly) count++;
    lane.leased -= count;
    return lane.items.slice(0, count);
  }
}
