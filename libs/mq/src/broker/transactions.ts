import type { MessageStore } from '../store/message-store.js';
import { RecordKind, type StoredRecord } from '../store/record.js';
import { TimerHeap } from '../store/timer-heap.js';
import { CheckCounts } from './check-counts.js';
import type { Clients } from './clients.js';
import { BrokerError, Code } from './code.js';
import type { Log } from './log.js';
import { MESSAGE_TYPE } from './message-rules.js';
import { GIVEN_UP_TRANSACTIONS } from './name-rules.js';
import { toBrokerError } from './store-refusals.js';

export interface TransactionOptions {
  /** Age at which a half message that names no recovery time of its own is asked about first, ms. */
  timeoutMs: number;
  /** Pause between two questions about the same half message, ms. */
  checkIntervalMs: number;
  /** Questions before the broker gives up. */
  maxChecks: number;
}

export interface TransactionParts {
  store: MessageStore;
  clients: Clients;
  log: Log;
  /** File of the counts of questions asked. */
  countsPath: string;
  /** Makes sure that the topic is known to which given up messages go. */
  declareGivenUpTopic(): void;
}

/** Questions of one turn of the event loop; the rest waits for the next turn. */
const MAX_CHECKS_PER_TURN = 200;
/** Half messages that are due within this time are asked about together, ms. */
const TICK_MS = 100;
/** Also bounds how late a question is when the system's clock is set forward. */
const MAX_SLEEP_MS = 10_000;
const NO_CONTENT = { payload: new Uint8Array(), systemProperties: new Uint8Array() };

/**
 * Half messages from their send to commit or rollback. Who sent one is asked about it when it stays undecided: first at
 * its recovery time, then once per interval. After the last question it goes to the topic of given up transactions, whose
 * messages nobody receives.
 */
export class Transactions {
  /** When each half message is asked about next. Decided ones stay until then, and are skipped. */
  readonly #due = new TimerHeap();
  readonly #senders = new Map<number, string>();
  readonly #counts: CheckCounts;
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Infinity;
  #closed = false;

  constructor(
    private readonly parts: TransactionParts,
    private readonly options: TransactionOptions,
  ) {
    const { store, log, countsPath } = parts;
    this.#counts = new CheckCounts(countsPath, store.halfMessages, log);
    // Their producers need a moment to come back.
    const firstMs = Date.now() + options.timeoutMs;
    for (const offset of store.halfMessages.keys()) this.#due.push(firstMs, offset);
    store.onAppended((records) => {
      for (const { draft, physicalOffset, storeTimestampMs } of records)
        if (draft.kind === RecordKind.HALF)
          this.#due.push(draft.deliverAtMs || storeTimestampMs + options.timeoutMs, physicalOffset);
      this.#arm();
    });
    this.#arm();
  }

  /** A client has sent a half message: it is the one to ask. */
  sent(physicalOffset: number, topic: string, clientId: string): void {
    this.#senders.set(physicalOffset, clientId);
    this.parts.clients.publishes(clientId, topic);
  }

  /** The undecided half message of a topic. Throws BrokerError when there is none, or its end is being written. */
  half(topic: string, physicalOffset: number): StoredRecord {
    const { store } = this.parts;
    const half = store.halfMessages.has(physicalOffset) ? store.find(physicalOffset) : undefined;
    if (half?.kind !== RecordKind.HALF || half.topic !== topic)
      throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'cannot found transaction data');
    return half;
  }

  /**
   * True once the recovery time that the message asked for is over: from then on only the answer to a question decides, so
   * that a late commit cannot contradict it.
   */
  static isLate(half: StoredRecord, nowMs: number): boolean {
    return half.deliverAtMs > 0 && nowMs > half.deliverAtMs;
  }

  /** Makes the half message a normal one, visible now or at `deliverAtMs`. Throws BrokerError when it is decided already. */
  commit(half: StoredRecord, deliverAtMs = 0): Promise<void> {
    const delayed = deliverAtMs > Date.now();
    return this.#settle(half, {
      ...half,
      kind: delayed ? RecordKind.DELAYED : RecordKind.MESSAGE,
      messageType: MESSAGE_TYPE.NORMAL,
      deliverAtMs: delayed ? deliverAtMs : 0,
    });
  }

  /** Drops the half message. Throws BrokerError when it is decided already. */
  rollback(half: StoredRecord): Promise<void> {
    return this.#settle(half, {
      ...half,
      ...NO_CONTENT,
      kind: RecordKind.ROLLBACK,
      deliverAtMs: 0,
    });
  }

  async #settle(half: StoredRecord, end: StoredRecord): Promise<void> {
    const { store } = this.parts;
    if (!store.takeHalf(half.physicalOffset))
      throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'cannot found transaction data');
    try {
      await store.append({ ...end, sourceOffset: half.physicalOffset });
    } catch (error) {
      store.returnHalf(half);
      throw toBrokerError(error);
    }
    this.#senders.delete(half.physicalOffset);
    this.#counts.forget(half.physicalOffset);
  }

  #arm(): void {
    const dueMs = this.#due.nextDueMs;
    if (this.#closed || dueMs >= this.#timerDueMs) return;
    clearTimeout(this.#timer);
    this.#timerDueMs = dueMs;
    const sleepMs = Math.min(Math.max(dueMs - Date.now(), TICK_MS), MAX_SLEEP_MS);
    this.#timer = setTimeout(() => this.#fire(), sleepMs).unref();
  }

  #fire(): void {
    this.#timerDueMs = Infinity;
    const nowMs = Date.now();
    for (let checks = 0; checks < MAX_CHECKS_PER_TURN && this.#due.nextDueMs <= nowMs; checks++)
      this.#check(this.#due.pop() as number, nowMs);
    this.#arm();
  }

  #check(offset: number, nowMs: number): void {
    const { store, log } = this.parts;
    if (!store.halfMessages.has(offset)) return;
    const half = store.find(offset);
    if (!half) {
      log('error', 'half_message_unreadable', { physicalOffset: offset });
      return;
    }
    if (half.deliverAtMs > nowMs) {
      this.#due.push(half.deliverAtMs, offset);
      return;
    }
    this.#due.push(nowMs + this.options.checkIntervalMs, offset);
    if (this.#counts.of(offset) >= this.options.maxChecks) void this.#giveUp(half);
    else if (this.parts.clients.askAbout(half, this.#senders.get(offset)) !== 'busy') this.#counts.add(offset);
  }

  async #giveUp(half: StoredRecord): Promise<void> {
    const { log, declareGivenUpTopic } = this.parts;
    const { topic, physicalOffset } = half;
    try {
      declareGivenUpTopic();
      await this.#settle(half, {
        ...half,
        kind: RecordKind.MESSAGE,
        topic: GIVEN_UP_TRANSACTIONS,
        queueId: 0,
        originTopic: topic,
        deliverAtMs: 0,
      });
    } catch (error) {
      if (this.#closed) return;
      log('error', 'transaction_not_given_up', { topic, physicalOffset, error: String(error) });
      return;
    }
    log('warn', 'transaction_given_up', { topic, physicalOffset, checks: this.options.maxChecks });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#counts.close();
  }
}
