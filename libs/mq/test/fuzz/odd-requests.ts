import * as fc from 'fast-check';
import protobuf from 'protobufjs';
import { encodeReceiptHandle } from '../../src/broker/receipt-handle.js';
import { encodeRecallHandle } from '../../src/grpc/recall-handle.js';
import { encodeTransactionId } from '../../src/grpc/transaction-id.js';
import { encode, lookup, MESSAGE_TYPE, wireTime } from '../protocol.js';
import { message, messageId, receiveRequest } from '../raw-client.js';
import { mutated, mutation } from './hostile-frames.js';

export const TOPICS = ['normal:NORMAL', 'fifo:FIFO', 'delay:DELAY', 'tx:TRANSACTION', 'mixed:MIXED'];

type Value = object | string | number | boolean | Uint8Array;
type Template = () => object;

const topic = (name: string) => ({ topic: { name } });
const named = { ...topic('normal'), group: { name: 'g' } };
const soon = () => wireTime(Date.now() + 300);
const handle = (changes: object = {}) =>
  encodeReceiptHandle({ queueId: 0, offset: 0, attempts: 1, renewals: 0, expiresAtMs: 0, ...changes });
const recallHandle = (changes: object = {}) =>
  encodeRecallHandle({
    topic: 'delay',
    brokerName: 'broker-a',
    deliverAtMs: 2e12,
    messageId: 'm',
    physicalOffset: 32,
    ...changes,
  });
const firstTransaction = encodeTransactionId(32);

/** Requests as they should be, to be spoilt. */
const TEMPLATES: Record<string, Template[]> = {
  QueryRoute: [() => ({ ...topic('normal'), endpoints: { scheme: 1, addresses: [{ host: '127.0.0.1', port: 1 }] } })],
  QueryAssignment: [() => named],
  Heartbeat: [() => ({ group: { name: 'g' }, clientType: 3 })],
  NotifyClientTermination: [() => ({ group: { name: 'g' } })],
  SendMessage: [
    () => ({ messages: [message('normal'), message('normal')] }),
    () => ({
      messages: [message('fifo', { systemProperties: { messageGroup: 'a', messageType: MESSAGE_TYPE.FIFO } })],
    }),
    () => ({
      messages: [
        message('delay', { systemProperties: { deliveryTimestamp: soon(), messageType: MESSAGE_TYPE.DELAY } }),
      ],
    }),
    () => ({ messages: [message('tx', { systemProperties: { messageType: MESSAGE_TYPE.TRANSACTION } })] }),
    () => ({ messages: [message('mixed', { userProperties: { a: '1' } })] }),
  ],
  ReceiveMessage: ['normal', 'fifo', 'mixed', 'delay'].map((name) => () => receiveRequest('g', name)),
  AckMessage: [() => ({ ...named, entries: [{ messageId: 'm', receiptHandle: handle() }] })],
  ChangeInvisibleDuration: [
    () => ({ ...named, receiptHandle: handle(), messageId: 'm', invisibleDuration: { seconds: 10 } }),
  ],
  ForwardMessageToDeadLetterQueue: [() => ({ ...named, receiptHandle: handle(), messageId: 'm' })],
  EndTransaction: [
    () => ({ ...topic('tx'), messageId: 'm', transactionId: firstTransaction, resolution: 1, source: 1 }),
  ],
  RecallMessage: [() => ({ ...topic('delay'), recallHandle: recallHandle() })],
  Telemetry: [
    () => ({ settings: { clientType: 1, publishing: { topics: [{ name: 'tx' }] } } }),
    () => ({
      settings: {
        clientType: 3,
        subscription: { group: { name: 'g' }, subscriptions: [{ ...topic('normal'), expression: { type: 1 } }] },
      },
    }),
  ],
};

