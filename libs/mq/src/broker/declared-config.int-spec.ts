import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { temporaryDir } from '../../test/temporary-dir.js';
import { Groups, retryDelayMs, type GroupConfig } from './groups.js';
import { Topics, type TopicConfig } from './topics.js';

const dir = temporaryDir();
const code = (value: number) => expect.objectContaining({ code: value }) as Error;

describe('topics', () => {
  const open = () => new Topics(join(dir(), 'topics.json'), false);

  it('are created once, changed and deleted, and a restart knows it', () => {
    const topics = open();
    expect(topics.create({ name: 't', type: 'NORMAL' })).toEqual({ name: 't', type: 'NORMAL', queues: 4 });
    expect(() => topics.create({ name: 't', type: 'NORMAL' })).toThrow(code(40000));
    topics.update('t', { type: 'FIFO', queues: 8 });
    topics.create({ name: 'other', type: 'DELAY', queues: 1 });
    topics.delete('other');
    expect(open().all()).toEqual([{ name: 't', type: 'FIFO', queues: 8 }]);
  });

  it('keep their queues', () => {
    const topics = open();
    topics.create({ name: 't', type: 'NORMAL', queues: 8 });
    expect(() => topics.update('t', { queues: 7 })).toThrow(code(40000));
    topics.declare([{ name: 't', type: 'FIFO', queues: 2 }]);
    expect(topics.get('t')).toEqual({ name: 't', type: 'FIFO', queues: 8 });
  });

  it('that do not exist cannot be used, changed or deleted', () => {
    const topics = open();
    for (const use of [() => topics.get('x'), () => topics.update('x', {}), () => topics.delete('x')])
      expect(use).toThrow(code(40402));
  });

  it.each<[string, TopicConfig, number]>([
    ['illegal name', { name: 'a b', type: 'NORMAL' }, 40002],
    ['unknown type', { name: 't', type: 'LITE' as 'NORMAL' }, 40000],
    ['no queue', { name: 't', type: 'NORMAL', queues: 0 }, 40000],
    ['too many queues', { name: 't', type: 'NORMAL', queues: 1025 }, 40000],
  ])('with %s are refused, and those declared with them too', (_what, config, expected) => {
    const topics = open();
    expect(() => topics.declare([{ name: 'good', type: 'NORMAL' }, config])).toThrow(code(expected));
    expect(topics.all()).toEqual([]);
  });

  it('are created on first use where that is allowed', () => {
    expect(new Topics(join(dir(), 'topics.json'), true).get('new')).toEqual({ name: 'new', type: 'MIXED', queues: 4 });
    expect(open().has('new')).toBe(true);
  });

  it('of an unknown file format stop the start', () => {
    writeFileSync(join(dir(), 'topics.json'), '{"formatVersion": 9, "topics": []}');
    expect(open).toThrow('version 9');
  });
});

describe('consumer groups', () => {
  const open = (pausesMs?: number[]) => new Groups(join(dir(), 'groups.json'), pausesMs);

  it('have the rules of RocketMQ unless declared', () => {
    const policy = open().policy('anyone');
    expect(policy.maxAttempts).toBe(17);
    expect([1, 2, 3, 17, 18, 99].map((attempts) => retryDelayMs(policy, attempts) / 1000)).toEqual([
      1, 5, 10, 3600, 7200, 7200,
    ]);
  });

  it('are created once, changed and deleted, and a restart knows it', () => {
    const groups = open();
    groups.create({ name: 'g', maxAttempts: 3, retryDelaysMs: [10, 20] });
    expect(() => groups.create({ name: 'g' })).toThrow(code(40000));
    groups.update('g', { maxAttempts: 5 });
    groups.create({ name: 'other', orderly: true });
    groups.delete('other');
    expect(open().all()).toEqual([{ name: 'g', maxAttempts: 5, retryDelaysMs: [10, 20] }]);
    expect(open().policy('g')).toMatchObject({ maxAttempts: 5, retryDelaysMs: [10, 20] });
    expect(open().policy('other')).toMatchObject({ orderly: undefined, maxAttempts: 17 });
    expect(() => groups.update('other', {})).toThrow(code(40403));
    expect(() => groups.delete('other')).toThrow(code(40403));
  });

  it('retry with growing pauses up to a maximum', () => {
    const groups = open();
    groups.declare([{ name: 'g', exponentialRetry: { initialMs: 1000, maxMs: 5000, multiplier: 2 } }]);
    const policy = groups.policy('g');
    expect([1, 2, 3, 4, 5].map((attempts) => retryDelayMs(policy, attempts))).toEqual([1000, 2000, 4000, 5000, 5000]);
  });

  it.each<[string, Partial<GroupConfig>, number]>([
    ['illegal name', { name: 'CID_RMQ_SYS_x' }, 40003],
    ['no attempt at all', { maxAttempts: 0 }, 40000],
    ['no pause', { retryDelaysMs: [] }, 40000],
    ['a negative pause', { retryDelaysMs: [-1] }, 40000],
    [
      'both kinds of pauses',
      { retryDelaysMs: [1], exponentialRetry: { initialMs: 1, maxMs: 1, multiplier: 1 } },
      40000,
    ],
    ['a maximum below the first pause', { exponentialRetry: { initialMs: 2, maxMs: 1, multiplier: 2 } }, 40000],
    ['shrinking pauses', { exponentialRetry: { initialMs: 1, maxMs: 2, multiplier: 0.5 } }, 40000],
  ])('with %s are refused', (_what, config, expected) => {
    const groups = open();
    expect(() => groups.declare([{ name: 'g', ...config }])).toThrow(code(expected));
    expect(groups.all()).toEqual([]);
  });
});
