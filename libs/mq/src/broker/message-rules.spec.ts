import { checkMessage, DEFAULT_MESSAGE_LIMITS as limits, messageLimits, type MessageFacts } from './message-rules.js';
import { checkGroupName, checkTopicName } from './name-rules.js';
import type { Topic } from './topics.js';

const NOW = 1_700_000_000_000;
const topic: Topic = { name: 't', type: 'MIXED', queues: 1 };
const MAX_BODY_BYTES = 4 << 20;

function message(changes: Partial<MessageFacts> = {}): MessageFacts {
  return {
    messageId: '01AB',
    tag: undefined,
    keys: [],
    messageGroup: undefined,
    deliverAtMs: undefined,
    priority: undefined,
    liteTopic: undefined,
    transactional: false,
    transactionRecoveryMs: 0,
    userProperties: {},
    bodyBytes: 1,
    ...changes,
  };
}

describe('a message is refused with the code and the words of the rule that it breaks', () => {
  const many = Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`p${i}`, 'v']));
  it.each<[string, Partial<MessageFacts>, number, string]>([
    ['no message id', { messageId: '' }, 40009, 'message id cannot be empty'],
    ['blank message id', { messageId: ' ' }, 40009, 'message id cannot be empty'],
    ['empty body', { bodyBytes: 0 }, 41302, 'message body cannot be empty'],
    ['body over 4 MiB', { bodyBytes: MAX_BODY_BYTES + 1 }, 41301, 'message body cannot exceed the max 4194304'],
    ['blank tag', { tag: ' ' }, 40004, 'tag cannot be the char sequence of whitespace'],
    ['tag with |', { tag: 'a|b' }, 40004, "tag cannot contain '|'"],
    ['tag with a control character', { tag: 'a\u0007' }, 40004, 'tag cannot contain control character'],
    ['blank key', { keys: ['k', ' '] }, 40005, 'key cannot be the char sequence of whitespace'],
    ['key with a control character', { keys: ['k\n'] }, 40005, 'key cannot contain control character'],
    ['key with DEL', { keys: ['k\u007f'] }, 40005, 'key cannot contain control character'],
    ['key with NEL', { keys: ['k\u0085'] }, 40005, 'key cannot contain control character'],
    ['blank message group', { messageGroup: ' ' }, 40006, 'message group cannot be the char sequence of whitespace'],
    ['message group of 64 bytes', { messageGroup: 'g'.repeat(64) }, 40006, 'message group exceed the max size 64'],
    ['message group of 64 bytes in 22 characters', { messageGroup: '组'.repeat(21) + 'g' }, 40006, 'max size 64'],
    ['message group with a tab', { messageGroup: 'a\t' }, 40006, 'message group cannot contain control character'],
    ['reserved property', { userProperties: { KEYS: 'x' } }, 40007, 'property is used by system: KEYS'],
    ['property name with a control character', { userProperties: { 'a\n': 'x' } }, 40007, 'the key of property'],
    ['property value with a control character', { userProperties: { a: 'x\u0000' } }, 40007, 'the value of property'],
    ['129 properties', { userProperties: many }, 43101, 'too many user properties, max is 128'],
    [
      'properties over 16 KiB',
      { userProperties: { a: 'x'.repeat(16_384) } },
      43101,
      'the total size of user property is too large, max is 16384',
    ],
    [
      'properties, tag and keys over 16 KiB together',
      { userProperties: { a: 'x'.repeat(16_381) }, tag: 't', keys: ['k', 'k'] },
      43101,
      'the total size of user property is too large, max is 16384',
    ],
    [
      'delivery more than 24 h away',
      { deliverAtMs: NOW + 24 * 3600_000 + 1 },
      40012,
      'the max delay time of message is too large, max is 86400000',
    ],
    [
      'transaction recovery over an hour',
      { transactional: true, transactionRecoveryMs: 3_600_001 },
      40000,
      'the max transaction recovery time of message is too large, max is 3600',
    ],
  ])('%s', (_name, changes, code, why) => {
    expect(() => checkMessage(message(changes), topic, NOW, limits)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(why) as string }),
    );
  });

  it.each<[string, Partial<MessageFacts>]>([
    ['body of exactly 4 MiB', { bodyBytes: MAX_BODY_BYTES }],
    ['empty tag', { tag: '' }],
    ['empty key', { keys: [''] }],
    ['key with a space', { keys: ['a b'] }],
    ['empty message group', { messageGroup: '' }],
    ['message group of 63 bytes', { messageGroup: 'g'.repeat(63) }],
    ['128 properties', { userProperties: Object.fromEntries(Object.entries(many).slice(1)) }],
    ['properties of exactly 16 KiB', { userProperties: { a: 'x'.repeat(16_383) } }],
    ['property that differs from a reserved one in case', { userProperties: { correlationId: 'x' } }],
    ['property without value', { userProperties: { a: '' } }],
    ['delivery in the past', { deliverAtMs: NOW - 1 }],
    ['delivery in exactly 24 h', { deliverAtMs: NOW + 24 * 3600_000 }],
    ['recovery time of a message without transaction', { transactionRecoveryMs: 3_600_001 }],
    ['transaction recovery of an hour', { transactional: true, transactionRecoveryMs: 3_600_000 }],
  ])('%s is taken', (_name, changes) => {
    expect(() => checkMessage(message(changes), topic, NOW, limits)).not.toThrow();
  });

  it('the limits are what the broker is set to', () => {
    const lax = messageLimits({
      maxBodyBytes: 8 << 20,
      maxProperties: 200,
      maxPropertyBytes: 32 << 10,
      maxDelayMs: 1e12,
    });
    const large = message({
      bodyBytes: 8 << 20,
      userProperties: { ...many, a: 'x'.repeat(20_000) },
      deliverAtMs: NOW + 1e12,
    });
    expect(checkMessage(large, topic, NOW, lax)).toBe('DELAY');
    for (const strict of [
      { maxBodyBytes: 1000 },
      { maxProperties: 10 },
      { maxPropertyBytes: 100 },
      { maxDelayMs: 1000 },
    ])
      expect(() => checkMessage(large, topic, NOW, { ...lax, ...strict })).toThrow(String(Object.values(strict)[0]));
  });

  it.each([{ maxBodyBytes: 0 }, { maxProperties: 1.5 }, { maxPropertyBytes: (32 << 10) + 1 }, { maxDelayMs: NaN }])(
    'limits that cannot be are named: %j',
    (told) => {
      expect(() => messageLimits(told)).toThrow(Object.keys(told)[0]);
    },
  );
});

