import { BrokerError, Code } from '../broker/code.js';

/** Names a delayed message for its recall. Opaque to clients; stays valid over a restart of the broker. */
export interface RecallHandle {
  topic: string;
  brokerName: string;
  deliverAtMs: number;
  messageId: string;
  /** Where the record stands that waits for its time; NaN in a handle of another broker. */
  physicalOffset: number;
}

const VERSION = 'v1';

/** The fields of Apache RocketMQ's handle, then the place of the record. */
export function encodeRecallHandle(handle: RecallHandle): string {
  const { topic, brokerName, deliverAtMs, messageId, physicalOffset } = handle;
  const fields = [VERSION, topic, brokerName, deliverAtMs, messageId, physicalOffset];
  return Buffer.from(fields.join(' ')).toString('base64url');
}

/** Throws BrokerError on anything that is no such handle. */
export function decodeRecallHandle(text: string): RecallHandle {
  const fields = Buffer.from(text, 'base64url').toString().split(' ');
  const [version, topic = '', brokerName = '', deliverAt, messageId = '', offset] = fields;
  const deliverAtMs = Number(deliverAt);
  if (version !== VERSION || !Number.isSafeInteger(deliverAtMs) || messageId === '')
    throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'recall handle is invalid');
  return { topic, brokerName, deliverAtMs, messageId, physicalOffset: Number(offset) };
}
