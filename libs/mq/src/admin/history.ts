import { statfs } from 'node:fs/promises';
import type { Broker } from '../broker/broker.js';
import type { Log } from '../broker/log.js';
import { messagesOut } from './rates.js';

export const SAMPLE_EVERY_MS = 5000;
/** An hour. */
const KEPT_SAMPLES = 720;

export interface HistorySample {
  /** End of the interval that the rates are of, ms since 1970. */
  atMs: number;
  inPerSecond: number;
  outPerSecond: number;
  /** Of all groups. */
  lag: number;
  /** Of the log, which holds the messages. */
  logBytes: number;
  /** Share of the file system that is used, 0 to 1. */
  diskUsed: number;
}

/** The last hour of the broker in numbers, for charts. */
export class History {
  readonly #samples: HistorySample[] = [];
  readonly #timer: NodeJS.Timeout;
  #last: { atMs: number; in: number; out: number };

  constructor(
    private readonly broker: Broker,
    private readonly dataDir: string,
    log: Log,
  ) {
    this.#last = this.#totals();
    const failed = (error: unknown) => log('warn', 'history_sample_failed', { error: String(error) });
    this.#timer = setInterval(() => void this.#add().then(undefined, failed), SAMPLE_EVERY_MS).unref();
  }

  /** Those after `sinceMs`, oldest first. */
  since(sinceMs: number): HistorySample[] {
    return this.#samples.filter(({ atMs }) => atMs > sinceMs);
  }

  #totals() {
    return { atMs: Date.now(), in: this.broker.traffic.messages, out: messagesOut(this.broker) };
  }

  async #add(): Promise<void> {
    const now = this.#totals();
    const seconds = Math.max(now.atMs - this.#last.atMs, 1) / 1000;
    // A deleted group takes its count with it.
    const perSecond = (count: number) => Math.max(0, Math.round((count / seconds) * 10) / 10);
    const sample = {
      atMs: now.atMs,
      inPerSecond: perSecond(now.in - this.#last.in),
      outPerSecond: perSecond(now.out - this.#last.out),
      lag: this.#lag(),
      logBytes: this.broker.store.logBytes,
    };
    this.#last = now;
    const { bavail, blocks } = await statfs(this.dataDir);
    this.#samples.push({ ...sample, diskUsed: 1 - bavail / blocks });
    if (this.#samples.length > KEPT_SAMPLES) this.#samples.shift();
  }

  #lag(): number {
    let lag = 0;
    for (const { queues } of this.broker.progress.all()) for (const queue of queues) lag += queue.lag;
    return lag;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
