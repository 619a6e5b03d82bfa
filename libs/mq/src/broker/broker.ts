import { join } from 'node:path';
import { MessageStore } from '../store/message-store.js';
import type { FlushMode } from '../store/commit-log.js';
import { RecordKind } from '../store/record.js';
import { DeliveryTrace } from '../store/delivery-trace.js';
import type { RetentionOptions } from '../store/retention.js';
import { DataDirLock } from '../store/data-dir-lock.js';
import { Clients } from './clients.js';
import { BrokerError, Code } from './code.js';
import { ConsumerProgress } from './consumer-progress.js';
import { DeadLetters } from './dead-letters.js';
import { DelayTimers } from './delay-timers.js';
import { Groups, type GroupConfig } from './groups.js';
import type { Log } from './log.js';
import { MESSAGE_TYPE, type MessageLimits, type MessageTypeName } from './message-rules.js';
import { GIVEN_UP_TRANSACTIONS } from './name-rules.js';
import { QueueChooser } from './queue-chooser.js';
import { toBrokerError } from './store-refusals.js';
import { isDeadLetterTopic, Topics, type Topic, type TopicConfig } from './topics.js';
import { Traffic } from './traffic.js';
import { type TransactionOptions, Transactions } from './transactions.js';

export interface BrokerCoreOptions {
  dataDir: string;
  segmentBytes: number;
  flush: FlushMode;
  topics: readonly TopicConfig[];
  groups: readonly GroupConfig[];
  retryDelaysMs: readonly number[] | undefined;
  autoCreateTopics: boolean;
  pushLeaseMs: number;
  clientGoneAfterMs: number;
  clientReturnWithinMs: number;
  messageLimits: MessageLimits;
  transactions: TransactionOptions;
  deliveryTraceBytes: number;
  retention: RetentionOptions;
  log: Log;
}

/** A timer may fire a little before its time by the wall clock. */
const TIMER_SLACK_MS = 50;
const KEEP_DEAD_LETTERS_MS = 3 * 24 * 3600_000;

/** A message that passed the rules. payload and systemProperties are wire bytes (see store/record.ts). */
export interface AcceptedMessage {
  type: MessageTypeName;
  /** Who sends it. */
  clientId: string;
  messageGroup: string | undefined;
  tag: string | undefined;
  deliverAtMs: number | undefined;
  /** Its id and keys, from encodeNames() (see store/record-names.ts). */
  names: Uint8Array;
  /** When the sender of a half message is asked about it first, if it named a recovery time of its own. */
  firstCheckAtMs: number | undefined;
  payload: Uint8Array;
  systemProperties: Uint8Array;
}

export interface SendReceipt {
  queueId: number;
  /** Offset in the queue; 0 for a message that is not visible yet (delay, half). */
  queueOffset: number;
  /** Where the record stands; names the transaction of a half message. */
  physicalOffset: number;
}

/** The broker without any transport: topics, groups, and the life of a message from send to ack. */
export class Broker {
  private constructor(
    private readonly options: BrokerCoreOptions,
    private readonly lock: DataDirLock,
    readonly store: MessageStore,
    readonly topics: Topics,
    readonly groups: Groups,
    readonly clients: Clients,
    readonly progress: ConsumerProgress,
    readonly deadLetters: DeadLetters,
    readonly transactions: Transactions,
    readonly trace: DeliveryTrace,
    private readonly delays: DelayTimers,
    private readonly returnTimer: NodeJS.Timeout,
  ) {
    store.onAppended((records) => {
      this.traffic.stored(records);
      const topicsWithNews = new Set<string>();
      for (const { draft } of records) if (draft.kind === RecordKind.MESSAGE) topicsWithNews.add(draft.topic);
      for (const topic of topicsWithNews) progress.wake(topic);
    });
  }

  readonly traffic = new Traffic();
  readonly #queueChooser = new QueueChooser();

