import * as fs from 'node:fs/promises';
import type { ClosedSegment } from './commit-log.js';
import { StoreFullError } from './store-errors.js';

export interface DiskUsage {
  /** Share of the file system that is used, 0 to 1. */
  usedRatio: number;
  freeBytes: number;
}

export interface RetentionOptions {
  /** Messages are kept at least this long while the disk has room, ms; 48 h unless told. */
  keepMs?: number;
  /** Topics whose messages are kept longer than that, ms. */
  keepLongerMs?: (topic: string) => number | undefined;
  /** From this share of used disk on, messages are kept half as long; 0.75 unless told. */
  cleanEarlierAt?: number;
  /** From here on the oldest messages go whatever their age; 0.85 unless told. */
  forceCleanAt?: number;
  /** From here on new messages are refused; 0.9 unless told. */
  refuseAt?: number;
  /** A disk with more free bytes than this counts as empty, however large the used share; 10 GiB unless told. */
  enoughFreeBytes?: number;
  /** Pause between two looks at the disk, ms; 10,000 unless told. */
  checkMs?: number;
  /** How full the file system of the directory is; asks the system unless told. */
  diskUsage?: (dir: string) => Promise<DiskUsage>;
}

/** What retention needs from the store. */
export interface CleanedStore {
  /** The oldest segment, unless it is still written. */
  oldestClosed(): ClosedSegment | undefined;
  /** Where the oldest message stands that is not visible yet, Infinity when there is none. */
  oldestPendingOffset(): number;
  /** Topics with messages before the offset. */
  topicsBefore(physicalOffset: number): Iterable<string>;
  dropOldest(): Promise<void>;
}

const KEEP_MS = 48 * 3600_000;
const ENOUGH_FREE_BYTES = 10 * 2 ** 30;

/**
 * Removes the oldest messages, whole segments at a time: by age, and sooner when the disk fills. A segment stays, and all
 * behind it, while a message in it waits for its delivery time or for the end of its transaction.
 */
export class Retention {
  readonly #keepAtLeastMs: number;
  readonly #cleanEarlierAt: number;
  readonly #forceCleanAt: number;
  readonly #refuseAt: number;
  /** Why new messages are refused, undefined while they are taken. */
  refusal: StoreFullError | undefined;

  constructor(
    private readonly dir: string,
    private readonly options: RetentionOptions,
    private readonly store: CleanedStore,
  ) {
    this.#keepAtLeastMs = options.keepMs ?? KEEP_MS;
    this.#cleanEarlierAt = options.cleanEarlierAt ?? 0.75;
    this.#forceCleanAt = options.forceCleanAt ?? 0.85;
    this.#refuseAt = options.refuseAt ?? 0.9;
  }

  /** Looks at the disk and removes what may go now. Rejects when a file cannot be removed. */
  async pass(nowMs: number): Promise<void> {
    for (;;) {
      const usedRatio = await this.#usedRatio();
      this.refusal = usedRatio >= this.#refuseAt ? new StoreFullError(usedRatio, this.#refuseAt) : undefined;
      const oldest = this.store.oldestClosed();
      if (!oldest || !this.#mayGo(oldest, usedRatio, nowMs)) return;
      await this.store.dropOldest();
    }
  }

  async #usedRatio(): Promise<number> {
    const { diskUsage = diskUsageOf, enoughFreeBytes = ENOUGH_FREE_BYTES } = this.options;
    const { usedRatio, freeBytes } = await diskUsage(this.dir);
    return freeBytes > enoughFreeBytes ? 0 : usedRatio;
  }

  #mayGo({ endOffset, newestStoreMs }: ClosedSegment, usedRatio: number, nowMs: number): boolean {
    const ageMs = nowMs - newestStoreMs;
    const keepMs = this.#keepMs(endOffset) * (usedRatio >= this.#cleanEarlierAt ? 0.5 : 1);
    const old = usedRatio >= this.#forceCleanAt || ageMs > keepMs;
    return old && this.store.oldestPendingOffset() >= endOffset;
  }

  #keepMs(endOffset: number): number {
    const { keepLongerMs } = this.options;
    let keepMs = this.#keepAtLeastMs;
    if (!keepLongerMs) return keepMs;
    for (const topic of this.store.topicsBefore(endOffset)) keepMs = Math.max(keepMs, keepLongerMs(topic) ?? 0);
    return keepMs;
  }
}

/** As df reports it: blocks that only root may use do not count. */
async function diskUsageOf(dir: string): Promise<DiskUsage> {
  const { blocks, bfree, bavail, bsize } = await fs.statfs(dir);
  const used = blocks - bfree;
  return { usedRatio: used / (used + bavail || 1), freeBytes: bavail * bsize };
}
