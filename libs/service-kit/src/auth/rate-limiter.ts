/** Keys that are remembered. Who comes from more addresses than this has each of them forgotten in turn, and gets no further. */
const MAX_KEYS = 50_000;

/**
 * Lets each key do so many things a second, and a burst of them at once, in the memory of one number a key: the time
 * until which it has used up its share (GCRA, a leaky bucket without the bucket).
 */
export class RateLimiter {
  private readonly busyUntilMs = new Map<string, number>();
  private readonly intervalMs: number;
  private readonly burstMs: number;

  /** @param burst things at once, at least 1 */
  constructor(
    perSecond: number,
    burst: number,
    private readonly nowMs: () => number = Date.now,
    private readonly maxKeys: number = MAX_KEYS,
  ) {
    this.intervalMs = 1_000 / perSecond;
    this.burstMs = this.intervalMs * burst;
  }

  /** How long this key has to wait, in ms; 0 when it may go on. */
  waitMs(key: string): number {
    const nowMs = this.nowMs();
    return Math.max(0, this.startMs(key, nowMs) + this.intervalMs - this.burstMs - nowMs);
  }

  /** Counts one thing of this key. */
  count(key: string): void {
    const busyUntilMs = this.startMs(key, this.nowMs()) + this.intervalMs;
    // those that came longest ago are first in the map
    this.busyUntilMs.delete(key);
    this.busyUntilMs.set(key, busyUntilMs);
    if (this.busyUntilMs.size > this.maxKeys) this.busyUntilMs.delete(this.busyUntilMs.keys().next().value!);
  }

  /** Counts one thing of this key, unless it has to wait. @returns the time to wait in ms, or 0 */
  take(key: string): number {
    const waitMs = this.waitMs(key);
    if (waitMs === 0) this.count(key);
    return waitMs;
  }

  private startMs(key: string, nowMs: number): number {
    return Math.max(this.busyUntilMs.get(key) ?? 0, nowMs);
  }
}
