import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { MESSAGE_TYPE } from '../broker/message-rules.js';
import { messageCodec, systemPropertiesCodec, toMs, type WireTime } from '../grpc/wire.js';
import type { StoredRecord } from '../store/record.js';

const GZIP = 2;
const MAX_UNPACKED_BYTES = 16 << 20;

export interface MessageDescription {
  messageId: string;
  topic: string;
  queueId: number;
  queueOffset: number;
  messageType: string;
  tag: string;
  keys: string[];
  messageGroup: string;
  userProperties: Record<string, string>;
  bornTimestampMs: number;
  bornHost: string;
  storeTimestampMs: number;
  /** When a delay message was or is due, 0 for others. */
  deliverAtMs: number;
  /** Topic that a dead letter comes from, '' for other messages. */
  originTopic: string;
  /** Of the whole body, unpacked when it came packed. */
  bodyBytes: number;
  body: string;
  /** `base64` where the body is no UTF-8 text. */
  bodyEncoding: 'utf8' | 'base64';
}

/** A stored message as people read it, with the first `maxBodyBytes` of its body. */
export function describeMessage(record: StoredRecord, maxBodyBytes: number): MessageDescription {
  const message = messageCodec.decode(record.payload);
  const system = systemPropertiesCodec.decode(record.systemProperties);
  const body = system.bodyEncoding === GZIP ? unpacked(message.body) : Buffer.from(message.body);
  const bodyEncoding = isUtf8(body) ? 'utf8' : 'base64';
  return {
    messageId: system.messageId,
    topic: record.topic,
    queueId: record.queueId,
    queueOffset: record.queueOffset,
    messageType: Object.entries(MESSAGE_TYPE).find(([, number]) => number === record.messageType)?.[0] ?? '',
    tag: record.tag,
    keys: system.keys,
    messageGroup: record.messageGroup,
    userProperties: message.userProperties,
    bornTimestampMs: msOf(system.bornTimestamp),
    bornHost: system.bornHost,
    storeTimestampMs: record.storeTimestampMs,
    deliverAtMs: record.deliverAtMs,
    originTopic: record.originTopic,
    bodyBytes: body.length,
    body: body.subarray(0, maxBodyBytes).toString(bodyEncoding),
    bodyEncoding,
  };
}

/** What claims to be packed and is not, or is too large to look at, is shown as it is. */
function unpacked(body: Uint8Array): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch {
    return Buffer.from(body);
  }
}

function msOf(time: WireTime | null | undefined): number {
  return time ? toMs(time) : 0;
}
