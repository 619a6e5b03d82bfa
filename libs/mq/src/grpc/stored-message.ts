import type { StoredRecord } from '../store/record.js';
import { Codec } from './wire.js';

/** Field 3 (system_properties) of Message, length-delimited. */
const SYSTEM_PROPERTIES_FIELD = 0x1a;

const topicCodec = new Codec<object>('Message');

/**
 * A field with a Message put together from stored bytes, nothing decoded:
 *
 *   field len | Message: topic field | payload as stored | 0x1a len | system properties as stored + `properties`
 *
 * Later fields win over earlier ones of the same number, and the system properties must stand in one field: the Node client
 * replaces a repeated one instead of merging it.
 */
export function storedMessage(field: number, record: StoredRecord, properties: Uint8Array): Buffer {
  const topic = topicCodec.encode({ topic: { name: record.topic } });
  const systemBytes = record.systemProperties.length + properties.length;
  const messageBytes = topic.length + record.payload.length + 1 + varintBytes(systemBytes) + systemBytes;
  const target = Buffer.allocUnsafe(1 + varintBytes(messageBytes) + messageBytes);
  target[0] = field;
  let at = writeVarint(target, messageBytes, 1);
  at = append(target, topic, at);
  at = append(target, record.payload, at);
  target[at] = SYSTEM_PROPERTIES_FIELD;
  at = writeVarint(target, systemBytes, at + 1);
  at = append(target, record.systemProperties, at);
  append(target, properties, at);
  return target;
}

/** A field with these bytes. */
export function lengthDelimited(field: number, ...bytes: readonly Uint8Array[]): Buffer {
  const length = bytes.reduce((sum, part) => sum + part.length, 0);
  const target = Buffer.allocUnsafe(1 + varintBytes(length) + length);
  target[0] = field;
  let at = writeVarint(target, length, 1);
  for (const part of bytes) at = append(target, part, at);
  return target;
}

function append(target: Buffer, bytes: Uint8Array, at: number): number {
  target.set(bytes, at);
  return at + bytes.length;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 0x7f; rest >>>= 7) bytes++;
  return bytes;
}

function writeVarint(target: Buffer, value: number, at: number): number {
  let rest = value;
  while (rest > 0x7f) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}
