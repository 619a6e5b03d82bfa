import { BrokerError, Code } from './code.js';

/** Where half messages go that nobody decided on. Clients cannot read it, the admin API can. */
export const GIVEN_UP_TRANSACTIONS = 'TRANS_CHECK_MAX_TIME_TOPIC';
const LEGAL_CHARACTERS = '^[%|a-zA-Z0-9_-]+$';
const LEGAL_NAME = new RegExp(LEGAL_CHARACTERS);
const SYSTEM_TOPICS = new Set([
  'TBW102',
  'SCHEDULE_TOPIC_XXXX',
  'BenchmarkTest',
  'RMQ_SYS_TRANS_HALF_TOPIC',
  'RMQ_SYS_TRACE_TOPIC',
  'RMQ_SYS_TRANS_OP_HALF_TOPIC',
  GIVEN_UP_TRANSACTIONS,
  'SELF_TEST_TOPIC',
  'OFFSET_MOVED_EVENT',
  'CHECKPOINT_TOPIC',
]);
const MAX_TOPIC_CHARS = 127;
const MAX_GROUP_CHARS = 120;

/** Throws BrokerError ILLEGAL_TOPIC. */
export function checkTopicName(name: string): void {
  const fail = (why: string) => new BrokerError(Code.ILLEGAL_TOPIC, why);
  if (name.trim() === '') throw fail('The specified topic is blank');
  if (!LEGAL_NAME.test(name))
    throw fail(`The specified topic[${name}] contains illegal characters, allowing only ${LEGAL_CHARACTERS}`);
  if (name.length > MAX_TOPIC_CHARS)
    throw fail(`The specified topic is longer than topic max length ${MAX_TOPIC_CHARS}.`);
  if (SYSTEM_TOPICS.has(name) || name.startsWith('rmq_sys_')) throw fail('cannot access system topic');
}

/** Throws BrokerError ILLEGAL_CONSUMER_GROUP. */
export function checkGroupName(name: string): void {
  const fail = (why: string) => new BrokerError(Code.ILLEGAL_CONSUMER_GROUP, why);
  if (name.trim() === '') throw fail('the specified group is blank');
  if (!LEGAL_NAME.test(name))
    throw fail(`the specified group[${name}] contains illegal characters, allowing only ${LEGAL_CHARACTERS}`);
  if (name.length > MAX_GROUP_CHARS)
    throw fail(`the specified group[${name}] is longer than group max length: ${MAX_GROUP_CHARS}.`);
  if (name.startsWith('CID_RMQ_SYS_')) throw fail('cannot use system consumer group');
}
