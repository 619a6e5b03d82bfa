import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import protobuf from 'protobufjs';

/** The protocol as the official client describes it, so that a fault in the broker's own description is seen. */
const PROTO_DIR = join(dirname(createRequire(import.meta.url).resolve('rocketmq-client-nodejs/package.json')), 'proto');

const root = new protobuf.Root();
root.resolvePath = (_origin, target) => (target.startsWith('google/') ? target : join(PROTO_DIR, target));
root.loadSync('apache/rocketmq/v2/service.proto');
root.resolveAll();

export function encode(type: string, value: object): Buffer {
  return Buffer.from(lookup(type).encode(value).finish());
}

/** 64-bit numbers as numbers; what is not on the wire as its default, a missing message as null. */
export function decode<T>(type: string, bytes: Uint8Array): T {
  return lookup(type).toObject(lookup(type).decode(bytes), { longs: Number, defaults: true }) as T;
}

/** Description of a message type. */
export function lookup(type: string): protobuf.Type {
  return root.lookupType(`apache.rocketmq.v2.${type}`);
}

export interface WireTime {
  seconds: number;
  nanos: number;
}

export function wireTime(ms: number): WireTime {
  return { seconds: Math.floor(ms / 1000), nanos: Math.floor(ms % 1000) * 1e6 };
}

export function milliseconds({ seconds, nanos }: WireTime): number {
  return seconds * 1000 + nanos / 1e6;
}

export interface Answer {
  status: { code: number; message: string };
}
export interface SendAnswer extends Answer {
  entries: (Answer & { messageId: string; transactionId: string; recallHandle: string; offset: number })[];
}
export interface AckAnswer extends Answer {
  entries: Answer[];
}
export interface HandleAnswer extends Answer {
  receiptHandle: string;
}
export interface RouteAnswer extends Answer {
  messageQueues: {
    topic: { name: string; resourceNamespace: string };
    id: number;
    permission: number;
    broker: { name: string; id: number; endpoints: { scheme: number; addresses: { host: string; port: number }[] } };
    acceptMessageTypes: number[];
  }[];
}
export interface AssignmentAnswer extends Answer {
  assignments: { messageQueue: RouteAnswer['messageQueues'][number] }[];
}

export interface WireMessage {
  topic: { name: string };
  userProperties: Record<string, string>;
  body: Buffer;
  systemProperties: {
    tag?: string;
    keys: string[];
    messageId: string;
    bodyDigest: { type: number; checksum: string };
    bodyEncoding: number;
    messageType: number;
    bornTimestamp: WireTime;
    bornHost: string;
    storeTimestamp?: WireTime;
    storeHost: string;
    deliveryTimestamp?: WireTime | null;
    receiptHandle: string;
    queueId: number;
    queueOffset: number;
    deliveryAttempt: number;
    messageGroup?: string;
    traceContext?: string;
    deadLetterQueue?: { topic: string; messageId: string } | null;
  };
}

export interface Received extends Answer {
  messages: WireMessage[];
  deliveryTimestamp?: WireTime;
}

export interface WireSettings {
  clientType: number;
  publishing?: { topics: { name: string }[]; maxBodySize: number; validateMessageType: boolean };
  subscription?: {
    group: { name: string };
    fifo?: boolean;
    receiveBatchSize?: number;
    longPollingTimeout?: WireTime;
  };
  backoffPolicy?: {
    maxAttempts: number;
    exponentialBackoff?: { initial: WireTime; max: WireTime; multiplier: number };
    customizedBackoff?: { next: WireTime[] };
  };
  metric?: { on: boolean };
}

export interface WireCommand {
  status?: Answer['status'];
  settings?: WireSettings;
  recoverOrphanedTransactionCommand?: { message: WireMessage; transactionId: string };
}

export const CLIENT_TYPE = { PRODUCER: 1, PUSH_CONSUMER: 2, SIMPLE_CONSUMER: 3 };
export const MESSAGE_TYPE = { NORMAL: 1, FIFO: 2, DELAY: 3, TRANSACTION: 4 };
export const FILTER_TYPE = { TAG: 1, SQL: 2 };
export const RESOLUTION = { UNSPECIFIED: 0, COMMIT: 1, ROLLBACK: 2 };
export const SOURCE = { CLIENT: 1, SERVER_CHECK: 2 };
