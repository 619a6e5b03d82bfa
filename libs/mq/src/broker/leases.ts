import { BrokerError, Code } from './code.js';
import { type Held, HeldState } from './held-message.js';
import type { ReceiptHandle } from './receipt-handle.js';

const AUTO_RENEW_LIMIT_MS = 3 * 3600_000;
const RELEASE_AFTER_MS = 1000;
/** All leases are looked at when one ends; for each so many the next look waits for 1 ms, which bounds its share of the CPU. */
const LEASES_PER_MS_OF_REST = 2000;

export interface LeaseRules {
  /** First lease of an auto-renewed delivery and each renewal, ms. */
  readonly pushLeaseMs: number;
  isAlive(clientId: string): boolean;
  /** Pause before the next delivery after `attempts` deliveries, ms. */
  retryDelayMs(attempts: number): number;
  /** A message may have become deliverable earlier than nextLookMs said. */
  changed(): void;
}

/** The messages of one queue that a group has not finished, and until when each of them is leased. */
export class Leases {
  readonly #held = new Map<number, Held>();
  /** No lease ends before this time. */
  #nextEndMs = Infinity;
  #restUntilMs = 0;

  constructor(private readonly rules: LeaseRules) {}

  get size(): number {
    return this.#held.size;
  }

  get(offset: number): Held | undefined {
    return this.#held.get(offset);
  }

  has(held: Held): boolean {
    return this.#held.get(held.offset) === held;
  }

  add(held: Held): void {
    this.#held.set(held.offset, held);
  }

  remove(held: Held): void {
    this.#held.delete(held.offset);
  }

  clear(): void {
    this.#held.clear();
    this.#nextEndMs = Infinity;
  }

  values(): IterableIterator<Held> {
    return this.#held.values();
  }

  /** When endDue() has something to do again. */
  get nextLookMs(): number {
    return Math.max(this.#nextEndMs, this.#restUntilMs);
  }

  /** A lease ends at this time. */
  expect(endMs: number): void {
    this.#nextEndMs = Math.min(this.#nextEndMs, endMs);
  }

  /** Renews leases that are over, or ends them: `over` gets those. */
  endDue(nowMs: number, over: (held: Held) => void): void {
    if (nowMs < this.nextLookMs) return;
    this.#restUntilMs = nowMs + Math.floor(this.#held.size / LEASES_PER_MS_OF_REST);
    let next = Infinity;
    for (const held of this.#held.values()) {
      if (held.lane && held.lane.head !== held) continue;
      if (held.state === HeldState.LEASED && held.visibleAtMs <= nowMs && !this.#renew(held, nowMs)) over(held);
      if (held.state === HeldState.LEASED) next = Math.min(next, held.visibleAtMs);
    }
    this.#nextEndMs = next;
  }

  #renew(held: Held, nowMs: number): boolean {
    if (!held.autoRenew || !this.rules.isAlive(held.clientId)) return false;
    held.autoRenew = nowMs - held.leasedSinceMs < AUTO_RENEW_LIMIT_MS;
    held.visibleAtMs = nowMs + (held.autoRenew ? this.rules.pushLeaseMs : this.rules.retryDelayMs(held.attempts));
    return true;
  }

  /**
   * The leased message of a handle; undefined when it lies before `cursor`, is finished, and the handle is still in time.
   * Throws BrokerError INVALID_RECEIPT_HANDLE when the lease is over or was replaced.
   */
  leasedBy(handle: ReceiptHandle, cursor: number, nowMs: number): Held | undefined {
    const held = this.#held.get(handle.offset);
    const inTime = handle.expiresAtMs === 0 || handle.expiresAtMs > nowMs;
    if (!held && handle.offset < cursor && inTime) return undefined;
    const current =
      held && held.state === HeldState.LEASED && held.attempts === handle.attempts && held.renewals === handle.renewals;
    const leaseRuns = held && (held.visibleAtMs > nowMs || (held.autoRenew && this.rules.isAlive(held.clientId)));
    if (!held || !current || !leaseRuns)
      throw new BrokerError(Code.INVALID_RECEIPT_HANDLE, 'the receipt handle is expired');
    return held;
  }

  /** Sets the end of a lease; the broker does not renew it any more. */
  endAt(held: Held, visibleAtMs: number): void {
    held.autoRenew = false;
    held.visibleAtMs = visibleAtMs;
    this.expect(visibleAtMs);
    this.rules.changed();
  }

  /** Ends the auto-renewed leases of a client that is gone. */
  releaseClient(clientId: string, nowMs: number): void {
    for (const held of this.#held.values()) if (held.clientId === clientId && held.pushed) this.release(held, nowMs);
  }

  /** Ends the auto-renewed leases of clients that did not come back after a restart of the broker. */
  releaseClientsThatAreGone(nowMs: number): void {
    for (const held of this.#held.values())
      if (held.pushed && !this.rules.isAlive(held.clientId)) this.release(held, nowMs);
  }

  /**
   * The connection of a client broke: its youngest deliveries may be lost on the way. They are not renewed any more, so
   * that they come again when the client, though alive, never got them.
   */
  stopRenewing(clientId: string, nowMs: number): void {
    for (const held of this.#held.values()) {
      if (held.clientId === clientId && nowMs - held.leasedSinceMs < this.rules.pushLeaseMs) held.autoRenew = false;
    }
  }

  /** Lets the message go to others soon. */
  release(held: Held, nowMs: number): void {
    if (held.state !== HeldState.LEASED) return;
    held.pushed = false;
    held.lost = true;
    this.endAt(held, Math.min(held.visibleAtMs, nowMs + RELEASE_AFTER_MS));
  }

  /** Messages that are invisible: delivered, waiting for their next delivery, or on their way to the dead letters. */
  inflight(nowMs: number): number {
    let count = 0;
    for (const { state, autoRenew, visibleAtMs } of this.#held.values())
      if (state === HeldState.MOVING || (state === HeldState.LEASED && (autoRenew || visibleAtMs > nowMs))) count++;
    return count;
  }
}
