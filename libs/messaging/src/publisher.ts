import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { MessageOptions } from 'rocketmq-client-nodejs';
import { ClientLogger } from './client/client-logger.js';
import { ProducerClient } from './client/producer-client.js';
import { DeliveredMessage, type MessageContract, type OutgoingMessage, type SendReceipt } from './message.js';
import { checkMessage } from './message-rules.js';
import { MessagingError, messagingErrorOf } from './messaging-error.js';
import { brokerAddressOf, MESSAGING_OPTIONS, type MessagingOptions } from './messaging-options.js';
import { batchesOf, singlesOf, UnbatchableTopics, type Batch, type BatchedMessage } from './send-batches.js';

const GOODBYE_MS = 2_000;

/** What a single message has beside its payload. */
export interface PublishOptions {
  /** Unix time in ms; only for contracts of type DELAY. @default now */
  deliverAtMs?: number;
  /** Only for contracts of type FIFO. @default the message's key */
  messageGroup?: string;
  properties?: Record<string, string>;
}

/**
 * Sends messages. Every method rejects with a MessagingError; `retriable` tells whether later may be better. While the
 * broker is away it rejects at once: use the outbox for what must not get lost.
 */
@Injectable()
export class Publisher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Publisher.name);
  private readonly client: ProducerClient;
  private readonly unbatchable = new UnbatchableTopics();

  constructor(@Inject(MESSAGING_OPTIONS) private readonly options: MessagingOptions) {
    const { checkTransaction } = options;
    this.client = new ProducerClient({
      broker: brokerAddressOf(options),
      logger: new ClientLogger(this.logger, 'producer'),
      ...(checkTransaction && { checkTransaction: (view) => checkTransaction(new DeliveredMessage(view, '')) }),
    });
  }

  /** @internal */
  async onApplicationBootstrap(): Promise<void> {
    let wasConnected = false;
    await this.client.start((connected) => {
      if (connected) this.logger.log(`connected to the broker at ${this.options.endpoint}`);
      else if (wasConnected) this.logger.warn(`lost the broker at ${this.options.endpoint}`);
      wasConnected = connected;
    });
  }

  /** @internal */
  async onApplicationShutdown(): Promise<void> {
    await this.client.close(GOODBYE_MS);
  }

  /** Whether the broker can be reached now. */
  get ready(): boolean {
    return this.client.ready;
  }

  /** Resolves when the broker has stored the message. */
  async send(message: OutgoingMessage): Promise<SendReceipt> {
    const [receipt] = await this.client.sendTogether([this.encode(message)]);
    if (!receipt) throw new MessagingError('the broker answered nothing', { retriable: true });
    return receipt;
  }

  /** Does not wait; a failure is logged, not thrown. For what may get lost. */
  sendOneway(message: OutgoingMessage): void {
    this.send(message).catch((error) =>
      this.logger.warn(`oneway message lost: ${messagingErrorOf(error, message.topic).message}`),
    );
  }

  /** Messages of one group are consumed in the order in which their sends resolved. The topic must be of type FIFO. */
  sendOrderly(message: OutgoingMessage, messageGroup: string): Promise<SendReceipt> {
    return this.send({ ...message, messageGroup });
  }

  /**
   * Sends a message that consumers get later.
   * @param deliverAtMs Unix time in ms, at most 24 h ahead. The topic must be of type DELAY.
   */
  sendDelayed(message: OutgoingMessage, deliverAtMs: number): Promise<SendReceipt> {
    return this.send({ ...message, deliverAtMs });
  }

  /**
   * Stores the message where no consumer sees it, runs the local transaction, and makes the message visible when that
   * resolves, or drops it when it throws (and rethrows). When this process dies in between, the broker asks
   * `checkTransaction` of the module's options. The topic must be of type TRANSACTION.
   */
  async sendInTransaction<T>(
    message: OutgoingMessage,
    localTransaction: (receipt: SendReceipt) => Promise<T>,
  ): Promise<T> {
    if (!this.options.checkTransaction) {
      throw new MessagingError('sendInTransaction needs checkTransaction in the options of MessagingModule', {
        retriable: false,
      });
    }
    const half = await this.client.sendHalf(this.encode(message));
    const end = async (resolution: 'COMMIT' | 'ROLLBACK') => {
      try {
        await half.end(resolution);
      } catch (error) {
        this.logger.warn(
          `${resolution} of ${half.receipt.messageId} not delivered, the broker will ask: ${String(error)}`,
        );
      }
    };
    let result: T;
    try {
      result = await localTransaction(half.receipt);
    } catch (error) {
      await end('ROLLBACK');
      throw error;
    }
    await end('COMMIT');
    return result;
  }

  /** Sends a payload the way its contract says, as JSON. */
  publish<P>(contract: MessageContract<P>, payload: P, options: PublishOptions = {}): Promise<SendReceipt> {
    return this.send(messageOf(contract, payload, options));
  }

  /**
   * Sends many messages with as few calls as the broker allows. Messages of one message group keep their order; among
   * others there is none. Never rejects as a whole: one result per message, in their order.
   */
  sendMany(messages: OutgoingMessage[]): Promise<PromiseSettledResult<SendReceipt>[]> {
    const { context } = this.options;
    return context?.send ? context.send(messages, (changed) => this.sendAll(changed)) : this.sendAll(messages);
  }

  private async sendAll(messages: OutgoingMessage[]): Promise<PromiseSettledResult<SendReceipt>[]> {
    const results: PromiseSettledResult<SendReceipt>[] = new Array(messages.length);
    const encoded: BatchedMessage[] = [];
    messages.forEach((message, index) => {
      try {
        encoded.push({ message: this.encode(message), index });
      } catch (reason) {
        results[index] = { status: 'rejected', reason };
      }
    });
    await Promise.all(batchesOf(encoded, this.unbatchable).map((lane) => this.sendLane(lane, results)));
    return results;
  }

  /** One batch after the other. A FIFO lane ends at its first failure: what is behind must not overtake. */
  private async sendLane(lane: Batch[], results: PromiseSettledResult<SendReceipt>[]): Promise<void> {
    let failure: unknown;
    for (const batch of lane) {
      const ordered = batch[0].message.messageGroup !== undefined;
      if (failure === undefined || !ordered) failure = await this.sendBatch(batch, results);
      else for (const { index } of batch) results[index] = { status: 'rejected', reason: failure };
    }
  }

  /** @returns the failure after which no later batch of a FIFO lane may be sent */
  private async sendBatch(batch: Batch, results: PromiseSettledResult<SendReceipt>[]): Promise<unknown> {
    const [{ message: first }] = batch;
    try {
      const receipts = await this.client.sendTogether(batch.map(({ message }) => message));
      batch.forEach(({ index }, i) => (results[index] = { status: 'fulfilled', value: receipts[i] as SendReceipt }));
      return undefined;
    } catch (reason) {
      const error = messagingErrorOf(reason, `could not send ${batch.length} messages to ${first.topic}`);
      if (batch.length > 1 && mayPassSingly(error)) return this.sendSingly(batch, results);
      for (const { index } of batch) results[index] = { status: 'rejected', reason: error };
      return error;
    }
  }

  /** The broker takes no batches of this kind, or one message spoils the batch. */
  private async sendSingly(batch: Batch, results: PromiseSettledResult<SendReceipt>[]): Promise<unknown> {
    const [first, ...rest] = singlesOf(batch);
    const failure = await this.sendBatch(first, results);
    const ordered = first[0].message.messageGroup !== undefined;
    // Not the batch and not the message: the broker is in trouble, and has no use for many more calls.
    if (failure instanceof MessagingError && (ordered || failure.retriable)) {
      for (const [{ index }] of rest) results[index] = { status: 'rejected', reason: failure };
      return failure;
    }
    if (ordered) await this.sendLane(rest, results);
    else await Promise.all(rest.map((single) => this.sendBatch(single, results)));
    const failed = batch.map(({ index }) => results[index]).find((result) => result?.status === 'rejected');
    if (!failed) this.unbatchable.add(first[0].message.topic);
    return failed?.reason;
  }

  /**
   * Checks a message that is kept and sent later, and gives it the properties of the current context (the trace).
   * @throws MessagingError for what a broker would refuse
   */
  stamp(message: OutgoingMessage): OutgoingMessage {
    const injected = this.options.context?.inject();
    const stamped = injected ? { ...message, properties: { ...injected, ...message.properties } } : message;
    checkMessage(stamped);
    return stamped;
  }

  private encode(message: OutgoingMessage): MessageOptions {
    const { topic, tag, keys, body, properties, deliverAtMs, messageGroup } = this.stamp(message);
    return {
      topic,
      tag,
      keys,
      messageGroup,
      body: typeof body === 'string' ? Buffer.from(body) : body, // the library would take a string for base64
      ...(properties && { properties: new Map(Object.entries(properties)) }),
      ...(deliverAtMs !== undefined && { deliveryTimestamp: new Date(deliverAtMs) }),
    };
  }
}

