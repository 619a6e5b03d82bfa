/**
 * Collects items and works on them in batches, one batch at a time: what arrives while one is worked on, or too soon
 * after it, goes together in the next. The queue is bounded; what does not fit is refused.
 */
export class BatchLoop<T> {
  private queue: T[] = [];
  private running?: Promise<void>;
  private lastStartMs = -Infinity;
  private hurry?: () => void;
  private flushing = false;

  constructor(
    private readonly options: {
      maxBatch: number;
      maxQueued: number;
      /** A batch that is not full starts this long after the one before it, or later; one after a pause starts at once. */
      everyMs: number;
      /** Must not reject. */
      work(batch: T[]): Promise<void>;
    },
  ) {}

  /** @returns false when the queue is full: nothing was taken */
  add(items: T[]): boolean {
    if (this.queue.length + items.length > this.options.maxQueued) return false;
    for (const item of items) this.queue.push(item);
    if (this.isFull) this.hurry?.();
    this.running ??= this.run();
    return true;
  }

  /** Resolves when all that was added is done; does not wait for more. */
  async flush(): Promise<void> {
    this.flushing = true;
    this.hurry?.();
    await this.running;
    this.flushing = false;
  }

  private get isFull(): boolean {
    return this.queue.length >= this.options.maxBatch;
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      await this.waitForMore();
      this.lastStartMs = performance.now();
      await this.options.work(this.queue.splice(0, this.options.maxBatch));
    }
    this.running = undefined;
  }

  private waitForMore(): Promise<void> {
    const waitMs = this.lastStartMs + this.options.everyMs - performance.now();
    if (waitMs <= 0 || this.flushing || this.isFull) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
