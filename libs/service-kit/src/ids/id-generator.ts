import { ShopError } from '../shop-error.js';

/** 2020-01-01T00:00:00Z */
const EPOCH_MS = 1_577_836_800_000;
export const MAX_WORKER_ID = 1023;
const MAX_SEQUENCE = 4095;

/** A worker id, and the milliseconds whose ids its holder may make: after `afterMs`, up to `untilMs`. Unix times. */
export interface WorkerLease {
  workerId: number;
  afterMs: number;
  untilMs: number;
}

/**
 * Unique, time-ordered 64-bit ids as decimal text.
 *
 *     63        62 …… 22                21 …… 12     11 …… 0
 *     0   ms since 2020-01-01 (41 bits)   worker      sequence
 *
 * Two generators never make the same id, because their leases have no millisecond of a worker in common; clocks have no
 * part in that. When the clock goes back, ids go on from the latest millisecond that was used.
 */
export class IdGenerator {
  private lease: WorkerLease | undefined;
  private lastMs = 0;
  private sequence = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** Replaces the lease. @throws {RangeError} for a worker id that does not fit */
  use(lease: WorkerLease): void {
    const { workerId, afterMs } = lease;
    if (!Number.isInteger(workerId) || workerId < 0 || workerId > MAX_WORKER_ID) {
      throw new RangeError(`worker id must be 0 to ${MAX_WORKER_ID}: ${workerId}`);
    }
    if (afterMs >= this.lastMs) {
      this.lastMs = afterMs;
      this.sequence = MAX_SEQUENCE;
    }
    this.lease = lease;
  }

  /** The time that the next id belongs to, or a later one: a lease has to reach beyond it. */
  get timeMs(): number {
    return Math.max(this.now(), this.lastMs);
  }

  /** @throws {ShopError} SHOP_SERVICE_UNAVAILABLE when the lease has run out */
  next(): string {
    let [ms, sequence] = [this.lastMs, this.sequence + 1];
    const nowMs = this.now();
    if (nowMs > ms) [ms, sequence] = [nowMs, 0];
    else if (sequence > MAX_SEQUENCE) [ms, sequence] = [ms + 1, 0];
    if (!this.lease || ms > this.lease.untilMs) throw new ShopError('SHOP_SERVICE_UNAVAILABLE');
    [this.lastMs, this.sequence] = [ms, sequence];
    return String((BigInt(ms - EPOCH_MS) << 22n) | (BigInt(this.lease.workerId) << 12n) | BigInt(sequence));
  }
}
