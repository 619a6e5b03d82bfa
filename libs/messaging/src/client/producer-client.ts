import {
  Producer,
  PublishingLoadBalancer,
  PublishingMessage,
  type Endpoints,
  type MessageOptions,
  type MessageQueue,
  type MessageView,
  type TopicRouteData,
} from 'rocketmq-client-nodejs';
import type {
  MessageType,
  Settings,
  TransactionResolution,
} from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/definition_pb.js';
import type { SendMessageResponse } from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/service_pb.js';
import type { SendReceipt } from '../message.js';
import { MessagingError, messagingErrorOf, refusal } from '../messaging-error.js';
import { BrokerConnections, SendMessageRequest } from './broker-connections.js';
import type { BrokerAddress } from './broker-address.js';
import type { ClientLogger } from './client-logger.js';
import { within } from './deadline.js';

const OK = 20000;
const UNAVAILABLE = 14;
const TOO_MANY_REQUESTS = 42900;
/** Attempts for one call; more patience is the outbox's business. */
const MAX_ATTEMPTS = 3;
const THROTTLED_PAUSE_MS = 50;
/** Of MessageType, TransactionResolution and TransactionSource in the protocol. */
const TYPE_NAMES = ['UNSPECIFIED', 'NORMAL', 'FIFO', 'DELAY', 'TRANSACTION'];
const RESOLUTION = { COMMIT: 1, ROLLBACK: 2, UNKNOWN: 0 } as const;
export type Resolution = keyof typeof RESOLUTION;

export interface ProducerClientOptions {
  broker: BrokerAddress;
  logger: ClientLogger;
  /** Asked by the broker about a half message whose sender did not say how its transaction ended. */
  checkTransaction?(view: MessageView): Promise<Resolution>;
}

/** A half message that waits for its transaction. */
export interface HalfMessage {
  receipt: SendReceipt;
  end(resolution: 'COMMIT' | 'ROLLBACK'): Promise<void>;
}

/**
 * The library's producer with a sending path of its own: many messages in one request, routes that are followed when
 * they change, an immediate answer while the broker is away, and about half of the CPU time.
 */
export class ProducerClient extends Producer {
  declare protected readonly rpcClientManager: BrokerConnections;
  readonly #balancers = new WeakMap<TopicRouteData, PublishingLoadBalancer>();
  readonly #transactionTopics = new Set<string>();

  constructor(options: ProducerClientOptions) {
    const { checkTransaction } = options;
    super({
      ...options.broker,
      logger: options.logger,
      ...(checkTransaction && {
        checker: {
          check: async (view: MessageView) => RESOLUTION[await checkTransaction(view)] as TransactionResolution,
        },
      }),
    });
    this.rpcClientManager.close();
    this.rpcClientManager = new BrokerConnections(this, options.logger);
  }

  /** Without topics the library's start-up talks to nobody; the connection comes up in the background. */
  async start(connectionChanged: (connected: boolean) => void): Promise<void> {
    await this.startup();
    this.rpcClientManager.watch(this.endpoints, connectionChanged);
  }

  get ready(): boolean {
    return this.isRunning() && this.rpcClientManager.isConnected(this.endpoints);
  }

  /** Never rejects, takes at most timeoutMs. */
  async close(timeoutMs: number): Promise<void> {
    try {
      await within(timeoutMs, this.shutdown());
    } catch (error) {
      this.logger.debug?.('the broker did not hear the goodbye: %s', error);
    } finally {
      this.rpcClientManager.close();
    }
  }

