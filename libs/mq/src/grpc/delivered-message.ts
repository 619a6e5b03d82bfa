import type { Delivery } from '../broker/delivery.js';
import { encodeReceiptHandle } from '../broker/receipt-handle.js';
import { Codec, fromMs, systemPropertiesCodec } from './wire.js';

interface DeliveryProperties {
  messageType: number;
  storeTimestamp: { seconds: number; nanos: number };
  receiptHandle: string;
  queueId: number;
  queueOffset: number;
  deliveryAttempt: number;
  deadLetterQueue: { topic: string; messageId: string } | undefined;
}

const deliveryCodec = new Codec<DeliveryProperties>('SystemProperties');
const topicCodec = new Codec<object>('Message');

/** Field 2 (message) of ReceiveMessageResponse and field 3 (system_properties) of Message, both length-delimited. */
const MESSAGE_FIELD = 0x12;
const SYSTEM_PROPERTIES_FIELD = 0x1a;

/**
 * ReceiveMessageResponse{message} put together from stored bytes, nothing decoded:
 *
 *   0x12 len | Message: topic field | payload as stored | 0x1a len | system properties as stored + those of this delivery
 *
 * Later fields win over earlier ones of the same number, and the system properties must stand in one field: the Node client
 * replaces a repeated one instead of merging it.
 */
export function deliveredMessage({ record, attempts, held }: Delivery): Buffer {
  const topic = topicCodec.encode({ topic: { name: record.topic } });
  const ofDelivery = deliveryCodec.encode({
    messageType: record.messageType,
    storeTimestamp: fromMs(record.storeTimestampMs),
    queueId: record.queueId,
    queueOffset: record.queueOffset,
    deliveryAttempt: attempts,
    receiptHandle: encodeReceiptHandle({
      queueId: record.queueId,
      offset: held.offset,
      attempts,
      renewals: held.renewals,
      expiresAtMs: held.autoRenew ? 0 : held.visibleAtMs,
    }),
    deadLetterQueue: record.originTopic
      ? { topic: record.originTopic, messageId: systemPropertiesCodec.decode(record.systemProperties).messageId }
      : undefined,
  });
  const systemBytes = record.systemProperties.length + ofDelivery.length;
  const messageBytes = topic.length + record.payload.length + 1 + varintBytes(systemBytes) + systemBytes;
  const target = Buffer.allocUnsafe(1 + varintBytes(messageBytes) + messageBytes);
  target[0] = MESSAGE_FIELD;
  let at = writeVarint(target, messageBytes, 1);
  at = append(target, topic, at);
  at = append(target, record.payload, at);
  target[at] = SYSTEM_PROPERTIES_FIELD;
  at = writeVarint(target, systemBytes, at + 1);
  at = append(target, record.systemProperties, at);
  append(target, ofDelivery, at);
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
