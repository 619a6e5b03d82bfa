import { randomInt } from 'node:crypto';

/** 2020-01-01T00:00:00Z */
const EPOCH_MS = 1_577_836_800_000;
export const MAX_WORKER_ID = 1023;
const MAX_SEQUENCE = 4095;

/**
 * Unique, time-ordered 64-bit ids as decimal text.
 *
 *     63        62 …… 22                21 …… 12     11 …… 0
 *     0   ms since 2020-01-01 (41 bits)   worker      sequence
 *
 * Two processes never make the same id while their worker ids differ. A clock that goes back does no harm: ids go on
 * from the latest millisecond that was used.
 */
export class IdGenerator {
  private lastMs = 0;
  private sequence = 0;

  constructor(
    private readonly workerId: number = randomInt(MAX_WORKER_ID + 1),
    private readonly now: () => number = Date.now,
  ) {
    if (!Number.isInteger(workerId) || workerId < 0 || workerId > MAX_WORKER_ID) {
      throw new RangeError(`worker id must be 0 to ${MAX_WORKER_ID}: ${workerId}`);
    }
  }

  next(): string {
    const nowMs = this.now();
    if (nowMs > this.lastMs) {
      this.lastMs = nowMs;
      this.sequence = 0;
    } else if (++this.sequence > MAX_SEQUENCE) {
      this.lastMs += 1;
      this.sequence = 0;
    }
    return String((BigInt(this.lastMs - EPOCH_MS) << 22n) | (BigInt(this.workerId) << 12n) | BigInt(this.sequence));
  }
}
