import { coreMessage, openCore } from '../../test/core-broker.js';
import { temporaryDir } from '../../test/temporary-dir.js';
import { until } from '../../test/until.js';
import type { Broker } from './broker.js';
import type { Delivery } from './delivery.js';
import { TagFilter } from './tag-filter.js';

let broker: Broker;
// Before temporaryDir(), whose clean-up comes after this one then.
afterEach(() => broker.close());
const dir = temporaryDir();

async function open(): Promise<void> {
  broker = await openCore(dir(), {
    topics: [
      { name: 't', type: 'NORMAL', queues: 2 },
      { name: 'fifo', type: 'FIFO', queues: 4 },
    ],
  });
}
beforeEach(open);

async function send(topic: string, text: string, messageGroup?: string): Promise<void> {
  await broker.send(broker.topics.get(topic), coreMessage(text, { messageGroup }));
}

function receive(group: string, topic: string): Promise<Delivery[]> {
  return broker.progress.subscription(group, topic).receive({
    clientId: 'consumer',
    attemptId: undefined,
    filter: new TagFilter('*'),
    maxMessages: 32,
    autoRenew: false,
    invisibleMs: 10_000,
    pollingMs: 0,
  }).deliveries;
}

const texts = (deliveries: Delivery[]) => deliveries.map(({ record }) => Buffer.from(record.payload).toString());
const handleOf = ({ record, held, attempts }: Delivery) => ({
  queueId: record.queueId,
  offset: held.offset,
  attempts,
  renewals: 0,
  expiresAtMs: held.visibleAtMs,
});

/** The group gives up on everything that it is given. */
async function giveUp(group: string, topic: string): Promise<void> {
  for (let given; (given = await receive(group, topic)).length > 0;)
    for (const delivery of given) await delivery.progress.forwardToDeadLetters(handleOf(delivery), Date.now());
}

describe('dead letters', () => {
  it('are sent to their topic again, all or one, and each once', async () => {
    for (const text of ['a', 'b', 'c']) await send('t', text);
    await giveUp('g', 't');
    expect(await broker.deadLetters.resend('g', [1, 1])).toEqual({ resent: 1, alreadyResent: 0, failed: [] });
    const [first] = await receive('g', 't');
    expect(first).toMatchObject({ attempts: 1, record: { topic: 't', originTopic: '' } });
    expect(await broker.deadLetters.resend('g')).toEqual({ resent: 2, alreadyResent: 1, failed: [] });
    expect(texts([first as Delivery, ...(await receive('g', 't'))]).sort()).toEqual(['a', 'b', 'c']);
    expect([0, 1, 2, 3].map((offset) => broker.deadLetters.isResent('g', offset))).toEqual([true, true, true, false]);
    expect(await broker.deadLetters.resend('g')).toEqual({ resent: 0, alreadyResent: 3, failed: [] });
  });

  it('stay sent after a restart', async () => {
    for (const text of ['a', 'b']) await send('t', text);
    await giveUp('g', 't');
    await broker.deadLetters.resend('g', [0]);
    await broker.close();
    await open();
    expect(await broker.deadLetters.resend('g')).toEqual({ resent: 1, alreadyResent: 1, failed: [] });
  });

  it('are sent once by two calls at the same time', async () => {
    for (let i = 0; i < 300; i++) await send('t', String(i));
    await giveUp('g', 't');
    const results = await Promise.all([broker.deadLetters.resend('g'), broker.deadLetters.resend('g')]);
    expect(results.map(({ resent }) => resent).reduce((a, b) => a + b)).toBe(300);
    expect(broker.store.messageCount('t')).toBe(600);
  });

  it('keep their message group and its order when they are sent again, and wait for nobody before', async () => {
    for (const text of ['a1', 'a2', 'b1', 'a3']) await send('fifo', text, text.slice(0, 1));
    await giveUp('g', 'fifo');
    expect(texts(await receive('reader', '%DLQ%g')).sort()).toEqual(['a1', 'a2', 'a3', 'b1']);
    await broker.deadLetters.resend('g');
    const again = texts(await receive('g', 'fifo'));
    expect(again.filter((text) => text.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(await receive('other', 'fifo')).toHaveLength(8);
  });

  it('whose topic is gone stay where they are', async () => {
    await send('t', 'a');
    await giveUp('g', 't');
    await broker.deleteTopic('t');
    expect(await broker.deadLetters.resend('g')).toMatchObject({
      resent: 0,
      failed: [{ offset: 0, reason: expect.stringContaining('t') as string }],
    });
    broker.topics.create({ name: 't', type: 'NORMAL' });
    expect(await broker.deadLetters.resend('g')).toMatchObject({ resent: 1, failed: [] });
  });

  it('that there are not cannot be sent', async () => {
    expect(await broker.deadLetters.resend('g')).toEqual({ resent: 0, alreadyResent: 0, failed: [] });
    await expect(broker.deadLetters.resend('g', [0])).rejects.toMatchObject({ code: 40401 });
    await send('t', 'a');
    await giveUp('g', 't');
    await expect(broker.deadLetters.resend('g', [1])).rejects.toMatchObject({ code: 40401 });
  });
});

describe('a deleted topic', () => {
  it('has no messages and no progress when it is created again, also after a restart', async () => {
    for (const text of ['a', 'b']) await send('t', text);
    expect(await receive('g', 't')).toHaveLength(2);
    await broker.deleteTopic('t');
    expect(() => broker.topics.get('t')).toThrow(expect.objectContaining({ code: 40402 }));
    expect(broker.progress.find('g', 't')).toBeUndefined();
    await broker.close();
    await open();
    expect(await receive('g', 't')).toEqual([]);
    await send('t', 'c');
    expect(texts(await receive('g', 't'))).toEqual(['c']);
    await broker.close();
    await open();
    expect(await receive('g', 't')).toEqual([]);
    expect(texts(await receive('other', 't'))).toEqual(['c']);
  });

  it('gets no delayed message any more', async () => {
    const deliverAtMs = Date.now() + 100;
    broker.topics.create({ name: 'delay', type: 'DELAY' });
    await broker.send(broker.topics.get('delay'), coreMessage('a', { type: 'DELAY', deliverAtMs }));
    await broker.deleteTopic('delay');
    await until('the timer fired', () => broker.store.delayedCount === 0);
    broker.topics.create({ name: 'delay', type: 'DELAY' });
    expect(broker.store.messageCount('delay')).toBe(0);
  });
});

describe('a deleted group', () => {
  it('starts at the beginning when it comes back, also after a restart', async () => {
    for (const text of ['a', 'b']) await send('t', text);
    broker.groups.create({ name: 'g', maxAttempts: 1 });
    await receive('g', 't');
    broker.deleteGroup('g');
    expect(broker.progress.hasGroup('g')).toBe(false);
    expect(broker.groups.policy('g').maxAttempts).toBe(17);
    await broker.close();
    await open();
    expect(broker.progress.hasGroup('g')).toBe(false);
    const given = await receive('g', 't');
    expect(given.map(({ attempts }) => attempts)).toEqual([1, 1]);
    expect(() => broker.deleteGroup('nobody')).toThrow(expect.objectContaining({ code: 40403 }));
  });

  it('ends the polls of its members', async () => {
    const { deliveries } = broker.progress.subscription('g', 't').receive({
      clientId: 'consumer',
      attemptId: undefined,
      filter: new TagFilter('*'),
      maxMessages: 1,
      autoRenew: false,
      invisibleMs: 10_000,
      pollingMs: 60_000,
    });
    broker.deleteGroup('g');
    expect(await deliveries).toEqual([]);
  });
});
