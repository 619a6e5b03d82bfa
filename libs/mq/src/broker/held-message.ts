import type { FifoLane } from './fifo-lanes.js';
import type { HeldMessage } from '../store/progress-replay.js';

export enum HeldState {
  /** Delivered and invisible until visibleAtMs. */
  LEASED,
  /** May be delivered now. */
  READY,
  /** On its way to the dead-letter queue. */
  MOVING,
}

/** A message that the group has not finished: in flight, waiting for its next delivery, or waiting for its message group. */
export class Held implements HeldMessage {
  attempts = 0;
  renewals = 0;
  visibleAtMs = 0;
  autoRenew = false;
  /** Leased to a push consumer, whose lease ends early when it is gone. */
  pushed = false;
  clientId = '';
  state = HeldState.READY;
  leasedSinceMs = 0;
  /** When it was handed out last; 0 when that was before the last start of the broker. */
  deliveredAtMs = 0;
  /** What became of the last delivery is in the trace already. */
  traced = false;
  /** The lease was ended early because the client or its connection is gone. */
  lost = false;
  /** Acked while an earlier message of its message group is not: counts once that one is done too. */
  ackedEarly = false;
  lane: FifoLane | undefined;

  constructor(readonly offset: number) {}

  lease(clientId: string, autoRenew: boolean, nowMs: number, invisibleMs: number): void {
    this.attempts++;
    this.renewals = 0;
    this.clientId = clientId;
    this.autoRenew = autoRenew;
    this.pushed = autoRenew;
    this.leasedSinceMs = nowMs;
    this.deliveredAtMs = nowMs;
    this.traced = false;
    this.lost = false;
    this.visibleAtMs = nowMs + invisibleMs;
    this.ackedEarly = false;
    this.state = HeldState.LEASED;
  }
}
