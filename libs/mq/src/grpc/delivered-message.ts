import type { Delivery } from '../broker/delivery.js';
import { encodeReceiptHandle } from '../broker/receipt-handle.js';
import { storedMessage } from './stored-message.js';
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

/** Field 2 (message) of ReceiveMessageResponse, length-delimited. */
const MESSAGE_FIELD = 0x12;

/** ReceiveMessageResponse{message}: the stored message with what only this delivery knows. */
export function deliveredMessage({ record, attempts, held }: Delivery): Buffer {
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
  return storedMessage(MESSAGE_FIELD, record, ofDelivery);
}
