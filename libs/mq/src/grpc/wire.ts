import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

/** int64 as protobufjs gives it: a Long, or a number where that package is missing. */
export type Int64 = number | { toNumber(): number };

export interface Resource {
  name: string;
  resourceNamespace?: string;
}
export interface Status {
  code: number;
  message: string;
}
export interface WireTime {
  seconds: Int64;
  nanos: number;
}
export interface Endpoints {
  scheme: number;
  addresses: { host: string; port: number }[];
}
export interface SystemProperties {
  tag?: string | null;
  keys: string[];
  messageId: string;
  bodyDigest?: { type: number; checksum: string } | null;
  bodyEncoding: number;
  messageType: number;
  bornTimestamp?: WireTime | null;
  bornHost: string;
  storeHost?: string;
  deliveryTimestamp?: WireTime | null;
  messageGroup?: string | null;
  traceContext?: string | null;
  orphanedTransactionRecoveryDuration?: WireTime | null;
  liteTopic?: string | null;
  priority?: number | null;
}
export interface Message {
  topic?: Resource | null;
  userProperties: Record<string, string>;
  systemProperties?: SystemProperties | null;
  body: Uint8Array;
}
export interface FilterExpression {
  type: number;
  expression: string;
}
export interface SubscriptionEntry {
  topic?: Resource | null;
  expression?: FilterExpression | null;
}
export interface Settings {
  clientType?: number | null;
  publishing?: { topics: Resource[]; maxBodySize: number; validateMessageType: boolean } | null;
  subscription?: {
    group?: Resource | null;
    subscriptions: SubscriptionEntry[];
    fifo?: boolean | null;
    receiveBatchSize?: number | null;
    longPollingTimeout?: WireTime | null;
  } | null;
  backoffPolicy?: unknown;
  metric?: unknown;
}
export interface QueryRouteRequest {
  topic?: Resource | null;
  endpoints?: Endpoints | null;
}
export interface QueryAssignmentRequest extends QueryRouteRequest {
  group?: Resource | null;
}
export interface SendMessageRequest {
  messages: Message[];
}
export interface ReceiveMessageRequest {
  group?: Resource | null;
  messageQueue?: { topic?: Resource | null; id: number } | null;
  filterExpression?: FilterExpression | null;
  batchSize: number;
  invisibleDuration?: WireTime | null;
  autoRenew: boolean;
  longPollingTimeout?: WireTime | null;
  attemptId?: string | null;
}
export interface HandleRequest {
  group?: Resource | null;
  topic?: Resource | null;
  receiptHandle: string;
  messageId: string;
}
export interface AckMessageRequest {
  group?: Resource | null;
  topic?: Resource | null;
  entries: { messageId: string; receiptHandle: string }[];
}
export interface ChangeInvisibleDurationRequest extends HandleRequest {
  invisibleDuration?: WireTime | null;
}
export interface EndTransactionRequest {
  topic?: Resource | null;
  messageId: string;
  transactionId: string;
  resolution: number;
  source: number;
}
export interface RecallMessageRequest {
  topic?: Resource | null;
  recallHandle: string;
}
export interface HeartbeatRequest {
  group?: Resource | null;
  clientType: number;
}
export interface TelemetryCommand {
  status?: Status | null;
  settings?: Settings | null;
}

const PACKAGE = 'apache.rocketmq.v2';
const PROTO_DIR = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'proto');

const root = new protobuf.Root();
// google/protobuf/*.proto come with protobufjs.
root.resolvePath = (_origin, target) => (target.startsWith('google/') ? target : join(PROTO_DIR, target));
root.loadSync('apache/rocketmq/v2/service.proto');
root.resolveAll();

/** Encoder and decoder of one message type of the protocol. */
export class Codec<T extends object> {
  readonly #type: protobuf.Type;

  constructor(name: string) {
    this.#type = root.lookupType(`${PACKAGE}.${name}`);
  }

  /** Throws when the bytes are no such message. */
  decode(bytes: Uint8Array): T {
    return this.#type.decode(bytes) as unknown as T;
  }

  encode(value: object): Buffer {
    const bytes = this.#type.encode(value).finish();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}

export const messageCodec = new Codec<Message>('Message');
export const systemPropertiesCodec = new Codec<SystemProperties>('SystemProperties');
export const telemetryCodec = new Codec<TelemetryCommand>('TelemetryCommand');
export const receiveResponseCodec = new Codec<object>('ReceiveMessageResponse');

export function toNumber(value: Int64): number {
  return typeof value === 'number' ? value : value.toNumber();
}

/** Milliseconds of a Timestamp or Duration. */
export function toMs(time: WireTime): number {
  return toNumber(time.seconds) * 1000 + Math.floor(time.nanos / 1e6);
}

/** Milliseconds since 1970 of a Timestamp; earlier ones, which the store cannot hold, count as 1970. */
export function timestampMs(time: WireTime): number {
  return Math.max(0, toMs(time));
}

export function fromMs(ms: number): { seconds: number; nanos: number } {
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 };
}
