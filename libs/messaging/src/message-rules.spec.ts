import { checkMessage } from './message-rules.js';

const message = { topic: 'orderTopic', body: 'x' };

describe('a message that every broker refuses', () => {
  const refused: [string, Partial<Parameters<typeof checkMessage>[0]>, string][] = [
    ['a topic with a blank', { topic: 'order topic' }, 'topic'],
    ['a topic of 128 characters', { topic: 't'.repeat(128) }, 'topic'],
    ['an empty body', { body: '' }, 'body'],
    ['a blank tag', { tag: ' ' }, 'tag'],
    ['a tag that looks like two', { tag: 'a||b' }, 'tag'],
    ['a key with a control character', { keys: ['ok', 'a\u0007b'] }, 'key'],
    ['a message group of 64 bytes', { messageGroup: 'ü'.repeat(32) }, 'messageGroup'],
    ['a message both ordered and delayed', { messageGroup: 'g', deliverAtMs: 1 }, 'deliverAtMs'],
    ['a delivery time that is no number', { deliverAtMs: Number.NaN }, 'deliverAtMs'],
    ['a property with a name of RocketMQ', { properties: { TAGS: 'x' } }, '"TAGS"'],
    [
      'more than 128 properties',
      { properties: Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`p${i}`, ''])) },
      'more than 128',
    ],
    ['properties of more than 16 KiB', { properties: { big: 'x'.repeat(16_384) } }, '16384'],
  ];
  it.each(refused)('is refused here for %s', (_what, wrong, named) => {
    expect(() => checkMessage({ ...message, ...wrong })).toThrow(named);
  });
});

describe('a message that brokers take', () => {
  const taken: [string, Partial<Parameters<typeof checkMessage>[0]>][] = [
    ['repeated keys', { keys: ['k', 'k'] }],
    ['a message group of 63 bytes', { messageGroup: 'g'.repeat(63) }],
    ['a dead-letter topic', { topic: '%DLQ%goods_group' }],
    ['a reserved name in other case', { properties: { correlationId: '1', tags: 'x' } }],
    ['a time of delivery in the past', { deliverAtMs: 1 }],
  ];
  it.each(taken)('may have %s', (_what, more) => {
    expect(() => checkMessage({ ...message, ...more })).not.toThrow();
  });
});
