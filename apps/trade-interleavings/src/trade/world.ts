import type { SchemaName } from '@trade/testing';
import type { Activity, Point } from '../engine/activity.js';
import { describeTransaction, type Snapshot, type Transaction } from '../sql/database.js';
import type { Call } from './calls.js';

const SCHEMAS: readonly SchemaName[] = ['trade_order', 'trade_pay', 'trade_goods', 'trade_coupon', 'trade_user'];

/** A message of the outbox or the broker on its way to one consumer group. */
export interface Message {
  readonly group: string;
  readonly topic: string;
  readonly tag: string;
  readonly key: string;
  readonly body: string;
  /** Deliveries whose handler threw. */
  readonly failures: number;
}

export interface TradeActivity extends Activity {
  /** Whose database it uses. */
  readonly schema: SchemaName;
  /** Short, for people. */
  readonly label: string;
  /** Comes again unless it is handled. */
  readonly message?: Message;
  /** Whose message it is. */
  readonly orderId?: string;
  /** It changes nothing. */
  readonly readsOnly?: boolean;
  /** Somebody is told the order that comes of it, and counts on that. */
  readonly tellsOrder?: boolean;
  /** Those that it makes, in their order. */
  readonly ids?: readonly string[];
}

/** An activity that waits for a call. */
export interface Running {
  readonly activity: TradeActivity;
  readonly point: Point<Call>;
  readonly transaction?: Transaction | undefined;
  /** Whose call it answers, while that one waits for it. */
  readonly caller?: { readonly name: string; readonly callId: number } | undefined;
}

/** Everything that decides what can happen from here on. Never changed: a step makes a new one. */
export interface World {
  readonly databases: Readonly<Record<SchemaName, Snapshot>>;
  readonly running: readonly Running[];
  readonly messages: readonly Message[];
  /** What customers and the payment platform have done; they do each thing once. */
  readonly done: readonly string[];
  /** Orders that customers were told of, with the status that they were told. */
  readonly told: readonly string[];
  readonly faultsLeft: number;
}

/** Two worlds with the same key have the same future. */
export function keyOf({ databases, running, messages, done, told, faultsLeft }: World): string {
  const { trade_order, trade_pay, trade_goods, trade_coupon, trade_user } = databases;
  const numbers = `${trade_order.number},${trade_pay.number},${trade_goods.number},${trade_coupon.number},${trade_user.number}`;
  return `${numbers};${keys(running, keyOfRunning)};${keys(messages, keyOfMessage)};${done.join()};${told.join()};${faultsLeft}`;
}

/** Equal items may be in it several times; one of them goes. */
export function without<Item>(items: readonly Item[], item: Item): readonly Item[] {
  const index = items.indexOf(item);
  return index === -1 ? items : [...items.slice(0, index), ...items.slice(index + 1)];
}

export const keyOfRunning = remembered(({ activity, point, transaction, caller }: Running) => {
  const inTransaction = transaction ? describeTransaction(transaction) : '';
  return `${point.number}/${activity.message?.failures}/${caller ? `${caller.name}/${caller.callId}` : ''}/${inTransaction}`;
});

export const keyOfMessage = remembered((message: Message) => Object.values(message).join('|'));

function keys<Item>(items: readonly Item[], keyOfItem: (item: Item) => string): string {
  return items.length === 0 ? '' : items.map(keyOfItem).sort().join();
}

function remembered<Item extends object>(keyOfItem: (item: Item) => string): (item: Item) => string {
  const known = new WeakMap<Item, string>();
  return (item) => {
    let key = known.get(item);
    if (key === undefined) known.set(item, (key = keyOfItem(item)));
    return key;
  };
}

export function bySchema<Value>(valueOf: (schema: SchemaName) => Value): Record<SchemaName, Value> {
  return Object.fromEntries(SCHEMAS.map((schema) => [schema, valueOf(schema)])) as Record<SchemaName, Value>;
}
