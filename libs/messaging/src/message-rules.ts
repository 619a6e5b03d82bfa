import { MessagingError } from './messaging-error.js';
import type { OutgoingMessage } from './message.js';

/** Property names that RocketMQ keeps for itself: a broker refuses a message that sets one. Names are case-sensitive. */
const RESERVED_PROPERTIES = new Set(
  (
    'TRACE_ON MSG_REGION KEYS TAGS WAIT DELAY RETRY_TOPIC REAL_TOPIC REAL_QID TRAN_MSG PGROUP MIN_OFFSET MAX_OFFSET BUYER_ID ' +
    'ORIGIN_MESSAGE_ID TRANSFER_FLAG CORRECTION_FLAG MQ2_FLAG RECONSUME_TIME UNIQ_KEY MAX_RECONSUME_TIMES CONSUME_START_TIME ' +
    'POP_CK POP_CK_OFFSET 1ST_POP_TIME TRAN_PREPARED_QUEUE_OFFSET DUP_INFO EXTEND_UNIQ_INFO INSTANCE_ID CORRELATION_ID ' +
    'REPLY_TO_CLIENT TTL ARRIVE_TIME PUSH_REPLY_TIME CLUSTER MSG_TYPE INNER_MULTI_QUEUE_OFFSET TIMER_DELAY_MS TIMER_DELAY_SEC ' +
    'TIMER_DELIVER_MS TIMER_ENQUEUE_MS TIMER_DEQUEUE_MS TIMER_ROLL_TIMES TIMER_OUT_MS TIMER_DEL_UNIQKEY TIMER_DELAY_LEVEL ' +
    '__BORNHOST BORN_TIMESTAMP DLQ_ORIGIN_TOPIC DLQ_ORIGIN_MESSAGE_ID __CRC32#'
  ).split(' '),
);
const TOPIC = /^[%|a-zA-Z0-9_-]{1,127}$/;
const CONTROL_CHARACTER = /\p{Cc}/u;
const MAX_MESSAGE_GROUP_BYTES = 63;
const MAX_PROPERTIES = 128;
const MAX_PROPERTY_BYTES = 16_384;

/**
 * Refuses, before it costs a round trip, what every RocketMQ broker refuses.
 * @throws MessagingError (not retriable) that names the field
 */
export function checkMessage(message: OutgoingMessage): void {
  if (!TOPIC.test(message.topic)) refuse('topic', `"${message.topic}" is not 1-127 of a-z A-Z 0-9 _ - % |`);
  if (message.body.length === 0) refuse('body', 'is empty');
  if (message.tag !== undefined) checkTag(message.tag);
  for (const key of message.keys ?? []) checkText('key', key);
  if (message.messageGroup !== undefined) checkMessageGroup(message.messageGroup, message.deliverAtMs);
  if (message.deliverAtMs !== undefined && !Number.isSafeInteger(message.deliverAtMs)) {
    refuse('deliverAtMs', `${message.deliverAtMs} is no Unix time in ms`);
  }
  if (message.properties) checkProperties(message.properties, message);
}

function checkTag(tag: string): void {
  checkText('tag', tag);
  if (tag.includes('|')) refuse('tag', 'contains "|", which separates tags in a subscription');
}

function checkMessageGroup(messageGroup: string, deliverAtMs: number | undefined): void {
  checkText('messageGroup', messageGroup);
  if (Buffer.byteLength(messageGroup) > MAX_MESSAGE_GROUP_BYTES)
    refuse('messageGroup', `is longer than ${MAX_MESSAGE_GROUP_BYTES} bytes`);
  if (deliverAtMs !== undefined) refuse('deliverAtMs', 'a message is either ordered (messageGroup) or delayed');
}

function checkProperties(properties: Record<string, string>, message: OutgoingMessage): void {
  const entries = Object.entries(properties);
  if (entries.length > MAX_PROPERTIES) refuse('properties', `are more than ${MAX_PROPERTIES}`);
  let sizeBytes = Buffer.byteLength(message.tag ?? '') + Buffer.byteLength((message.keys ?? []).join(' '));
  for (const [name, value] of entries) {
    if (RESERVED_PROPERTIES.has(name)) refuse('properties', `"${name}" is a name that RocketMQ keeps for itself`);
    if (name.trim() === '' || CONTROL_CHARACTER.test(name) || CONTROL_CHARACTER.test(value)) {
      refuse('properties', `"${name}" is blank or holds a control character`);
    }
    sizeBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (sizeBytes > MAX_PROPERTY_BYTES)
    refuse('properties', `take ${sizeBytes} bytes with tag and keys, more than ${MAX_PROPERTY_BYTES}`);
}

function checkText(field: string, value: string): void {
  if (value.trim() === '' || CONTROL_CHARACTER.test(value)) refuse(field, 'is blank or holds a control character');
}

function refuse(field: string, why: string): never {
  throw new MessagingError(`message ${field} ${why}`, { retriable: false });
}
