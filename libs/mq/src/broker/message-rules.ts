import { BrokerError, Code } from './code.js';
import { isDeadLetterTopic, type Topic } from './topics.js';

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
  priority: number | undefined;
  liteTopic: string | undefined;
  transactional: boolean;
  transactionRecoveryMs: number;
  userProperties: Readonly<Record<string, string>>;
  bodyBytes: number;
}

/** How large messages may be, and how far ahead. */
export interface MessageLimits {
  /** As it comes: compressed when the client compresses. 4 MiB unless told. */
  maxBodyBytes: number;
  /** Properties of the user, 128 unless told. */
  maxProperties: number;
  /** Their names and values with the tag and the keys, 16 KiB unless told, 32 KiB at most. */
  maxPropertyBytes: number;
  /** Longest time from now to the delivery, ms; 24 h unless told. */
  maxDelayMs: number;
}

export const DEFAULT_MESSAGE_LIMITS: MessageLimits = {
  maxBodyBytes: 4 << 20,
  maxProperties: 128,
  maxPropertyBytes: 16 << 10,
  maxDelayMs: 24 * 3600_000,
};
/** Tag and keys have to fit into their fields of a record. */
const PROPERTY_BYTES_OF_A_RECORD = 32 << 10;
/** The first size of a message group that is too much. */
const MESSAGE_GROUP_LIMIT_BYTES = 64;
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

/** The limits with those that are told. Throws RangeError, naming it, when one is not possible. */
export function messageLimits(told: Partial<MessageLimits>): MessageLimits {
  const limits = { ...DEFAULT_MESSAGE_LIMITS };
  for (const name of Object.keys(limits) as (keyof MessageLimits)[]) {
    limits[name] = told[name] ?? limits[name];
    if (!Number.isSafeInteger(limits[name]) || limits[name] < 1)
      throw new RangeError(`${name} must be a whole number from 1 on, not ${limits[name]}`);
  }
  if (limits.maxPropertyBytes > PROPERTY_BYTES_OF_A_RECORD)
    throw new RangeError(`maxPropertyBytes cannot be more than ${PROPERTY_BYTES_OF_A_RECORD}`);
  return limits;
}

/** Throws BrokerError with the protocol's code for the first rule that the message breaks, in RocketMQ's order and words. */
export function checkMessage(
  message: MessageFacts,
  topic: Topic,
  nowMs: number,
  limits: MessageLimits,
): MessageTypeName {
  const { messageId, bodyBytes, tag, keys, messageGroup, deliverAtMs, transactional, transactionRecoveryMs } = message;
  if (bodyBytes === 0) throw new BrokerError(Code.MESSAGE_BODY_EMPTY, 'message body cannot be empty');
  const { maxBodyBytes, maxDelayMs } = limits;
  if (bodyBytes > maxBodyBytes)
    throw new BrokerError(Code.MESSAGE_BODY_TOO_LARGE, `message body cannot exceed the max ${maxBodyBytes}`);
  if (tag) checkTag(tag);
  for (const key of keys) if (key) checkText(key, 'key', Code.ILLEGAL_MESSAGE_KEY);
  if (messageGroup) checkMessageGroup(messageGroup);
  checkProperties(message, limits);
  if (messageId.trim() === '') throw new BrokerError(Code.ILLEGAL_MESSAGE_ID, 'message id cannot be empty');
  if (deliverAtMs !== undefined && deliverAtMs - nowMs > maxDelayMs)
    throw new BrokerError(
      Code.ILLEGAL_DELIVERY_TIME,
      `the max delay time of message is too large, max is ${maxDelayMs}`,
    );
  if (transactional && transactionRecoveryMs > MAX_TRANSACTION_RECOVERY_MS)
    throw new BrokerError(
      Code.BAD_REQUEST,
      `the max transaction recovery time of message is too large, max is ${MAX_TRANSACTION_RECOVERY_MS / 1000}`,
    );
  return checkType(message, topic);
}

function checkText(text: string, what: string, code: Code): void {
  if (text.trim() === '') throw new BrokerError(code, `${what} cannot be the char sequence of whitespace`);
  if (CONTROL.test(text)) throw new BrokerError(code, `${what} cannot contain control character`);
}

function checkTag(tag: string): void {
  if (tag.includes('|')) throw new BrokerError(Code.ILLEGAL_MESSAGE_TAG, "tag cannot contain '|'");
  checkText(tag, 'tag', Code.ILLEGAL_MESSAGE_TAG);
}

function checkMessageGroup(group: string): void {
  if (Buffer.byteLength(group) >= MESSAGE_GROUP_LIMIT_BYTES)
    throw new BrokerError(Code.ILLEGAL_MESSAGE_GROUP, `message group exceed the max size ${MESSAGE_GROUP_LIMIT_BYTES}`);
  checkText(group, 'message group', Code.ILLEGAL_MESSAGE_GROUP);
}

function checkProperties(
  { userProperties, tag, keys }: MessageFacts,
  { maxProperties, maxPropertyBytes }: MessageLimits,
): void {
  const properties = Object.entries(userProperties);
  if (properties.length > maxProperties)
    throw new BrokerError(Code.MESSAGE_PROPERTIES_TOO_LARGE, `too many user properties, max is ${maxProperties}`);
  const fail = (why: string) => new BrokerError(Code.ILLEGAL_MESSAGE_PROPERTY_KEY, why);
  let bytes = Buffer.byteLength(tag ?? '');
  for (const key of keys) bytes += Buffer.byteLength(key);
  for (const [name, value] of properties) {
    if (RESERVED_PROPERTIES.has(name)) throw fail(`property is used by system: ${name}`);
    if (CONTROL.test(name)) throw fail('the key of property cannot contain control character');
    if (CONTROL.test(value)) throw fail('the value of property cannot contain control character');
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (bytes > maxPropertyBytes)
    throw new BrokerError(
      Code.MESSAGE_PROPERTIES_TOO_LARGE,
      `the total size of user property is too large, max is ${maxPropertyBytes}`,
    );
}

/** The type follows from the properties, what the client claims is not asked; the broker's own topics take any. */
function checkType(message: MessageFacts, { name, type }: Topic): MessageTypeName {
  const actual = typeOf(message);
  const supported = actual !== 'PRIORITY' && actual !== 'LITE';
  if (supported && (type === 'MIXED' || type === actual || isDeadLetterTopic(name))) return actual;
  throw typeConflict(type, actual);
}

function typeOf(message: MessageFacts): MessageTypeName | 'PRIORITY' | 'LITE' {
  if (message.transactional) return 'TRANSACTION';
  if (message.deliverAtMs !== undefined) return 'DELAY';
  if (message.messageGroup) return 'FIFO';
  if (message.priority !== undefined) return 'PRIORITY';
  return message.liteTopic ? 'LITE' : 'NORMAL';
}

export function typeConflict(expected: string, actual: string): BrokerError {
  return new BrokerError(
    Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE,
    `TopicMessageType validate failed, the expected type is ${expected}, but actual type is ${actual}`,
  );
}
