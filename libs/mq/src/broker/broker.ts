import { join } from 'node:path';
import { MessageStore } from '../store/message-store.js';
import type { FlushMode } from '../store/commit-log.js';
import { RecordKind, type StoredRecord } from '../store/record.js';
import { DataDirLock } from '../store/data-dir-lock.js';
import { Clients } from './clients.js';
import { BrokerError, Code } from './code.js';
import { ConsumerProgress } from './consumer-progress.js';
import { DelayTimers } from './delay-timers.js';
import { Groups, type GroupConfig } from './groups.js';
import type { Log } from './log.js';
import { MESSAGE_TYPE, type MessageTypeName } from './message-rules.js';
import { QueueChooser } from './queue-chooser.js';
import { toBrokerError } from './store-refusals.js';
import { Topics, type Topic, type TopicConfig } from './topics.js';
import { Traffic } from './traffic.js';

export interface BrokerCoreOptions {
  dataDir: string;
  segmentBytes: number;
  flush: FlushMode;
  topics: readonly TopicConfig[];
  groups: readonly GroupConfig[];
  retryDelaysMs: readonly number[] | undefined;
  autoCreateTopics: boolean;
  clientGoneAfterMs: number;
  clientReturnWithinMs: number;
  log: Log;
}

/** A timer may fire a little before its time by the wall clock. */
const TIMER_SLACK_MS = 50;

/** A message that passed the rules. payload and systemProperties are wire bytes (see store/record.ts). */
export interface AcceptedMessage {
  type: MessageTypeName;
  messageGroup: string | undefined;
  tag: string | undefined;
  deliverAtMs: number | undefined;
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
    const deadLetter = async (group: string, record: StoredRecord) => {
      const { name } = topics.deadLetterTopic(group);
      try {
        await store.append({
          ...record,
          kind: RecordKind.MESSAGE,
          topic: name,
          queueId: 0,
          originTopic: record.topic,
          messageGroup: '',
          sourceOffset: 0,
        });
      } catch (error) {
        log('error', 'dead_letter_not_stored', { group, topic: record.topic, error: String(error) });
        throw error;
      }
      log('warn', 'dead_letter', {
        group,
        topic: record.topic,
        queueId: record.queueId,
        queueOffset: record.queueOffset,
      });
    };
    const progress = new ConsumerProgress({ dataDir, store, topics, groups, clients, log, deadLetter });
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
      new DelayTimers(store, log),
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
    try {
      return {
        queueId,
        ...(await this.store.append({
          kind,
          messageType: MESSAGE_TYPE[type],
          topic: topic.name,
          queueId,
          messageGroup: message.messageGroup,
          tag: message.tag,
          deliverAtMs,
          payload: message.payload,
          systemProperties: message.systemProperties,
        })),
      };
    } catch (error) {
      throw toBrokerError(error);
    }
  }

  /**
   * Ends a transaction: commit makes the half message visible as a normal one, rollback drops it. Doing it again has no
   * effect. Throws BrokerError when there is no such half message.
   */
  async endTransaction(physicalOffset: number, commit: boolean): Promise<void> {
    const half = this.store.find(physicalOffset);
    if (half?.kind !== RecordKind.HALF)
      throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'cannot found transaction data');
    if (!this.store.takeHalf(physicalOffset)) return;
    try {
      await this.store.append(
        commit
          ? { ...half, kind: RecordKind.MESSAGE, messageType: MESSAGE_TYPE.NORMAL, sourceOffset: physicalOffset }
          : {
              ...half,
              kind: RecordKind.ROLLBACK,
              payload: EMPTY,
              systemProperties: EMPTY,
              sourceOffset: physicalOffset,
            },
      );
    } catch (error) {
      this.store.returnHalf(half);
      throw toBrokerError(error);
    }
  }

  /** Forgets the topic, and what every group has consumed of it. Throws BrokerError TOPIC_NOT_FOUND. */
  deleteTopic(name: string): void {
    this.topics.delete(name);
    this.progress.dropTopic(name);
  }

  /** Forgets the rules of the group and what it has consumed. Throws BrokerError CONSUMER_GROUP_NOT_FOUND. */
  deleteGroup(name: string): void {
    if (!this.groups.has(name) && !this.progress.hasGroup(name))
      throw new BrokerError(Code.CONSUMER_GROUP_NOT_FOUND, `consumer group ${name} does not exist`);
    if (this.groups.has(name)) this.groups.delete(name);
    this.progress.dropGroup(name);
  }

  /** Ready = takes messages. */
  get failure(): Error | undefined {
    return this.store.failure;
  }

  async close(): Promise<void> {
    clearTimeout(this.returnTimer);
    this.delays.close();
    this.clients.close();
    await this.progress.close();
    await this.store.close();
    this.lock.release();
    this.options.log('info', 'broker_closed');
  }
}

const EMPTY = new Uint8Array();
