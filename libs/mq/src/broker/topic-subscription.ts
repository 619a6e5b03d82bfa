import { BrokerError, Code } from './code.js';
import type { Delivery, MessageFilter, TakeRequest } from './delivery.js';
import type { QueueProgress } from './queue-progress.js';

export interface ReceiveRequest {
  clientId: string;
  attemptId: string | undefined;
  filter: MessageFilter;
  maxMessages: number;
  autoRenew: boolean;
  invisibleMs: number;
  /** How long to wait for a first message, ms; 0 = answer at once. */
  pollingMs: number;
}

/** A receive call under way. */
export interface Poll {
  deliveries: Promise<Delivery[]>;
  /** Answers with nothing, at once. No message is taken for a cancelled poll. */
  cancel(): void;
}

interface Waiter {
  request: ReceiveRequest;
  timer: NodeJS.Timeout | undefined;
  answer: (deliveries: Delivery[]) => void;
}

/** Upper bound of the bytes of one answer, so that a batch of large messages does not fill the memory. */
const MAX_ANSWER_BYTES = 8 << 20;
const MAX_WAITING_POLLS = 10_000;

/** One consumer group on one topic: its progress in each queue and the polls that wait for a message. */
export class TopicSubscription {
  readonly #waiters = new Set<Waiter>();
  #firstQueue = 0;
  #wakeTimer: NodeJS.Timeout | undefined;
  #serving = false;
  #closed = false;
  /** Handed out since the start of the broker, redeliveries included. */
  readonly delivered = { messages: 0, bytes: 0 };

  constructor(
    readonly group: string,
    readonly topic: string,
    readonly queues: QueueProgress[],
  ) {}

  receive(request: ReceiveRequest): Poll {
    if (this.#waiters.size >= MAX_WAITING_POLLS)
      throw new BrokerError(Code.TOO_MANY_REQUESTS, 'too many waiting polls');
    const { deliveries, unfinished } = this.#take(request);
    if (deliveries.length > 0 || this.#closed || (request.pollingMs <= 0 && !unfinished)) {
      return { deliveries: Promise.resolve(deliveries), cancel: () => undefined };
    }
    let waiter!: Waiter;
    const waiting = new Promise<Delivery[]>((resolve) => (waiter = this.#wait(request, resolve)));
    if (unfinished) this.wake();
    else this.#armWakeTimer();
    return { deliveries: waiting, cancel: () => this.#answer(waiter, []) };
  }

  #wait(request: ReceiveRequest, resolve: (deliveries: Delivery[]) => void): Waiter {
    const waiter: Waiter = { request, timer: undefined, answer: resolve };
    waiter.timer = setTimeout(() => this.#answer(waiter, []), request.pollingMs);
    this.#waiters.add(waiter);
    return waiter;
  }

  #answer(waiter: Waiter, deliveries: Delivery[]): void {
    if (!this.#waiters.delete(waiter)) return;
    clearTimeout(waiter.timer);
    waiter.answer(deliveries);
  }

  /** Queues in turn, so that none starves when messages keep coming. */
  #take(request: ReceiveRequest): { deliveries: Delivery[]; unfinished: boolean } {
    const take: TakeRequest = { ...request, taken: [], bytesLeft: MAX_ANSWER_BYTES, unfinished: false };
    const nowMs = Date.now();
    this.#firstQueue = (this.#firstQueue + 1) % this.queues.length;
    for (let i = 0; i < this.queues.length && take.taken.length < take.maxMessages && take.bytesLeft > 0; i++) {
      (this.queues[(this.#firstQueue + i) % this.queues.length] as QueueProgress).take(take, nowMs);
    }
    this.delivered.messages += take.taken.length;
    this.delivered.bytes += MAX_ANSWER_BYTES - take.bytesLeft;
    return { deliveries: take.taken, unfinished: take.unfinished };
  }

  /** Serves the waiting polls in the next turn of the event loop: producers get their answers first. */
  wake(): void {
    if (this.#serving || this.#waiters.size === 0) return;
    this.#serving = true;
    setImmediate(() => {
      this.#serving = false;
      this.#serve();
    });
  }

  #serve(): void {
    let unfinished = false;
    const nowMs = Date.now();
    for (const waiter of this.#waiters) {
      // Most polls wait for nothing in particular: once the queues are empty, the others need not look.
      if (!this.queues.some((queue) => queue.mayDeliver(nowMs))) break;
      const taken = this.#take(waiter.request);
      unfinished ||= taken.unfinished;
      if (taken.deliveries.length > 0) this.#answer(waiter, taken.deliveries);
    }
    if (unfinished) this.wake();
    else this.#armWakeTimer();
  }

  /** A client that is gone must not be handed anything. */
  cancelPollsOf(clientId: string): void {
    for (const waiter of [...this.#waiters]) if (waiter.request.clientId === clientId) this.#answer(waiter, []);
  }

  /** A lease that ends makes its message deliverable without any arrival. */
  #armWakeTimer(): void {
    clearTimeout(this.#wakeTimer);
    if (this.#waiters.size === 0) return;
    const nextMs = this.queues.reduce((next, queue) => Math.min(next, queue.leases.nextLookMs), Infinity);
    if (nextMs === Infinity) return;
    this.#wakeTimer = setTimeout(() => this.#serve(), Math.max(1, nextMs - Date.now()));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#wakeTimer);
    for (const waiter of [...this.#waiters]) this.#answer(waiter, []);
  }
}
