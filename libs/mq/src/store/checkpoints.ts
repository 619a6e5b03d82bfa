import { saveCheckpoint, type Checkpoint } from './checkpoint.js';

export interface CheckpointedStore {
  /** Everything before it is in the derived files, or in memory for them. */
  derivedTo(): number;
  snapshot(): Checkpoint;
  /** Makes the log and the derived files durable. */
  flush(): Promise<void>;
}

/** Writes checkpoints, one at a time. */
export class Checkpoints {
  #writing: Promise<void> | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly dataDir: string,
    private readonly store: CheckpointedStore,
    everyMs: number,
    private readonly onError: (error: unknown) => void,
    /** Offset of the last one. */
    public reached: number,
  ) {
    this.#timer = setInterval(() => void this.#writeLater(), everyMs).unref();
  }

  async #writeLater(): Promise<void> {
    if (this.#writing || this.store.derivedTo() === this.reached) return;
    try {
      await this.write();
    } catch (error) {
      this.onError(error);
    }
  }

  /** Writes one now. Rejects when the disk refuses it; the one before stays in force. */
  async write(): Promise<void> {
    while (this.#writing) await Promise.allSettled([this.#writing]);
    this.#writing = this.#write().finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  async #write(): Promise<void> {
    const checkpoint = this.store.snapshot();
    await this.store.flush();
    await saveCheckpoint(this.dataDir, checkpoint);
    this.reached = checkpoint.physicalOffset;
  }

  /** Waits for the one that is being written. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#writing) await Promise.allSettled([this.#writing]);
  }
}