  /**
   * Sends messages of one topic and one type in one request: all are stored, or the call rejects.
   * @throws MessagingError
   */
  async sendTogether(messages: MessageOptions[]): Promise<SendReceipt[]> {
    const publishing = messages.map((message) => this.#prepare(message, false));
    return (await this.#sendPrepared(publishing)).receipts;
  }

  /** @throws MessagingError */
  async sendHalf(message: MessageOptions): Promise<HalfMessage> {
    const publishing = this.#prepare(message, true);
    const { queue, receipts, transactionIds } = await this.#sendPrepared([publishing]);
    const [receipt, transactionId] = [receipts[0], transactionIds[0]];
    if (!receipt || !transactionId) throw new MessagingError('the broker named no transaction', { retriable: true });
    this.#announceTransactions(message.topic, queue.broker.endpoints);
    const end = (resolution: 'COMMIT' | 'ROLLBACK') =>
      this.endTransaction(
        queue.broker.endpoints,
        publishing,
        receipt.messageId,
        transactionId,
        RESOLUTION[resolution] as TransactionResolution,
      );
    return { receipt, end };
  }

  /** Settings without a backoff policy, or with one of another kind, make the library throw out of a stream callback. */
  override onSettingsCommand(endpoints: Endpoints, settings: Settings): void {
    try {
      super.onSettingsCommand(endpoints, settings);
    } catch (error) {
      this.logger.warn('settings from %s not understood: %s', endpoints.facade, error);
    }
  }

  /** The library stops at the first topic that fails, and would never look at those behind it again. */
  protected override async updateRoutes(): Promise<void> {
    for (const topic of [...this.topics]) {
      const known = this.topicRouteCache.get(topic);
      this.topicRouteCache.delete(topic);
      try {
        await this.getRouteData(topic);
      } catch (error) {
        this.logger.warn('no new route of %s: %s', topic, error);
        if (known) this.topicRouteCache.set(topic, known);
        else this.topics.delete(topic);
      }
    }
  }

  #prepare(message: MessageOptions, transactional: boolean): PublishingMessage {
    const { maxBodySizeBytes } = this.publishingSettings;
    if (message.body.length > maxBodySizeBytes) {
      throw new MessagingError(`message body of ${message.body.length} bytes is larger than ${maxBodySizeBytes}`, {
        retriable: false,
      });
    }
    return new PublishingMessage(message, this.publishingSettings, transactional);
  }

  async #sendPrepared(messages: PublishingMessage[]) {
    const topic = messages[0]?.topic ?? '';
    for (let attempt = 1; ; attempt++) {
      try {
        const queue = await this.#chooseQueue(messages, attempt);
        const request = new SendMessageRequest();
        for (const message of messages) request.addMessages(message.toProtobuf(this.namespace, queue));
        const response = await this.rpcClientManager.sendMessage(queue.broker.endpoints, request, this.requestTimeout);
        return { queue, ...resultsOf(response, messages) };
      } catch (cause) {
        const error = messagingErrorOf(cause, `could not send to ${topic}`);
        // The broker behind the route may have moved: the next attempt asks again where the topic is.
        if (error.code === UNAVAILABLE) this.topicRouteCache.delete(topic);
        const mayRepeat = error.code === UNAVAILABLE || error.code === TOO_MANY_REQUESTS;
        if (!mayRepeat || attempt >= MAX_ATTEMPTS || !this.isRunning()) throw error;
        if (error.code === TOO_MANY_REQUESTS) await this.sleep(THROTTLED_PAUSE_MS * attempt);
      }
    }
  }

  async #chooseQueue([first]: PublishingMessage[], attempt: number): Promise<MessageQueue> {
    if (!first) throw new MessagingError('nothing to send', { retriable: false });
    const { topic, messageGroup, messageType } = first;
    const balancer = this.#balancerOf(topic, await this.getRouteData(topic));
    const candidates = messageGroup
      ? [balancer.takeMessageQueueByMessageGroup(messageGroup)]
      : balancer.takeMessageQueues(new Map(), MAX_ATTEMPTS);
    const queue = candidates[(attempt - 1) % candidates.length];
    if (!queue) throw new MessagingError(`topic ${topic} has no writable queue`, { retriable: true });
    this.#checkType(topic, messageType, queue);
    return queue;
  }

  #checkType(topic: string, type: MessageType, queue: MessageQueue): void {
    const accepted = queue.acceptMessageTypesList;
    if (!this.publishingSettings.isValidateMessageType() || accepted.includes(type)) return;
    const names = accepted.map((each) => TYPE_NAMES[each] ?? each).join(', ');
    throw new MessagingError(`topic ${topic} takes ${names} messages, not ${TYPE_NAMES[type] ?? type}`, {
      retriable: false,
    });
  }

  #balancerOf(topic: string, route: TopicRouteData): PublishingLoadBalancer {
    let balancer = this.#balancers.get(route);
    if (!balancer) {
      try {
        balancer = new PublishingLoadBalancer(route);
      } catch (cause) {
        throw new MessagingError(`topic ${topic} has no writable queue`, { retriable: true, cause });
      }
      this.#balancers.set(route, balancer);
    }
    return balancer;
  }

  /** The broker asks only those about a transaction whose settings name the topic, and those it gets every 5 minutes. */
  #announceTransactions(topic: string, endpoints: Endpoints): void {
    if (this.#transactionTopics.has(topic)) return;
    this.#transactionTopics.add(topic);
    this.getTelemetrySession(endpoints).syncSettings();
  }
}

function resultsOf(response: SendMessageResponse, messages: PublishingMessage[]) {
  const entries = response.getEntriesList();
  const refused =
    entries.map((entry) => entry.getStatus()).find((status) => status?.getCode() !== OK) ?? response.getStatus();
  if (refused && refused.getCode() !== OK) throw refusal(refused.getCode(), refused.getMessage());
  // Apache RocketMQ answers a batch with one entry for all its messages.
  const receipts = messages.map((message, index): SendReceipt => {
    const entry = entries[index] ?? entries[0];
    const recallHandle = entry?.getRecallHandle();
    return {
      messageId: message.messageId,
      topic: message.topic,
      offset: (entry?.getOffset() ?? 0) + (entries[index] ? 0 : index),
      ...(recallHandle && { recallHandle }),
    };
  });
  return { receipts, transactionIds: entries.map((entry) => entry.getTransactionId()) };
}
