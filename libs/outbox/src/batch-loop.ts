/**
 * Collects items and works on them in batches, one batch at a time: what arrives while one is worked on goes together
 * in the next. The queue is bounded; what does not fit is refused.
 */
export class BatchLoop<T> {
  private queue: T[] = [];
  private running?: Promise<void>;
  private hurry?: () => void;
  private flushing = false;

  constructor(
    private readonly options: {
      maxBatch: number;
      maxQueued: number;
      /** Wait so long for more before a batch; 0 = start at once. */
      lingerMs: number;
      /** Must not reject. */
      work(batch: T[]): Promise<void>;
    },
  ) {}

  /** @returns false when the queue is full: nothing was taken */
  add(items: T[]): boolean {
    if (this.queue.length + items.length > this.options.maxQueued) return false;
    for (const item of items) this.queue.push(item);
    this.running ??= this.run();
    return true;
  }

  /** Resolves when all that was added is done; does not linger. */
  async flush(): Promise<void> {
    this.flushing = true;
    this.hurry?.();
    await this.running;
    this.flushing = false;
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      await this.linger();
      await this.options.work(this.queue.splice(0, this.options.maxBatch));
    }
    this.running = undefined;
  }

  private linger(): Promise<void> {
    const { lingerMs } = this.options;
    if (lingerMs === 0 || this.flushing) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, lingerMs);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
