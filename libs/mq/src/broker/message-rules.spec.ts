import { checkMessage, MAX_BODY_BYTES, type MessageFacts } from './message-rules.js';
import { checkGroupName, checkTopicName } from './name-rules.js';
import type { Topic } from './topics.js';

const NOW = 1_700_000_000_000;
const topic: Topic = { name: 't', type: 'MIXED', queues: 1 };

function message(changes: Partial<MessageFacts> = {}): MessageFacts {
  return {
    messageId: '01AB',
    tag: undefined,
    keys: [],
    messageGroup: undefined,
    deliverAtMs: undefined,
    transactional: false,
    transactionRecoveryMs: 0,
    userProperties: {},
    bodyBytes: 1,
    ...changes,
  };
}

describe('a message is refused with the code of the rule that it breaks', () => {
  const many = Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`p${i}`, 'v']));
  it.each<[string, Partial<MessageFacts>, number]>([
    ['blank message id', { messageId: ' ' }, 40009],
    ['empty body', { bodyBytes: 0 }, 41302],
    ['body over 4 MiB', { bodyBytes: MAX_BODY_BYTES + 1 }, 41301],
    ['blank tag', { tag: ' ' }, 40004],
    ['tag with |', { tag: 'a|b' }, 40004],
    ['tag with a control character', { tag: 'a\u0007' }, 40004],
    ['blank key', { keys: ['k', ''] }, 40005],
    ['key with a control character', { keys: ['k\n'] }, 40005],
    ['blank message group', { messageGroup: ' ' }, 40006],
    ['message group of 64 bytes', { messageGroup: 'g'.repeat(64) }, 40006],
    ['reserved property', { userProperties: { KEYS: 'x' } }, 40007],
    ['control character in a property', { userProperties: { a: 'x\u0000' } }, 40007],
    ['129 properties', { userProperties: many }, 43101],
    ['properties over 16 KiB', { userProperties: { a: 'x'.repeat(16_384) } }, 43101],
    ['delivery more than 24 h away', { deliverAtMs: NOW + 24 * 3600_000 + 1 }, 40012],
    ['transaction recovery over an hour', { transactional: true, transactionRecoveryMs: 3_600_001 }, 40000],
  ])('%s', (_name, changes, code) => {
    expect(() => checkMessage(message(changes), topic, NOW)).toThrow(expect.objectContaining({ code }));
  });

  it.each<[string, Partial<MessageFacts>]>([
    ['body of exactly 4 MiB', { bodyBytes: MAX_BODY_BYTES }],
    ['message group of 63 bytes', { messageGroup: 'g'.repeat(63) }],
    ['128 properties', { userProperties: Object.fromEntries(Object.entries(many).slice(1)) }],
    ['properties of exactly 16 KiB', { userProperties: { a: 'x'.repeat(16_383) } }],
    ['property that differs from a reserved one in case', { userProperties: { correlationId: 'x' } }],
    ['delivery in the past', { deliverAtMs: NOW - 1 }],
    ['delivery in exactly 24 h', { deliverAtMs: NOW + 24 * 3600_000 }],
  ])('%s is taken', (_name, changes) => {
    expect(() => checkMessage(message(changes), topic, NOW)).not.toThrow();
  });
});

describe('the type of a message', () => {
  it.each<[Partial<MessageFacts>, string]>([
    [{}, 'NORMAL'],
    [{ messageGroup: 'g' }, 'FIFO'],
    [{ deliverAtMs: NOW }, 'DELAY'],
    [{ transactional: true }, 'TRANSACTION'],
  ])('%j is %s and refused by a topic of another type', (changes, type) => {
    expect(checkMessage(message(changes), topic, NOW)).toBe(type);
    expect(checkMessage(message(changes), { ...topic, type: type as Topic['type'] }, NOW)).toBe(type);
    const other = type === 'NORMAL' ? 'FIFO' : 'NORMAL';
    expect(() => checkMessage(message(changes), { ...topic, type: other }, NOW)).toThrow(
      expect.objectContaining({
        code: 40014,
        message: `TopicMessageType validate failed, the expected type is ${other}, but actual type is ${type}`,
      }),
    );
  });
});

describe('names', () => {
  it.each(['', ' ', 'a b', 'topic!', '主题', 'x'.repeat(128), 'TBW102', 'rmq_sys_x', 'a.b'])(
    '%j is no topic',
    (name) => {
      expect(() => checkTopicName(name)).toThrow(expect.objectContaining({ code: 40002 }));
    },
  );
  it.each(['orderTopic', '%DLQ%group', 'x'.repeat(127), 'a|b_c-d'])('%j is a topic', (name) => {
    expect(() => checkTopicName(name)).not.toThrow();
  });
  it.each(['', ' ', 'g!', 'x'.repeat(121), 'CID_RMQ_SYS_x'])('%j is no consumer group', (name) => {
    expect(() => checkGroupName(name)).toThrow(expect.objectContaining({ code: 40003 }));
  });
});