/** Refused because of what was sent, not because the broker is away or throttles, or knows no such topic or user. */
function mayPassSingly({ code = 0 }: MessagingError): boolean {
  return (
    (code >= 40_000 && code < 40_100) ||
    (code >= 41_300 && code < 42_000) ||
    (code >= 43_100 && code < 44_000) ||
    code >= 50_000
  );
}

/** The message that a contract and a payload make: JSON body, tag and key of the contract. */
export function messageOf<P>(contract: MessageContract<P>, payload: P, options: PublishOptions = {}): OutgoingMessage {
  const { topic, tag, type } = contract;
  if (type === 'TRANSACTION')
    throw new MessagingError(`${topic} is transactional: use sendInTransaction`, { retriable: false });
  if (type !== 'DELAY' && options.deliverAtMs !== undefined) {
    throw new MessagingError(`${topic}:${tag} is of type ${type}, it takes no deliverAtMs`, { retriable: false });
  }
  const key = contract.key(payload);
  return {
    topic,
    tag,
    keys: [key],
    body: JSON.stringify(payload),
    ...(options.properties && { properties: options.properties }),
    ...(type === 'DELAY' && { deliverAtMs: options.deliverAtMs ?? Date.now() }),
    ...(type === 'FIFO' && { messageGroup: options.messageGroup ?? key }),
  };
}