  static async open(options: BrokerCoreOptions): Promise<Broker> {
    const lock = DataDirLock.acquire(options.dataDir);
    try {
      return await Broker.#open(options, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  static async #open(options: BrokerCoreOptions, lock: DataDirLock): Promise<Broker> {
    const { dataDir, log } = options;
    const groups = new Groups(join(dataDir, 'config', 'groups.json'), options.retryDelaysMs);
    groups.declare(options.groups);
    const topics = new Topics(join(dataDir, 'config', 'topics.json'), options.autoCreateTopics);
    topics.declare(options.topics);
    const store = await MessageStore.open({
      dataDir,
      segmentBytes: options.segmentBytes,
      flush: options.flush,
      retention: {
        keepLongerMs: (topic) => (isDeadLetterTopic(topic) ? KEEP_DEAD_LETTERS_MS : undefined),
        ...options.retention,
      },
      onRetentionError: (error) => log('error', 'retention_failed', { error: String(error) }),
      onDamage: (path) => log('warn', 'damaged_file_rebuilt', { path }),
      onCheckpointError: (error) => log('error', 'checkpoint_failed', { error: String(error) }),
    });
    const clients = new Clients({
      goneAfterMs: options.clientGoneAfterMs,
      returnWithinMs: options.clientReturnWithinMs,
      onGone: (clientId) => {
        log('info', 'client_gone', { clientId });
        progress.releaseClient(clientId);
      },
      onInterrupted: (clientId) => progress.stopRenewing(clientId),
    });
    const deadLetters = new DeadLetters({ store, topics, path: join(dataDir, 'config', 'resent.json'), log });
    const trace = new DeliveryTrace({
      dir: join(dataDir, 'deliveries'),
      maxBytes: options.deliveryTraceBytes,
      onError: (error) => log('warn', 'deliveries_not_traced', { error: String(error) }),
    });
    const progress = new ConsumerProgress({
      ...{ dataDir, store, topics, groups, clients, log, deadLetters, trace },
      pushLeaseMs: options.pushLeaseMs,
    });
    const transactions = new Transactions(
      {
        store,
        clients,
        log,
        countsPath: join(dataDir, 'transaction-checks.json'),
        declareGivenUpTopic: () => void topics.ownTopic(GIVEN_UP_TRANSACTIONS),
      },
      options.transactions,
    );
    const release = () => progress.releaseClientsThatAreGone();
    const returnTimer = setTimeout(release, options.clientReturnWithinMs + TIMER_SLACK_MS).unref();
    return new Broker(
      options,
      lock,
      store,
      topics,
      groups,
      clients,
      progress,
      deadLetters,
      transactions,
      trace,
      new DelayTimers(store, topics, log),
      returnTimer,
    );
  }

  /** Stores one message. Throws BrokerError when the store refuses it. */
  async send(topic: Topic, message: AcceptedMessage): Promise<SendReceipt> {
    const { type, deliverAtMs } = message;
    let kind = RecordKind.MESSAGE;
    if (type === 'TRANSACTION') kind = RecordKind.HALF;
    else if (deliverAtMs !== undefined && deliverAtMs > Date.now()) kind = RecordKind.DELAYED;
    const queueId = this.#queueChooser.choose(topic, message.messageGroup);
    let receipt: SendReceipt;
    try {
      const { physicalOffset, queueOffset } = await this.store.append({
        kind,
        messageType: MESSAGE_TYPE[type],
        topic: topic.name,
        queueId,
        messageGroup: message.messageGroup,
        tag: message.tag,
        deliverAtMs: kind === RecordKind.HALF ? message.firstCheckAtMs : deliverAtMs,
        names: message.names,
        payload: message.payload,
        systemProperties: message.systemProperties,
      });
      receipt = { queueId, physicalOffset, queueOffset };
    } catch (error) {
      throw toBrokerError(error);
    }
    if (kind === RecordKind.HALF) this.transactions.sent(receipt.physicalOffset, topic.name, message.clientId);
    return receipt;
  }

  /**
   * Takes a message back that waits for its delivery time; doing it again has no effect. Throws BrokerError when it is no
   * such message, or its time has come.
   */
  async recall(topic: Topic, physicalOffset: number, deliverAtMs: number): Promise<void> {
    if (deliverAtMs <= Date.now())
      throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'recall failed, timestamp invalid');
    const delayed = Number.isSafeInteger(physicalOffset) ? this.store.find(physicalOffset) : undefined;
    if (delayed?.kind !== RecordKind.DELAYED || delayed.topic !== topic.name || delayed.deliverAtMs !== deliverAtMs)
      throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'recall handle is invalid');
    try {
      if (await this.store.recall(delayed))
        this.options.log('info', 'message_recalled', { topic: topic.name, physicalOffset });
    } catch (error) {
      throw toBrokerError(error);
    }
  }

  /**
   * Forgets the topic, its messages and what every group has consumed of it. What waits for its delivery time is dropped
   * then, unless there is a topic of the same name again. Rejects with BrokerError TOPIC_NOT_FOUND.
   */
  async deleteTopic(name: string): Promise<void> {
    this.topics.delete(name);
    this.progress.dropTopic(name);
    await this.store.dropTopic(name);
  }

  /** Forgets the rules of the group and what it has consumed. Throws BrokerError CONSUMER_GROUP_NOT_FOUND. */
  deleteGroup(name: string): void {
    if (!this.groups.has(name) && !this.progress.hasGroup(name))
      throw new BrokerError(Code.CONSUMER_GROUP_NOT_FOUND, `consumer group ${name} does not exist`);
    if (this.groups.has(name)) this.groups.delete(name);
    this.progress.dropGroup(name);
  }

  get messageLimits(): MessageLimits {
    return this.options.messageLimits;
  }

  get pushLeaseMs(): number {
    return this.options.pushLeaseMs;
  }

  /** Ready = takes messages. */
  get failure(): Error | undefined {
    return this.store.failure;
  }

  async close(): Promise<void> {
    clearTimeout(this.returnTimer);
    this.delays.close();
    await this.transactions.close();
    this.clients.close();
    await this.progress.close();
    await this.trace.close();
    await this.store.close();
    this.lock.release();
    this.options.log('info', 'broker_closed');
  }
}
