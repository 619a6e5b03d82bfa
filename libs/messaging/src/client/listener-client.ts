import {
  ConsumeResult,
  FilterExpression,
  PushConsumer,
  type ConsumeService,
  type Endpoints,
  type MessageQueue,
  type MessageView,
  type RetryPolicy,
} from 'rocketmq-client-nodejs';
import type { Settings } from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/definition_pb.js';
import type { ReceiveMessageRequest } from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/service_pb.js';
import { MessagingError } from '../messaging-error.js';
import { AckBatcher } from './ack-batcher.js';
import { BrokerConnections } from './broker-connections.js';
import type { BrokerAddress } from './broker-address.js';
import type { ClientLogger } from './client-logger.js';
import { TIMED_OUT, within } from './deadline.js';
import { Intake, type Outcome } from './intake.js';
import { NoDelay, RetryDelays } from './retry-delays.js';

/** Of FilterType in the protocol. */
const FILTER = { tag: 1, sql: 2 } as const;
/** What closing needs for telling the broker, after the handlers were waited for. */
const GOODBYE_MS = 1_000;
const DEFAULT_MAX_ATTEMPTS = 17;

export interface ListenerClientOptions {
  broker: BrokerAddress;
  group: string;
  topic: string;
  /** One tag, several as `a || b`, or `*`. */
  tag: string;
  sql?: string;
  orderly: boolean;
  concurrency: number;
  /** Deliveries until a message goes to the dead letters; the broker's own limit where not given. */
  maxAttempts?: number;
  logger: ClientLogger;
  handle(view: MessageView): Promise<Outcome>;
}

/**
 * The library's push consumer without its faults, for one subscription: with several, it can miss the broker's first
 * settings while it still fetches routes, and then waits for them for ever.
 */
export class ListenerClient extends PushConsumer {
  declare protected readonly rpcClientManager: BrokerConnections;
  readonly #options: ListenerClientOptions;
  readonly #acks: AckBatcher;
  #intake?: Intake;
  #retryDelays?: RetryDelays;
  #closing = false;
  #failingSinceMs?: number;

  constructor(options: ListenerClientOptions) {
    const filter =
      options.sql === undefined
        ? new FilterExpression(options.tag, FILTER.tag)
        : new FilterExpression(options.sql, FILTER.sql);
    super({
      ...options.broker,
      logger: options.logger,
      consumerGroup: options.group,
      subscriptions: new Map([[options.topic, filter]]),
      messageListener: { consume: () => Promise.resolve(ConsumeResult.FAILURE) }, // the intake takes all messages
    });
    this.#options = options;
    this.rpcClientManager.close();
    this.rpcClientManager = new BrokerConnections(this, options.logger);
    this.#acks = new AckBatcher(this.rpcClientManager);
  }

  /** The library would wait without end. @throws MessagingError when it takes longer than startTimeoutMs; close() it then */
  async start(startTimeoutMs: number): Promise<void> {
    if ((await within(startTimeoutMs, this.startup())) === TIMED_OUT) {
      throw new MessagingError(`no answer from ${this.endpoints.facade} within ${startTimeoutMs} ms`, {
        retriable: true,
      });
    }
  }

  get ready(): boolean {
    return this.isRunning() && !this.#closing && this.rpcClientManager.isConnected(this.endpoints);
  }

  /** Since when every receive fails although the broker's own address answers: the topic has moved, or it forgot us. */
  get stuckSinceMs(): number | undefined {
    return this.#failingSinceMs;
  }

  /**
   * Stops receiving, waits for running handlers, hands back the rest, says goodbye. Never rejects, and takes at most
   * drainTimeoutMs, whatever handlers and broker do.
   */
  async close(drainTimeoutMs: number): Promise<void> {
    const endAtMs = Date.now() + drainTimeoutMs;
    this.#closing = true;
    this.#options.logger.mute();
    this.rpcClientManager.abortReceives();
    if (this.#intake) {
      await within(drainTimeoutMs - GOODBYE_MS, this.#intake.stop());
      this.#intake.abandon();
    }
    try {
      await within(endAtMs - Date.now(), this.shutdown());
    } catch (error) {
      this.logger.debug?.('the broker did not hear the goodbye: %s', error);
    } finally {
      this.rpcClientManager.close();
    }
  }

  protected override createConsumeService(): ConsumeService {
    const { concurrency, handle, maxAttempts } = this.#options;
    this.#intake = new Intake(this.clientId, {
      concurrency,
      handle,
      orderly: this.#options.orderly || this.getPushConsumerSettings().isFifo(),
      maxAttempts: () => maxAttempts ?? this.#retryDelays?.getMaxAttempts() ?? DEFAULT_MAX_ATTEMPTS,
      retryDelayMs: (attempt) => this.#retryDelays?.getNextAttemptDelay(attempt) ?? 0,
    });
    return this.#intake;
  }

  override onSettingsCommand(endpoints: Endpoints, settings: Settings): void {
    const policy = settings.getBackoffPolicy();
    if (policy) this.#retryDelays = new RetryDelays(policy);
    super.onSettingsCommand(endpoints, settings);
  }

  protected override async updateRoutes(): Promise<void> {
    await super.updateRoutes();
    if (this.#closing) {
      // Closed while starting: with a route in its cache the library would go on and leave its timers running.
      this.topicRouteCache.clear();
      throw new MessagingError('closed while starting', { retriable: true });
    }
  }

  protected override startAssignmentScanning(): void {
    if (!this.#closing) super.startAssignmentScanning();
  }

  override getRetryPolicy(): RetryPolicy | undefined {
    const policy = this.#retryDelays;
    return policy && this.#closing ? new NoDelay(policy.toProtobuf()) : policy;
  }

  override async receiveMessage(
    request: ReceiveMessageRequest,
    queue: MessageQueue,
    awaitMs: number,
  ): Promise<MessageView[]> {
    await this.#intake?.whenRoom();
    // A poll that never settles ends the library's loop for this queue, which nothing else does in all cases.
    if (this.#closing) return new Promise<never>(() => undefined);
    try {
      const views = await super.receiveMessage(request, queue, awaitMs);
      this.#failingSinceMs = undefined;
      return views;
    } catch (error) {
      if (this.#closing) return [];
      this.#failingSinceMs = this.ready ? (this.#failingSinceMs ?? Date.now()) : undefined;
      throw error;
    }
  }

  override ackMessageViaRpc(...[endpoints, request, timeoutMs]: Parameters<PushConsumer['ackMessageViaRpc']>) {
    return this.#acks.ack(endpoints, request, timeoutMs);
  }

  /** While closing, the library's fixed pauses would only eat into the time for the goodbye. */
  protected override sleep(ms: number): Promise<void> {
    return super.sleep(Math.min(ms, this.#closing ? 10 : 300));
  }
}
