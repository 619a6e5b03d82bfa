import { status, type ServiceError } from '@grpc/grpc-js';
import { message } from '../raw-client.js';
import { differs } from './differences.js';
import { BrokerUnderTest } from './engine.js';
import { textOf } from './group-member.js';

const mq = new BrokerUnderTest();
const OK = { code: 20000, message: 'OK' };

/** Nothing arrives that could answer it. */
async function stillWaits(poll: Promise<unknown>): Promise<void> {
  const answered = poll.then(() => 'answered');
  expect(await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 200, 'waits'))])).toBe('waits');
}

/** A server may answer the poll of a client that says goodbye, or cut it off: what counts is the message. */
function unlessCutOff(error: ServiceError): void {
  if (error.code !== status.UNAVAILABLE) throw error;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);

async function sendNumbers(topic: string, count: number): Promise<void> {
  const client = mq.raw();
  for (const text of numbers(count)) await client.send(message(topic, { body: Buffer.from(text) }));
}

describe('a long poll', () => {
  const waiting = mq.topic();
  const waitingGroup = mq.group();
  it.concurrent('is answered when a message arrives, not at the next tick', async () => {
    const member = await mq.member({ group: waitingGroup, topic: waiting });
    const send = mq.producerOf(waiting);
    const lateMs: number[] = [];
    for (let i = 0; i < 5; i++) {
      const poll = member.poll({ waitMs: 10_000 });
      await stillWaits(poll);
      const sentMs = Date.now();
      await send(`${i}`);
      const { messages } = await poll;
      lateMs.push(Date.now() - sentMs);
      expect(messages.map(textOf)).toEqual([`${i}`]);
      await member.ack(...messages);
    }
    expect(lateMs.sort((a, b) => a - b)[2]).toBeLessThan(100);
  });

  const pushed = mq.topic();
  const pushedGroup = mq.group();
  it.concurrent('of a push consumer of the official client too', async () => {
    const seen: number[] = [];
    await mq.pushConsumer({ group: pushedGroup, topic: pushed }, () => seen.push(Date.now()) > 0);
    const send = mq.producerOf(pushed);
    await send('first');
    await mq.eventually(() => expect(seen).toHaveLength(1));
    const lateMs: number[] = [];
    for (let i = 0; i < 5; i++) {
      const sentMs = Date.now();
      await send(`${i}`);
      await mq.eventually(() => expect(seen).toHaveLength(i + 2));
      lateMs.push((seen[i + 1] ?? Infinity) - sentMs);
    }
    expect(lateMs.sort((a, b) => a - b)[2]).toBeLessThan(150);
  });

  const empty = mq.topic();
  const emptyGroup = mq.group();
  it.concurrent('without any message ends after its time with MESSAGE_NOT_FOUND', async () => {
    const member = await mq.member({ group: emptyGroup, topic: empty });
    const waitMs = 5000;
    const startMs = Date.now();
    const { status, messages, deliveryTimestamp } = await member.poll({ waitMs });
    const tookMs = Date.now() - startMs;
    expect(status).toEqual({ code: 40401, message: 'no new message' });
    expect(messages).toEqual([]);
    expect(deliveryTimestamp).toBeDefined();
    expect(tookMs).toBeGreaterThanOrEqual(waitMs - 20);
    expect(tookMs).toBeLessThan(waitMs + 1000);
  });

  const brief = mq.group();
  it.concurrent('of a second', async () => {
    const member = await mq.member({ group: brief, topic: empty });
    const startMs = Date.now();
    expect((await member.poll({ waitMs: 1000 })).status.code).toBe(40401);
    expect(Math.abs(Date.now() - startMs - differs('pollOfASecondMs'))).toBeLessThan(700);
  });

  const broken = mq.topic();
  const brokenGroup = mq.group();
  it.concurrent('that its client breaks off takes no message along for good', async () => {
    const member = await mq.member({ group: brokenGroup, topic: broken });
    const breaking = new AbortController();
    const poll = member.poll({ waitMs: 10_000, invisibleMs: 60_000, signal: breaking.signal });
    await stillWaits(poll);
    breaking.abort();
    await poll;
    await mq.producerOf(broken)('x');
    expect((await member.receive(1, { waitMs: 5000 })).map(textOf)).toEqual(['x']);
  });

  const gone = mq.topic();
  const goneGroup = mq.group();
  it.concurrent('of a client that says goodbye takes no message along for good', async () => {
    const leaver = await mq.member({ group: goneGroup, topic: gone });
    const poll = leaver.poll({ waitMs: 10_000, invisibleMs: 10_000 }).catch(unlessCutOff);
    await stillWaits(poll);
    await leaver.leave();
    await mq.producerOf(gone)('x');
    const member = await mq.member({ group: goneGroup, topic: gone });
    expect((await member.receive(1, { waitMs: 5000 })).map(textOf)).toEqual(['x']);
    await poll;
  });

  const many = mq.topic();
  const manyGroup = mq.group();
  it.concurrent('of one of a hundred takes the one message, and the others go on waiting', async () => {
    const member = await mq.member({ group: manyGroup, topic: many });
    let answered = 0;
    const polls = numbers(100).map(() => member.poll({ waitMs: 5000 }).finally(() => answered++));
    await mq.producerOf(many)('x');
    await mq.eventually(() => expect(answered).toBe(1));
    const all = await Promise.all(polls);
    expect(all.flatMap(({ messages }) => messages.map(textOf))).toEqual(['x']);
  });
});

