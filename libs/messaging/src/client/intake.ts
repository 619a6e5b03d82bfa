import { ConsumeResult, ConsumeService, type MessageView, type ProcessQueue } from 'rocketmq-client-nodejs';

/** done: acknowledge. retry: deliver again, with a delay. dead: to the dead letters, no retry can help. */
export type Outcome = 'done' | 'retry' | 'dead';

export interface IntakeOptions {
  /** Messages handled at the same time. */
  concurrency: number;
  /** Messages of one message group one after the other; a failed one is retried in place, those behind it wait. */
  orderly: boolean;
  maxAttempts(): number;
  /** @returns ms to wait after the given failed attempt */
  retryDelayMs(attempt: number): number;
  handle(view: MessageView): Promise<Outcome>;
}

interface Delivery {
  queue: ProcessQueue;
  view: MessageView;
  /** Acknowledged, refused or handed back: nothing may be said about it again. */
  settled: boolean;
}

/**
 * Takes what was received and hands it to the listener. In place of the library's consume services, which start every
 * message of every batch at once, send an ordered message to the dead letters at its first failure, and open log files.
 */
export class Intake extends ConsumeService {
  readonly #waiting: Delivery[] = [];
  readonly #running = new Set<Delivery>();
  readonly #busyGroups = new Set<string>();
  readonly #queues = new Set<ProcessQueue>();
  readonly #retryTimers = new Map<NodeJS.Timeout, () => void>();
  #roomWanted: Array<() => void> = [];
  #idleWanted: Array<() => void> = [];
  #stopped = false;

  constructor(
    clientId: string,
    private readonly options: IntakeOptions,
  ) {
    super(clientId, { consume: () => Promise.resolve(ConsumeResult.FAILURE) });
  }

  consume(queue: ProcessQueue, views: MessageView[]): void {
    this.#queues.add(queue);
    for (const view of views) {
      const delivery = { queue, view, settled: false };
      if (this.#stopped) this.#handBack(delivery);
      else if (view.corrupted) this.#settle(delivery, this.options.orderly ? 'dead' : 'retry');
      else this.#waiting.push(delivery);
    }
    this.#pump();
  }

  /**
   * Resolves when more messages can be used soon. Asking for more earlier would only lease messages that another
   * instance could handle, and the library's own limit, a full cache, stops receiving for a whole second.
   */
  whenRoom(): Promise<void> {
    if (this.#waiting.length < this.options.concurrency) return Promise.resolve();
    return new Promise((resolve) => this.#roomWanted.push(resolve));
  }

  /** Starts nothing more and hands back what has not started. Resolves when nothing runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const delivery of this.#waiting.splice(0)) this.#handBack(delivery);
    for (const [timer, wake] of this.#retryTimers) {
      clearTimeout(timer);
      wake();
    }
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idleWanted.push(resolve));
  }

  /** Hands back what still runs, for another instance to do, and ends every repeated acknowledgement. */
  abandon(): void {
    for (const delivery of this.#running) this.#handBack(delivery);
    for (const queue of this.#queues) queue.abort();
  }

  #pump(): void {
    while (this.#running.size < this.options.concurrency) {
      const delivery = this.#takeNext();
      if (!delivery) break;
      this.#running.add(delivery);
      void this.#run(delivery).finally(() => this.#finished(delivery));
    }
    if (this.#roomWanted.length > 0 && this.#waiting.length < this.options.concurrency) {
      for (const resolve of this.#roomWanted.splice(0)) resolve();
    }
  }

  #takeNext(): Delivery | undefined {
    if (!this.options.orderly) return this.#waiting.shift();
    const index = this.#waiting.findIndex(({ view }) => !this.#busyGroups.has(view.messageGroup ?? ''));
    if (index < 0) return undefined;
    const [delivery] = this.#waiting.splice(index, 1);
    this.#busyGroups.add(delivery?.view.messageGroup ?? '');
    return delivery;
  }

  #finished(delivery: Delivery): void {
    this.#running.delete(delivery);
    this.#busyGroups.delete(delivery.view.messageGroup ?? '');
    if (this.#running.size === 0) for (const resolve of this.#idleWanted.splice(0)) resolve();
    if (!this.#stopped) this.#pump();
  }

  async #run(delivery: Delivery): Promise<void> {
    const { view } = delivery;
    for (;;) {
      const outcome = await this.options.handle(view);
      const attempt = view.deliveryAttempt ?? 1;
      if (outcome === 'retry' && attempt >= this.options.maxAttempts()) return this.#settle(delivery, 'dead');
      if (outcome !== 'retry' || !this.options.orderly) return this.#settle(delivery, outcome);
      await this.#retryPause(this.options.retryDelayMs(attempt));
      if (this.#stopped) return this.#handBack(delivery);
      view.incrementAndGetDeliveryAttempt();
    }
  }

  #retryPause(delayMs: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#retryTimers.delete(timer);
        resolve();
      };
      const timer = setTimeout(wake, delayMs);
      this.#retryTimers.set(timer, wake);
    });
  }

  #settle(delivery: Delivery, outcome: Outcome): void {
    if (delivery.settled) return;
    delivery.settled = true;
    const { queue, view } = delivery;
    if (outcome === 'done') queue.eraseMessage(view, ConsumeResult.SUCCESS);
    else if (outcome === 'retry') queue.eraseMessage(view, ConsumeResult.FAILURE);
    else queue.discardFifoMessage(view);
  }

  #handBack(delivery: Delivery): void {
    if (delivery.settled) return;
    delivery.settled = true;
    delivery.queue.discardMessage(delivery.view);
  }
}
