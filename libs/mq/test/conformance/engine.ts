import { jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  startBroker,
  type BrokerOptions,
  type GroupConfig,
  type RunningBroker,
  type TopicConfig,
  type TopicType,
} from '../../src/index.js';
import * as node from '../node-client.js';
import { message, RawClient } from '../raw-client.js';
import { ENGINE } from './differences.js';
import { GroupMember, type Membership } from './group-member.js';

/** Apache RocketMQ notices some things, like the death of a client, after minutes. */
jest.setTimeout(ENGINE === 'apache' ? 300_000 : 60_000);
const POLL_MS = 20;
const IPV4 = 1;
const DECLARE = join(dirname(fileURLToPath(import.meta.url)), '../../../../tools/rocketmq-declare.mjs');

/** The rules of a consumer group that both brokers know. */
export type GroupRules = Pick<GroupConfig, 'orderly' | 'maxAttempts' | 'retryDelaysMs'>;

/**
 * The broker under test: the built-in one, started for the file, or the Apache RocketMQ of ROCKETMQ_ENDPOINT and
 * ROCKETMQ_NAMESRV. Topics and groups are named while the file is collected and exist when its tests start.
 */
export class BrokerUnderTest {
  readonly #run = randomBytes(4).toString('hex');
  readonly #topics: TopicConfig[] = [];
  readonly #groups: GroupConfig[] = [];
  readonly #clients: RawClient[] = [];
  #broker: RunningBroker | undefined;

  /** @param options of the built-in broker, to make it quicker than it would be by default */
  constructor(private readonly options: BrokerOptions = {}) {
    beforeAll(() => this.#start());
    afterAll(() => this.#stop());
  }

  topic(type: TopicType = 'NORMAL', queues = 4): string {
    const name = `${type.toLowerCase()}-${this.#topics.length}-${this.#run}`;
    this.#topics.push({ name, type, queues });
    return name;
  }

  group(rules: GroupRules = {}): string {
    const name = `group-${this.#groups.length}-${this.#run}`;
    this.#groups.push({ name, ...rules });
    return name;
  }

  get endpoint(): string {
    return process.env['ROCKETMQ_ENDPOINT'] ?? (this.#broker as RunningBroker).endpoint;
  }

  /** The address as a client says that it dialled it. */
  get dialled(): { scheme: number; addresses: { host: string; port: number }[] } {
    const [host = '', port] = this.endpoint.split(':');
    return { scheme: IPV4, addresses: [{ host, port: Number(port) }] };
  }

  raw(clientId?: string, headers?: Record<string, string>): RawClient {
    const client = new RawClient(this.endpoint, clientId, headers);
    this.#clients.push(client);
    return client;
  }

  member(membership: Membership, client = this.raw()): Promise<GroupMember> {
    return GroupMember.join(client, membership);
  }

  /** Sends one normal message. */
  producerOf(topic: string): (text: string) => Promise<unknown> {
    const client = this.raw();
    return (text) => client.send(message(topic, { body: Buffer.from(text) }));
  }

  producer(topic: string, options?: Parameters<typeof node.startProducer>[2]): Promise<node.Producer> {
    return node.startProducer(this.endpoint, [topic], options);
  }

  simpleConsumer(subscription: node.Subscription, awaitMs?: number): Promise<node.SimpleConsumer> {
    return node.startSimpleConsumer(this.endpoint, subscription, awaitMs);
  }

  pushConsumer(
    subscription: node.Subscription,
    consume: Parameters<typeof node.startPushConsumer>[2],
  ): Promise<node.PushConsumer> {
    return node.startPushConsumer(this.endpoint, subscription, consume);
  }

  /** Tries again until the expectation holds; fails with its last failure. */
  async eventually(expectation: () => unknown, withinMs = 15_000): Promise<void> {
    const deadlineMs = Date.now() + withinMs;
    for (;;) {
      try {
        await expectation();
        return;
      } catch (error) {
        if (Date.now() > deadlineMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
  }

  async #start(): Promise<void> {
    if (ENGINE === 'apache') {
      const input = JSON.stringify({ topics: this.#topics, groups: this.#groups });
      execFileSync(process.execPath, [DECLARE], { input });
      return;
    }
    this.#broker = await startBroker({
      topics: this.#topics,
      groups: this.#groups,
      longPollingMs: 1000,
      clientGoneAfterMs: 500,
      ...this.options,
    });
  }

  async #stop(): Promise<void> {
    await node.shutdownClients();
    for (const client of this.#clients) client.close();
    await this.#broker?.close();
  }
}
