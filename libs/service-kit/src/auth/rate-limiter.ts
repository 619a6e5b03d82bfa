import { ShopError } from '../shop-error.js';

/** Keys that are remembered. Who comes from more addresses than this has each of them forgotten in turn, and gets no further. */
const MAX_KEYS = 50_000;

export class TooManyRequests extends ShopError {
  constructor(readonly retryAfterS: number) {
    super('SHOP_TOO_MANY_REQUESTS');
  }
}

/**
 * Lets each key do so many things a second, and a burst of them at once, in the memory of one number a key: the time
 * until which it has used up its share (GCRA, a leaky bucket without the bucket).
 */
export class RateLimiter {
  private readonly busyUntilMs = new Map<string, number>();
  private readonly intervalMs: number;
  private readonly burstMs: number;

  /** @param burst things at once; less than 1 counts as 1 */
  constructor(
    perSecond: number,
    burst: number,
    private readonly nowMs: () => number = Date.now,
    private readonly maxKeys: number = MAX_KEYS,
  ) {
    this.intervalMs = 1_000 / perSecond;
    this.burstMs = this.intervalMs * Math.max(1, burst);
  }

  /** Counts one thing of this key. @throws {TooManyRequests} when it has to wait; then nothing is counted */
  enter(key: string): void {
    this.check(key);
    this.count(key);
  }

  /** @throws {TooManyRequests} when this key has to wait */
  check(key: string): void {
    const nowMs = this.nowMs();
    const waitMs = this.startMs(key, nowMs) + this.intervalMs - this.burstMs - nowMs;
    if (waitMs > 0) throw new TooManyRequests(Math.ceil(waitMs / 1_000));
  }

  count(key: string): void {
    const busyUntilMs = this.startMs(key, this.nowMs()) + this.intervalMs;
    // those that came longest ago are first in the map
    this.busyUntilMs.delete(key);
    this.busyUntilMs.set(key, busyUntilMs);
    if (this.busyUntilMs.size > this.maxKeys) this.busyUntilMs.delete(this.busyUntilMs.keys().next().value!);
  }

  private startMs(key: string, nowMs: number): number {
    return Math.max(this.busyUntilMs.get(key) ?? 0, nowMs);
  }
}
