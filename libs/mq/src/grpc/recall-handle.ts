import { BrokerError, Code } from '../broker/code.js';

/** Names a delayed message for its recall. Opaque to clients; stays valid over a restart of the broker. */
export interface RecallHandle {
  topic: string;
  brokerName: string;
  deliverAtMs: number;
  messageId: string;
  /** Where the record stands that waits for its time. */
  physicalOffset: number;
}

const VERSION = 'v1';

/** The fields of Apache RocketMQ's handle, and the place of the record. */
export function encodeRecallHandle(handle: RecallHandle): string {
  const { topic, brokerName, deliverAtMs, messageId, physicalOffset } = handle;
  return Buffer.from(`${VERSION} ${topic} ${brokerName} ${deliverAtMs} ${physicalOffset} ${messageId}`).toString(
    'base64url',
  );
}

/** Throws BrokerError on anything that this broker did not issue. */
export function decodeRecallHandle(text: string): RecallHandle {
  const [version, topic = '', brokerName = '', deliverAt, offset, ...rest] = Buffer.from(text, 'base64url')
    .toString()
    .split(' ');
  const [deliverAtMs, physicalOffset] = [Number(deliverAt), Number(offset)];
  const messageId = rest.join(' ');
  if (
    version !== VERSION ||
    messageId === '' ||
    !Number.isSafeInteger(deliverAtMs) ||
    !Number.isSafeInteger(physicalOffset)
  )
    throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'recall handle is invalid');
  return { topic, brokerName, deliverAtMs, messageId, physicalOffset };
}
