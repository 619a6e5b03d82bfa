import type { Topic, TopicType } from './topics.js';
import { BrokerError, Code } from './code.js';

/** Numbers of the protocol's MessageType. */
export const MESSAGE_TYPE = { NORMAL: 1, FIFO: 2, DELAY: 3, TRANSACTION: 4 } as const;
export type MessageTypeName = keyof typeof MESSAGE_TYPE;

/** What the rules look at, taken from the client's message. */
export interface MessageFacts {
  messageId: string;
  tag: string | undefined;
  keys: readonly string[];
  messageGroup: string | undefined;
  deliverAtMs: number | undefined;
  transactional: boolean;
  transactionRecoveryMs: number;
  userProperties: Readonly<Record<string, string>>;
  bodyBytes: number;
}

export const MAX_BODY_BYTES = 4 << 20;
const MAX_PROPERTIES = 128;
const MAX_PROPERTY_BYTES = 16 << 10;
const MAX_MESSAGE_GROUP_BYTES = 63;
const MAX_DELAY_MS = 24 * 3600_000;
const MAX_TRANSACTION_RECOVERY_MS = 3600_000;
/** ISO control characters. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Property names that RocketMQ uses itself. */
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

/** Throws BrokerError with the protocol's code for the first rule that the message breaks. */
export function checkMessage(message: MessageFacts, topic: Topic, nowMs: number): MessageTypeName {
  if (message.messageId.trim() === '') throw new BrokerError(Code.ILLEGAL_MESSAGE_ID, 'message id cannot be blank');
  if (message.bodyBytes === 0) throw new BrokerError(Code.MESSAGE_BODY_EMPTY, 'message body cannot be empty');
  if (message.bodyBytes > MAX_BODY_BYTES) {
    throw new BrokerError(Code.MESSAGE_BODY_TOO_LARGE, `message body cannot exceed ${MAX_BODY_BYTES} bytes`);
  }
  checkTag(message.tag);
  for (const key of message.keys) checkKey(key);
  checkMessageGroup(message.messageGroup);
  checkProperties(message);
  if (message.deliverAtMs !== undefined && message.deliverAtMs - nowMs > MAX_DELAY_MS) {
    throw new BrokerError(Code.ILLEGAL_DELIVERY_TIME, 'the delivery time is more than 24 hours away');
  }
  if (message.transactionRecoveryMs > MAX_TRANSACTION_RECOVERY_MS) {
    throw new BrokerError(Code.BAD_REQUEST, 'the transaction recovery duration cannot exceed 3600 s');
  }
  return checkType(message, topic);
}

function checkTag(tag: string | undefined): void {
  if (tag === undefined || tag === '') return;
  const fail = (why: string) => new BrokerError(Code.ILLEGAL_MESSAGE_TAG, why);
  if (tag.trim() === '') throw fail('tag cannot be blank');
  if (tag.includes('|')) throw fail("tag cannot contain '|'");
  if (CONTROL.test(tag)) throw fail('tag cannot contain control characters');
}

function checkKey(key: string): void {
  if (key.trim() === '') throw new BrokerError(Code.ILLEGAL_MESSAGE_KEY, 'key cannot be blank');
  if (CONTROL.test(key)) throw new BrokerError(Code.ILLEGAL_MESSAGE_KEY, 'key cannot contain control characters');
}

function checkMessageGroup(group: string | undefined): void {
  if (group === undefined) return;
  const fail = (why: string) => new BrokerError(Code.ILLEGAL_MESSAGE_GROUP, why);
  if (group.trim() === '') throw fail('message group cannot be blank');
  if (Buffer.byteLength(group) > MAX_MESSAGE_GROUP_BYTES)
    throw fail(`message group cannot exceed ${MAX_MESSAGE_GROUP_BYTES} bytes`);
  if (CONTROL.test(group)) throw fail('message group cannot contain control characters');
}

function checkProperties({ userProperties, tag, keys }: MessageFacts): void {
  const properties = Object.entries(userProperties);
  if (properties.length > MAX_PROPERTIES) {
    throw new BrokerError(
      Code.MESSAGE_PROPERTIES_TOO_LARGE,
      `a message cannot have more than ${MAX_PROPERTIES} user properties`,
    );
  }
  let bytes = Buffer.byteLength(tag ?? '');
  for (const key of keys) bytes += Buffer.byteLength(key);
  for (const [name, value] of properties) {
    if (RESERVED_PROPERTIES.has(name))
      throw new BrokerError(Code.ILLEGAL_MESSAGE_PROPERTY_KEY, `property ${name} is used by the system`);
    if (CONTROL.test(name) || CONTROL.test(value)) {
      throw new BrokerError(
        Code.ILLEGAL_MESSAGE_PROPERTY_KEY,
        `property ${JSON.stringify(name)} has control characters`,
      );
    }
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (bytes > MAX_PROPERTY_BYTES) {
    throw new BrokerError(
      Code.MESSAGE_PROPERTIES_TOO_LARGE,
      `the properties of a message cannot exceed ${MAX_PROPERTY_BYTES} bytes`,
    );
  }
}

/** The type follows from the properties; what the client claims is not asked. */
function checkType(message: MessageFacts, topic: Topic): MessageTypeName {
  let actual: MessageTypeName = 'NORMAL';
  if (message.transactional) actual = 'TRANSACTION';
  else if (message.deliverAtMs !== undefined) actual = 'DELAY';
  else if (message.messageGroup !== undefined) actual = 'FIFO';
  const expected: TopicType = topic.type;
  if (expected !== 'MIXED' && expected !== actual) {
    throw new BrokerError(
      Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE,
      `TopicMessageType validate failed, the expected type is ${expected}, but actual type is ${actual}`,
    );
  }
  return actual;
}
