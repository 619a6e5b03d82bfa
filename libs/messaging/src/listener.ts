import { Logger } from '@nestjs/common';
import type { MessageView } from 'rocketmq-client-nodejs';
import { ClientLogger } from './client/client-logger.js';
import type { Outcome } from './client/intake.js';
import { ListenerClient } from './client/listener-client.js';
import { DeliveredMessage, type ReceivedMessage } from './message.js';
import type { MessageListenerOptions } from './message-listener.decorator.js';
import { UnrecoverableMessageError } from './messaging-error.js';
import {
  brokerAddressOf,
  defaultInstanceId,
  DEFAULT_START_TIMEOUT_MS,
  type MessagingOptions,
} from './messaging-options.js';

const DEFAULT_CONCURRENCY = 16;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 1_000;
const STILL_WAITING_EVERY_MS = 60_000;
const WATCH_EVERY_MS = 1_000;
/** Receiving that fails for so long while the broker answers will not heal by itself. */
const STUCK_MS = 5_000;

/** What a listener has done since it was made. */
export interface ListenerFigures {
  topic: string;
  group: string;
  ready: boolean;
  handled: Readonly<Record<Outcome, number>>;
  delayMsTotal: number;
}

/** One @MessageListener: gets it connected, keeps it connected, and hands it messages. */
export class Listener {
  private readonly logger = new Logger('MessageListener');
  private readonly startedAtMs = Date.now();
  /** Deliveries, by what came of them. */
  private readonly handled = { done: 0, retry: 0, dead: 0 };
  /** From when a message could be delivered to when it was handled, over all that were. */
  private delayMsTotal = 0;
  private client?: ListenerClient;
  private watch?: NodeJS.Timeout;
  private stopped = false;
  private wake?: () => void;

  constructor(
    /** `Class.method` */
    readonly name: string,
    private readonly listens: MessageListenerOptions,
    private readonly options: MessagingOptions,
    private readonly handle: (message: ReceivedMessage) => Promise<unknown>,
  ) {}

  get ready(): boolean {
    return this.client?.ready ?? false;
  }

  /** The consumer group on the broker. Every instance of a broadcasting listener is a group of its own. */
  get group(): string {
    const { group, model } = this.listens;
    return model === 'BROADCASTING' ? `${group}_${this.options.instanceId ?? defaultInstanceId()}` : group;
  }

  get figures(): ListenerFigures {
    const { ready, group, handled, delayMsTotal } = this;
    return { topic: this.listens.topic, group, ready, handled, delayMsTotal };
  }

  /** Returns at once: the broker may come up later than this process. */
  start(): void {
    const { topic, tag = '*', sql } = this.listens;
    this.logger.log(`${this.name} ← ${topic}:${sql ?? tag} as ${this.group}`);
    void this.connect();
    this.watch = setInterval(() => this.replaceStuckClient(), WATCH_EVERY_MS);
    this.watch.unref();
  }

  /** Never rejects; at most drainTimeoutMs. */
  async stop(drainTimeoutMs: number): Promise<void> {
    this.stopped = true;
    clearInterval(this.watch);
    this.wake?.();
    await this.client?.close(drainTimeoutMs);
  }

  private async connect(): Promise<void> {
    let lastSaidAtMs = 0;
    for (let pauseMs = FIRST_PAUSE_MS; !this.stopped; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
      const client = this.createClient();
      this.client = client;
      try {
        await client.start(this.options.startTimeoutMs ?? DEFAULT_START_TIMEOUT_MS);
        if (lastSaidAtMs > 0) this.logger.log(`${this.name} is connected`);
        return;
      } catch (error) {
        if (this.stopped) return;
        if (Date.now() - lastSaidAtMs > STILL_WAITING_EVERY_MS) {
          lastSaidAtMs = Date.now();
          this.logger.warn(`${this.name} waits for the broker at ${this.options.endpoint}: ${reasonOf(error)}`);
        }
        await client.close(0);
      }
      await this.pause(pauseMs);
    }
  }

  /** Topics move between brokers, and brokers forget their clients; a fresh client finds both again. */
  private replaceStuckClient(): void {
    const { client } = this;
    const sinceMs = client?.stuckSinceMs;
    if (!client || sinceMs === undefined || Date.now() - sinceMs < STUCK_MS) return;
    this.logger.warn(`${this.name} has received nothing but errors for ${Date.now() - sinceMs} ms: connecting anew`);
    void client.close(STUCK_MS);
    void this.connect();
  }

  private createClient(): ListenerClient {
    const { topic, tag = '*', sql, orderly = false, concurrency = DEFAULT_CONCURRENCY, maxAttempts } = this.listens;
    return new ListenerClient({
      broker: brokerAddressOf(this.options),
      logger: new ClientLogger(this.logger, this.name),
      group: this.group,
      topic,
      tag,
      sql,
      orderly,
      concurrency,
      maxAttempts,
      handle: (view) => this.receive(view),
    });
  }

  private async receive(view: MessageView): Promise<Outcome> {
    if (this.isFromBeforeUs(view)) return 'done';
    const outcome = await this.handleOne(view);
    this.handled[outcome] += 1;
    const deliverableAtMs = (view.deliveryTimestamp ?? view.bornTimestamp)?.getTime() ?? Date.now();
    if (outcome === 'done') this.delayMsTotal += Math.max(0, Date.now() - deliverableAtMs);
    return outcome;
  }

  private async handleOne(view: MessageView): Promise<Outcome> {
    const message = new DeliveredMessage(view, this.group);
    const { context } = this.options;
    try {
      await (context ? context.run(message, () => this.handle(message)) : this.handle(message));
      return 'done';
    } catch (error) {
      const dead = error instanceof UnrecoverableMessageError;
      const what = `${message.topic}:${message.tag} key ${message.key} (attempt ${message.attempt})`;
      this.logger.warn(`${this.name} failed on ${what}${dead ? ', to the dead letters' : ''}: ${reasonOf(error)}`);
      return dead ? 'dead' : 'retry';
    }
  }

  /** A broadcasting instance without a lasting name is a new group each time, which a broker may start at the oldest message. */
  private isFromBeforeUs(view: MessageView): boolean {
    if (this.listens.model !== 'BROADCASTING' || this.options.instanceId !== undefined) return false;
    const visibleAt = view.deliveryTimestamp ?? view.bornTimestamp;
    return visibleAt !== undefined && visibleAt.getTime() < this.startedAtMs;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${reasonOf(error.cause)})` : error.message;
}
