import { CLIENT_TYPE, FILTER_TYPE, wireTime, type AckAnswer, type Answer, type HandleAnswer } from '../protocol.js';
import type { Received, WireMessage, WireSettings } from '../protocol.js';
import { RawClient } from '../raw-client.js';

export interface Membership {
  group: string;
  topic: string;
  kind?: 'SIMPLE_CONSUMER' | 'PUSH_CONSUMER';
  /** A tag expression; all messages unless told. */
  tags?: string;
  /** An SQL92 expression, in the place of tags. */
  sql?: string;
}

export interface Poll {
  /** In the place of what the member joined with. */
  tags?: string;
  sql?: string;
  max?: number;
  waitMs?: number;
  /** Simple consumers only. */
  invisibleMs?: number;
  attemptId?: string;
  signal?: AbortSignal;
  deadlineMs?: number;
}

const RECEIVE_WITHIN_MS = 20_000;

/** A member of a consumer group, of which the test decides each word. */
export class GroupMember {
  private constructor(
    readonly client: RawClient,
    readonly settings: WireSettings,
    readonly names: Membership,
  ) {}

  /** Rejects when the server refuses the subscription. */
  static async join(client: RawClient, membership: Membership): Promise<GroupMember> {
    const { group, topic, kind = 'SIMPLE_CONSUMER' } = membership;
    const settings = await client.settings({
      clientType: CLIENT_TYPE[kind],
      subscription: {
        group: { name: group },
        subscriptions: [{ topic: { name: topic }, expression: filterOf(membership) }],
      },
    });
    return new GroupMember(client, settings, membership);
  }

  /** One receive call. */
  poll(options: Poll = {}): Promise<Received> {
    const { tags, sql } = { ...this.names, ...options };
    const { max = 32, waitMs = 1000, invisibleMs = 10_000, attemptId, signal, deadlineMs } = options;
    const push = this.names.kind === 'PUSH_CONSUMER';
    return this.client.receive(
      {
        group: { name: this.names.group },
        messageQueue: { topic: { name: this.names.topic }, id: -1 },
        filterExpression: filterOf({ tags, sql }),
        batchSize: max,
        autoRenew: push,
        ...(push ? {} : { invisibleDuration: wireTime(invisibleMs) }),
        longPollingTimeout: wireTime(waitMs),
        ...(attemptId === undefined ? {} : { attemptId }),
      },
      { signal, deadlineMs },
    );
  }

  /** Polls until so many messages are there; rejects when they do not come. Never takes more than that. */
  async receive(count = 1, options: Poll = {}, withinMs = RECEIVE_WITHIN_MS): Promise<WireMessage[]> {
    const deadlineMs = Date.now() + withinMs;
    const all: WireMessage[] = [];
    while (all.length < count) {
      if (Date.now() > deadlineMs) throw new Error(`${all.length} of ${count} messages came within ${withinMs} ms`);
      const { status, messages } = await this.poll({ max: Math.min(32, count - all.length), ...options });
      if (messages.length === 0 && status.code !== 40401) throw new Error(`${status.code} ${status.message}`);
      all.push(...messages);
    }
    return all;
  }

  /** Receives and acknowledges so many messages, and gives their bodies in the order of arrival. */
  async consume(count: number, options: Poll = {}): Promise<string[]> {
    const bodies: string[] = [];
    while (bodies.length < count) {
      const messages = await this.receive(1, { max: Math.min(32, count - bodies.length), ...options });
      bodies.push(...messages.map(textOf));
      await this.ack(...messages);
    }
    return bodies;
  }

  ack(...messages: WireMessage[]): Promise<AckAnswer> {
    return this.ackEntries(...messages.map(({ systemProperties }) => systemProperties));
  }

  ackEntries(...entries: { messageId: string; receiptHandle: string }[]): Promise<AckAnswer> {
    return this.client.call('AckMessage', {
      ...this.#resources(),
      entries: entries.map(({ messageId, receiptHandle }) => ({ messageId, receiptHandle })),
    });
  }

  changeInvisible({ systemProperties }: WireMessage, durationMs: number): Promise<HandleAnswer> {
    const { messageId, receiptHandle } = systemProperties;
    return this.client.call('ChangeInvisibleDuration', {
      ...this.#resources(),
      receiptHandle,
      messageId,
      invisibleDuration: wireTime(durationMs),
    });
  }

  forwardToDeadLetters({ systemProperties }: WireMessage): Promise<Answer> {
    return this.client.call('ForwardMessageToDeadLetterQueue', {
      ...this.#resources(),
      receiptHandle: systemProperties.receiptHandle,
      messageId: systemProperties.messageId,
      deliveryAttempt: systemProperties.deliveryAttempt,
      maxDeliveryAttempts: systemProperties.deliveryAttempt,
    });
  }

  /** Says goodbye and goes. */
  async leave(): Promise<Answer> {
    const answer = await this.client.call('NotifyClientTermination', { group: { name: this.names.group } });
    this.client.close();
    return answer;
  }

  /** Its connection is gone from one moment to the next, as after kill -9. */
  kill(): void {
    this.client.close();
  }

  #resources(): object {
    return { group: { name: this.names.group }, topic: { name: this.names.topic } };
  }
}

function filterOf({ tags = '*', sql }: Pick<Membership, 'tags' | 'sql'>): object {
  return sql === undefined ? { type: FILTER_TYPE.TAG, expression: tags } : { type: FILTER_TYPE.SQL, expression: sql };
}

export function textOf(message: { body: Buffer }): string {
  return message.body.toString();
}

export function attemptOf(message: WireMessage): number {
  return message.systemProperties.deliveryAttempt;
}