describe('the type of a message', () => {
  it.each<[Partial<MessageFacts>, string]>([
    [{}, 'NORMAL'],
    [{ messageGroup: 'g' }, 'FIFO'],
    [{ deliverAtMs: NOW }, 'DELAY'],
    [{ transactional: true }, 'TRANSACTION'],
    [{ transactional: true, messageGroup: 'g', deliverAtMs: NOW }, 'TRANSACTION'],
    [{ messageGroup: 'g', deliverAtMs: NOW }, 'DELAY'],
    [{ messageGroup: '' }, 'NORMAL'],
  ])('%j is %s and refused by a topic of another type', (changes, type) => {
    expect(checkMessage(message(changes), topic, NOW, limits)).toBe(type);
    expect(checkMessage(message(changes), { ...topic, type: type as Topic['type'] }, NOW, limits)).toBe(type);
    const other = type === 'NORMAL' ? 'FIFO' : 'NORMAL';
    expect(() => checkMessage(message(changes), { ...topic, type: other }, NOW, limits)).toThrow(
      expect.objectContaining({
        code: 40014,
        message: `TopicMessageType validate failed, the expected type is ${other}, but actual type is ${type}`,
      }),
    );
  });

  it.each<[Partial<MessageFacts>, string]>([
    [{ priority: 0 }, 'PRIORITY'],
    [{ liteTopic: 'l' }, 'LITE'],
  ])('%j is of a type that this broker does not have', (changes, type) => {
    expect(() => checkMessage(message(changes), topic, NOW, limits)).toThrow(
      expect.objectContaining({ code: 40014, message: expect.stringContaining(`actual type is ${type}`) as string }),
    );
  });

  it('is not asked by a dead-letter topic', () => {
    const dead: Topic = { name: '%DLQ%g', type: 'NORMAL', queues: 1 };
    expect(checkMessage(message({ messageGroup: 'g' }), dead, NOW, limits)).toBe('FIFO');
  });
});

describe('names', () => {
  it.each([
    ['', 'The specified topic is blank'],
    [' ', 'The specified topic is blank'],
    ['a b', 'The specified topic[a b] contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$'],
    ['主题', 'The specified topic[主题] contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$'],
    ['a.b', 'The specified topic[a.b] contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$'],
    ['x'.repeat(128), 'The specified topic is longer than topic max length 127.'],
    ['TBW102', 'cannot access system topic'],
    ['TRANS_CHECK_MAX_TIME_TOPIC', 'cannot access system topic'],
    ['rmq_sys_x', 'cannot access system topic'],
  ])('%j is no topic', (name, why) => {
    expect(() => checkTopicName(name)).toThrow(expect.objectContaining({ code: 40002, message: why }));
  });
  it.each(['orderTopic', '%DLQ%group', 'x'.repeat(127), 'a|b_c-d'])('%j is a topic', (name) => {
    expect(() => checkTopicName(name)).not.toThrow();
  });
  it.each([
    ['', 'the specified group is blank'],
    [' ', 'the specified group is blank'],
    ['g!', 'the specified group[g!] contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$'],
    ['x'.repeat(121), `the specified group[${'x'.repeat(121)}] is longer than group max length: 120.`],
    ['CID_RMQ_SYS_x', 'cannot use system consumer group'],
  ])('%j is no consumer group', (name, why) => {
    expect(() => checkGroupName(name)).toThrow(expect.objectContaining({ code: 40003, message: why }));
  });
  it.each(['g', 'x'.repeat(120)])('%j is a consumer group', (name) => {
    expect(() => checkGroupName(name)).not.toThrow();
  });
});
