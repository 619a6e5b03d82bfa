import { BrokerError, Code } from './code.js';

const LEGAL_NAME = /^[%|a-zA-Z0-9_-]+$/;
const SYSTEM_TOPICS = new Set([
  'TBW102',
  'SCHEDULE_TOPIC_XXXX',
  'BenchmarkTest',
  'RMQ_SYS_TRANS_HALF_TOPIC',
  'RMQ_SYS_TRACE_TOPIC',
  'RMQ_SYS_TRANS_OP_HALF_TOPIC',
  'TRANS_CHECK_MAX_TIME_TOPIC',
  'SELF_TEST_TOPIC',
  'OFFSET_MOVED_EVENT',
  'CHECKPOINT_TOPIC',
]);
const MAX_TOPIC_CHARS = 127;
const MAX_GROUP_CHARS = 120;

export function checkTopicName(name: string): void {
  const fail = (why: string) => new BrokerError(Code.ILLEGAL_TOPIC, why);
  if (name.trim() === '') throw fail('topic name cannot be blank');
  if (name.length > MAX_TOPIC_CHARS) throw fail(`topic name cannot exceed ${MAX_TOPIC_CHARS} characters`);
  if (!LEGAL_NAME.test(name))
    throw fail(`topic name ${JSON.stringify(name)} has illegal characters, allowed: %|a-zA-Z0-9_-`);
  if (SYSTEM_TOPICS.has(name) || name.startsWith('rmq_sys_')) throw fail(`cannot access system topic ${name}`);
}

export function checkGroupName(name: string): void {
  const fail = (why: string) => new BrokerError(Code.ILLEGAL_CONSUMER_GROUP, why);
  if (name.trim() === '') throw fail('consumer group cannot be blank');
  if (name.length > MAX_GROUP_CHARS) throw fail(`consumer group cannot exceed ${MAX_GROUP_CHARS} characters`);
  if (!LEGAL_NAME.test(name))
    throw fail(`consumer group ${JSON.stringify(name)} has illegal characters, allowed: %|a-zA-Z0-9_-`);
  if (name.startsWith('CID_RMQ_SYS_')) throw fail(`cannot access system group ${name}`);
}
