import {
  MESSAGE_LISTENER,
  type MessageListenerOptions,
} from '../../../../libs/messaging/src/message-listener.decorator.js';
import { UnrecoverableMessageError, type ReceivedMessage } from '@trade/messaging';
import type { SchemaName } from '@trade/testing';
import type { Snapshot } from '../sql/database.js';
import type { Databases } from './execution.js';
import type { Services } from './services.js';
import type { Message, TradeActivity, World } from './world.js';

const OUTBOX = 'trade_mq_producer_temp';
const COLUMNS = ['msg_topic', 'msg_tag', 'msg_key', 'msg_body'];

interface Subscription extends MessageListenerOptions {
  schema: SchemaName;
  handle(message: ReceivedMessage): Promise<unknown>;
}

/**
 * The messages between commit and acknowledgement. A committed outbox row is on its way to every group that subscribes to
 * it: when the relay sends it makes no difference, since a message may take as long as it likes anyway.
 */
export class Mailbox {
  private readonly subscriptions: Subscription[];
  private readonly activities = new WeakMap<Message, TradeActivity>();

  constructor(
    services: Services,
    private readonly databases: Databases,
    private readonly activityOf: { nowMs: number; maxFailures: number },
  ) {
    this.subscriptions = services.listeners.flatMap(({ schema, listener }) => subscriptionsOf(schema, listener));
  }

  /** Takes the committed rows out of a database's outbox. */
  collect(schema: SchemaName, snapshot: Snapshot): { snapshot: Snapshot; sent: readonly Message[] } {
    const outbox = snapshot.tables[OUTBOX];
    if (!outbox || outbox.rows.size === 0) return { snapshot, sent: [] };
    const sent = [...outbox.rows.values()].flatMap((row) => {
      const [topic, tag, key, body] = COLUMNS.map((column) => String(row[column])) as [string, string, string, string];
      const groups = this.subscriptions.filter((each) => each.topic === topic && each.tag === tag);
      return groups.map(({ group }): Message => ({ group, topic, tag, key, body: withoutReason(body), failures: 0 }));
    });
    return { snapshot: this.databases[schema].withoutRows(snapshot, OUTBOX), sent };
  }

  /** The handler threw: the message comes again, unless it is one for the dead letters. */
  failed(world: World, message: Message, error: Error): World {
    const failures = message.failures + 1;
    if (error instanceof UnrecoverableMessageError || failures === this.activityOf.maxFailures) return world;
    return { ...world, messages: [...world.messages, { ...message, failures }] };
  }

  handling(message: Message): TradeActivity {
    let activity = this.activities.get(message);
    if (!activity) this.activities.set(message, (activity = this.handlingOf(message)));
    return activity;
  }

  private handlingOf(message: Message): TradeActivity {
    const { group, topic, tag, key, body } = message;
    const subscription = this.subscriptions.find((each) => each.group === group)!;
    return {
      name: `${group} ${key} ${body}`,
      label: `${group} handles ${tag} ${key}`,
      schema: subscription.schema,
      nowMs: this.activityOf.nowMs,
      message,
      orderId: (JSON.parse(body) as { orderId: string }).orderId,
      run: () => subscription.handle(received({ group, topic, tag, key, body })),
    };
  }
}

/** It is for people: messages that differ in it alone are the same. */
function withoutReason(body: string): string {
  const payload = JSON.parse(body) as Record<string, unknown>;
  return JSON.stringify('reason' in payload ? { ...payload, reason: '-' } : payload);
}

function received({ group, topic, tag, key, body }: Omit<Message, 'failures'>): ReceivedMessage {
  return {
    id: key,
    topic,
    tag,
    key,
    body,
    payload: JSON.parse(body) as unknown,
    attempt: 1,
    bornAtMs: 0,
    properties: {},
    group,
  };
}

function subscriptionsOf(schema: SchemaName, listener: object): Subscription[] {
  const prototype = Object.getPrototypeOf(listener) as Record<string, Subscription['handle']>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const listens = Reflect.getMetadata(MESSAGE_LISTENER, prototype[name]!) as MessageListenerOptions | undefined;
    return listens ? [{ ...listens, schema, handle: (message) => prototype[name]!.call(listener, message) }] : [];
  });
}