const text = fc.oneof(
  fc.constantFrom('', ' ', 'a', '__proto__', 'constructor', '\0', '\ud800', 'x'.repeat(70), 'x'.repeat(40_000)),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const NAMES = [
  'normal',
  'fifo',
  'delay',
  'tx',
  'mixed',
  'missing',
  'g',
  '%DLQ%g',
  '%RETRY%g',
  'TBW102',
  'x'.repeat(200),
];
/** Fields that are only looked at when what stands in them makes sense. */
const TEXT_OF: Record<string, fc.Arbitrary<string>> = {
  name: fc.constantFrom(...NAMES),
  messageId: fc.constantFrom(messageId(), 'm', 'x'.repeat(70_000)),
  receiptHandle: fc.constantFrom(
    ...[{}, { offset: 1 }, { offset: 2 ** 53 - 1 }, { queueId: 99 }, { attempts: 2 }, { expiresAtMs: 1 }].map(handle),
  ),
  recallHandle: fc.constantFrom(
    ...[{}, { deliverAtMs: -1 }, { physicalOffset: 1e15 }, { physicalOffset: -5 }, { topic: 'mixed' }].map(
      recallHandle,
    ),
  ),
  transactionId: fc.constantFrom(firstTransaction, encodeTransactionId(2 ** 52), 'F'.repeat(16)),
  expression: fc.constantFrom('*', 'a || b', '||', 'a = 1', 'a >', '('.repeat(3000), 'a IN (' + "'x',".repeat(1500)),
  host: fc.constantFrom('', '::1', 'localhost', '\0'),
};
const BIG = [0, 1, -1, 10, 60, Math.floor(Date.now() / 1000), 2 ** 31, 2 ** 53, -(2 ** 53), 2 ** 62, -(2 ** 62)];
const integer32 = fc.oneof(fc.constantFrom(0, 1, -1, 32, 999_999_999, 2 ** 31 - 1, -(2 ** 31)), fc.integer());

/** Mostly nothing, at times a value for the field. */
function sparse<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

function single({ name, type, resolvedType }: protobuf.Field, depth: number): fc.Arbitrary<Value> {
  if (resolvedType instanceof protobuf.Enum) return fc.oneof(fc.nat(8), integer32);
  if (resolvedType instanceof protobuf.Type) return depth > 5 ? fc.constant({}) : anyOf(resolvedType, depth + 1);
  if (type === 'string')
    return TEXT_OF[name] ? fc.oneof({ weight: 3, arbitrary: TEXT_OF[name] }, { weight: 1, arbitrary: text }) : text;
  if (type === 'bytes') return fc.uint8Array({ maxLength: 50 });
  if (type === 'bool') return fc.boolean();
  return type.includes('64') ? fc.constantFrom(...BIG) : integer32;
}

/** A message of this type in which a few fields say anything that their types allow. */
function anyOf(type: protobuf.Type, depth = 0): fc.Arbitrary<object> {
  const fields = type.fieldsArray.map((field) => {
    const one = single(field.resolve(), depth);
    if (field.map) return [field.name, sparse(fc.dictionary(text, text, { maxKeys: 3 }))] as const;
    return [field.name, sparse(field.repeated ? fc.array(one, { maxLength: 3 }) : one)] as const;
  });
  return fc.record(Object.fromEntries(fields));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

/** The template with what the patch says; patches of lists change their elements. */
function patched(template: unknown, patch: unknown): unknown {
  if (patch === undefined) return template;
  if (Array.isArray(template) && Array.isArray(patch))
    return patch.length === 0 ? [] : template.map((each, i) => patched(each, patch[i]));
  if (!isRecord(template) || !isRecord(patch) || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...template };
  for (const [name, value] of Object.entries(patch)) {
    const next = patched(result[name], value);
    if (next !== undefined) result[name] = next;
  }
  return result;
}

export function requestType(rpc: string): string {
  return rpc === 'Telemetry' ? 'TelemetryCommand' : `${rpc}Request`;
}

export function responseType(rpc: string): string {
  return rpc === 'Telemetry' ? 'TelemetryCommand' : `${rpc}Response`;
}

export interface OddRequest {
  rpc: string;
  bytes: Buffer;
}

/** A request of any rpc: right, or wrong in a few fields or bytes, or no message at all. */
export const oddRequest: fc.Arbitrary<OddRequest> = fc.oneof(
  ...Object.entries(TEMPLATES).map(([rpc, templates]) => {
    const type = requestType(rpc);
    const spoilt = fc
      .tuple(fc.constantFrom(...templates), anyOf(lookup(type)), fc.array(mutation, { maxLength: 2 }))
      .map(([template, patch, mutations]) => mutated(encode(type, patched(template(), patch) as object), mutations));
    const right = fc.constantFrom(...templates).map((template) => encode(type, template()));
    const inFields = fc
      .tuple(fc.constantFrom(...templates), anyOf(lookup(type)))
      .map(([template, patch]) => encode(type, patched(template(), patch) as object));
    const garbage = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    return fc
      .oneof(
        { weight: 1, arbitrary: right },
        { weight: 6, arbitrary: inFields },
        { weight: 2, arbitrary: spoilt },
        { weight: 1, arbitrary: garbage },
      )
      .map((bytes): OddRequest => ({ rpc, bytes }));
  }),
);
