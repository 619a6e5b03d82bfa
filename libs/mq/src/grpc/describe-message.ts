import type { StoredRecord } from '../store/record.js';
import { messageCodec, systemPropertiesCodec } from './wire.js';

export interface MessageDescription {
  messageId: string;
  topic: string;
  queueId: number;
  queueOffset: number;
  tag: string;
  keys: string[];
  messageGroup: string;
  userProperties: Record<string, string>;
  storeTimestampMs: number;
  /** Topic that a dead letter comes from, '' for other messages. */
  originTopic: string;
  body: string;
}

/** A stored message as people read it. */
export function describeMessage(record: StoredRecord): MessageDescription {
  const message = messageCodec.decode(record.payload);
  const system = systemPropertiesCodec.decode(record.systemProperties);
  return {
    messageId: system.messageId,
    topic: record.topic,
    queueId: record.queueId,
    queueOffset: record.queueOffset,
    tag: record.tag,
    keys: system.keys,
    messageGroup: record.messageGroup,
    userProperties: message.userProperties,
    storeTimestampMs: record.storeTimestampMs,
    originTopic: record.originTopic,
    body: Buffer.from(message.body).toString('utf8'),
  };
}