describe('a receive', () => {
  const full = mq.topic('NORMAL', 1);
  const fullGroup = mq.group();
  it.concurrent('brings as many messages as are there, up to what was asked for', async () => {
    await sendNumbers(full, 5);
    const member = await mq.member({ group: fullGroup, topic: full });
    expect((await member.poll({ max: 1 })).messages.map(textOf)).toEqual(['0']);
    expect((await member.poll({ max: 3 })).messages.map(textOf)).toEqual(['1', '2', '3']);
    expect((await member.poll({ max: 32 })).messages.map(textOf)).toEqual(['4']);
  });

  const greedy = mq.topic('NORMAL', 1);
  const greedyGroup = mq.group();
  it.concurrent('brings 32 messages at most', async () => {
    await mq.raw().send(...numbers(40).map((text) => message(greedy, { body: Buffer.from(text) })));
    const member = await mq.member({ group: greedyGroup, topic: greedy });
    const { status, messages } = await member.poll({ max: 1000 });
    expect(status).toEqual(OK);
    expect(messages).toHaveLength(32);
  });

  const topic = mq.topic();
  const group = mq.group();
  it.concurrent.each<[string, object, number, string]>([
    [
      'an invisible time under 10 s',
      { invisibleDuration: { seconds: 9, nanos: 999e6 } },
      40011,
      'the invisibleTime is too small. min is 10000',
    ],
    ['no invisible time', { invisibleDuration: undefined }, 40011, 'the invisibleTime is too small. min is 10000'],
    [
      'an invisible time over 12 h',
      { invisibleDuration: { seconds: 43_201 } },
      40011,
      'the invisibleTime is too large. max is 43200000',
    ],
    ['no group', { group: { name: '' } }, 40003, 'the specified group is blank'],
    ['a group of a bad name', { group: { name: 'bad group' } }, 40003, 'illegal characters'],
    ['a group with a name of 121 characters', { group: { name: 'g'.repeat(121) } }, 40003, ''],
    ['a system group', { group: { name: 'CID_RMQ_SYS_g' } }, 40003, ''],
    ['a topic of a bad name', { messageQueue: { topic: { name: 'bad topic' } } }, 40002, 'illegal characters'],
    ['a system topic', { messageQueue: { topic: { name: 'TBW102' } } }, 40002, 'cannot access system topic'],
    ['an unknown topic', { messageQueue: { topic: { name: 'missing' } } }, 40402, ''],
  ])('with %s is refused', async (_what, changes, code, why) => {
    const { client } = await mq.member({ group, topic });
    const { status, messages } = await client.receive({
      group: { name: group },
      messageQueue: { topic: { name: topic }, id: -1 },
      filterExpression: { type: 1, expression: '*' },
      batchSize: 32,
      invisibleDuration: { seconds: 10 },
      longPollingTimeout: { seconds: 5 },
      ...changes,
    });
    expect(status).toEqual({ code, message: expect.stringContaining(why) });
    expect(messages).toEqual([]);
  });

  const versions = { '5.0.7': 40018, '1.0.8': 40000 };
  it.concurrent.each(Object.entries(versions).map(([version, code]) => [version, code, mq.group()] as const))(
    'that outlasts its deadline is refused, to a client of version %s with %i',
    async (version, code, outlasting) => {
      const client = mq.raw(undefined, { 'x-mq-language': 'JAVA', 'x-mq-client-version': version });
      const member = await mq.member({ group: outlasting, topic }, client);
      const { status } = await member.poll({ waitMs: 10_000, deadlineMs: 3000 });
      expect(status.code).toBe(code);
    },
  );
});
