import { message, messageId } from '../raw-client.js';
import { milliseconds, wireTime, type Answer, type SendAnswer } from '../protocol.js';
import { differs } from './differences.js';
import { BrokerUnderTest } from './engine.js';
import { textOf, type GroupMember } from './group-member.js';

const mq = new BrokerUnderTest();
const OK = { code: 20000, message: 'OK' };

const delayed = () => ({ topic: mq.topic('DELAY'), group: mq.group() });

function send(topic: string, text: string, deliverAtMs: number, systemProperties = {}): Promise<SendAnswer> {
  return mq.raw().send<SendAnswer>(
    message(topic, {
      body: Buffer.from(text),
      systemProperties: { ...systemProperties, deliveryTimestamp: wireTime(deliverAtMs) },
    }),
  );
}

/** Bodies of so many messages with the time at which each arrived. */
async function arrivals(member: GroupMember, count: number): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  while (seen.size < count) {
    for (const received of await member.receive(1, { max: 32, waitMs: 5000 })) {
      seen.set(textOf(received), Date.now());
      await member.ack(received);
    }
  }
  return seen;
}

describe('a delayed message', () => {
  const official = delayed();
  it.concurrent('of the official client comes at its time and says it', async () => {
    const producer = await mq.producer(official.topic);
    const consumer = await mq.simpleConsumer(official, 5000);
    const deliverAtMs = Date.now() + 1500;
    const { recallHandle } = await producer.send({
      topic: official.topic,
      body: Buffer.from('later'),
      deliveryTimestamp: new Date(deliverAtMs),
    });
    expect(recallHandle).not.toBe('');
    const [view] = await consumer.receive(1, 10_000);
    const lateMs = Date.now() - deliverAtMs;
    expect(view?.body.toString()).toBe('later');
    expect(view?.deliveryTimestamp?.getTime()).toBe(deliverAtMs);
    expect(lateMs).toBeGreaterThanOrEqual(differs('earliestDelayedMs'));
    expect(lateMs).toBeLessThan(differs('latestDelayedMs'));
  });

  const pause = delayed();
  it.concurrent('may be sent with a pause instead of a time', async () => {
    const producer = await mq.producer(pause.topic);
    const sentMs = Date.now();
    await producer.send({ topic: pause.topic, body: Buffer.from('later'), delay: 1500 });
    const [, arrivedMs] = [...(await arrivals(await mq.member(pause), 1))][0] ?? ['', 0];
    expect(arrivedMs - sentMs - 1500).toBeGreaterThanOrEqual(differs('earliestDelayedMs'));
    expect(arrivedMs - sentMs - 1500).toBeLessThan(differs('latestDelayedMs') + 100);
  });

  it.concurrent.each(
    (
      [
        ['now', 0],
        ['a second ago', -1000],
        ['an hour ago', -3600_000],
        ['1970', -Date.now() + 1000],
      ] as const
    ).map(([when, offsetMs]) => [when, offsetMs, delayed()] as const),
  )('of %s comes at once', async (_when, offsetMs, past) => {
    const sentMs = Date.now();
    await send(past.topic, 'x', sentMs + offsetMs);
    const seen = await arrivals(await mq.member(past), 1);
    expect((seen.get('x') ?? Infinity) - sentMs).toBeLessThan(2000);
  });

  const negative = delayed();
  it.concurrent('of before 1970 is accepted, and so it comes', async () => {
    expect((await send(negative.topic, 'x', -1000)).status).toEqual(OK);
    expect((await arrivals(await mq.member(negative), 1)).has('x')).toBe(true);
  });

  const precise = delayed();
  it.concurrent('is on time, also one of many', async () => {
    const startMs = Date.now() + 1000;
    const times = new Map(Array.from({ length: 40 }, (_, i) => [`${i}`, startMs + ((i * 37) % 40) * 50]));
    await Promise.all([...times].map(([text, atMs]) => send(precise.topic, text, atMs)));
    const seen = await arrivals(await mq.member(precise), 40);
    const lateMs = [...times].map(([text, atMs]) => (seen.get(text) ?? Infinity) - atMs).sort((a, b) => a - b);
    expect(lateMs[0]).toBeGreaterThanOrEqual(differs('earliestDelayedMs'));
    expect(lateMs[39]).toBeLessThan(differs('latestDelayedMs'));
  });

  const order = delayed();
  it.concurrent('comes after one that was sent later and is due earlier', async () => {
    const nowMs = Date.now();
    await send(order.topic, 'third', nowMs + 4000);
    await send(order.topic, 'first', nowMs + 1000);
    await send(order.topic, 'second', nowMs + 2500);
    expect([...(await arrivals(await mq.member(order), 3)).keys()]).toEqual(['first', 'second', 'third']);
  });

  const waiting = delayed();
  it.concurrent('is not seen before its time, and wakes a long poll when it comes', async () => {
    await send(waiting.topic, 'later', Date.now() + differs('pollOfASecondMs') + 1500);
    const member = await mq.member(waiting);
    expect((await member.poll({ waitMs: 300 })).messages).toEqual([]);
    expect((await member.poll({ waitMs: 10_000 })).messages.map(textOf)).toEqual(['later']);
  });

  const complete = delayed();
  it.concurrent('keeps its id, tag, keys, properties and time', async () => {
    const id = messageId();
    const deliverAtMs = Date.now() + 1000;
    await mq.raw().send(
      message(complete.topic, {
        userProperties: { a: 'b' },
        systemProperties: {
          messageId: id,
          tag: 'unpaid',
          keys: ['k1', 'k2'],
          deliveryTimestamp: wireTime(deliverAtMs),
        },
      }),
    );
    const member = await mq.member({ ...complete, tags: 'unpaid' });
    const [received] = await member.receive(1, { waitMs: 5000 });
    expect(received?.userProperties).toMatchObject({ a: 'b' });
    expect(received?.systemProperties).toMatchObject({
      messageId: id,
      tag: 'unpaid',
      keys: ['k1', 'k2'],
      messageType: 3,
    });
    expect(
      received?.systemProperties.deliveryTimestamp && milliseconds(received.systemProperties.deliveryTimestamp),
    ).toBe(deliverAtMs);
  });

  const failing = delayed();
  it.concurrent('that fails comes again like any other', async () => {
    await send(failing.topic, 'later', Date.now() + 1000);
    const member = await mq.member(failing);
    const [first] = await member.receive(1, { waitMs: 5000 });
    if (first) await member.changeInvisible(first, 0);
    const [again] = await member.receive(1, { waitMs: 5000 });
    expect(again?.systemProperties).toMatchObject({
      deliveryAttempt: 2,
      messageId: first?.systemProperties.messageId,
    });
  });
});

describe('recalling', () => {
  const recall = (topic: string, recallHandle: string) =>
    mq.raw().call<Answer & { messageId: string }>('RecallMessage', { topic: { name: topic }, recallHandle });
  const handleOf = ({ entries }: SendAnswer) => entries[0]?.recallHandle ?? '';

  const recalled = delayed();
  it.concurrent('a delayed message before its time drops it, and answers with its id', async () => {
    const id = messageId();
    const deliverAtMs = Date.now() + 3000;
    const sent = await send(recalled.topic, 'recalled', deliverAtMs, { messageId: id });
    await send(recalled.topic, 'kept', deliverAtMs);
    expect(await recall(recalled.topic, handleOf(sent))).toEqual({ status: OK, messageId: id });
    const member = await mq.member(recalled);
    expect([...(await arrivals(member, 1)).keys()]).toEqual(['kept']);
    expect((await member.poll({ waitMs: 500 })).messages).toEqual([]);
  });

  const official = delayed();
  it.concurrent('works with the official client', async () => {
    const producer = await mq.producer(official.topic);
    const { messageId: id, recallHandle } = await producer.send({
      topic: official.topic,
      body: Buffer.from('x'),
      delay: 3000,
    });
    expect(await producer.recallMessage(official.topic, recallHandle)).toMatchObject({ messageId: id });
    const member = await mq.member(official);
    expect((await member.poll({ waitMs: 4000 })).messages).toEqual([]);
  });

  const late = delayed();
  it.concurrent('one whose time has come is refused', async () => {
    const sent = await send(late.topic, 'x', Date.now() + 1000);
    const member = await mq.member(late);
    expect([...(await arrivals(member, 1)).keys()]).toEqual(['x']);
    expect((await recall(late.topic, handleOf(sent))).status).toEqual({
      code: 50001,
      message: 'recall failed, timestamp invalid',
    });
  });

  const immediate = delayed();
  it.concurrent('one that was due when it was sent is refused', async () => {
    const sent = await send(immediate.topic, 'x', Date.now() - 1000);
    expect((await recall(immediate.topic, handleOf(sent) || 'none')).status.code).toBe(50001);
  });

  const garbage = delayed();
  it.concurrent.each([
    ['no handle', ''],
    ['a blank handle', ' '],
    ['something that is no handle', 'garbage'],
    ['a handle of another version', Buffer.from('v9 t broker-a 1 m').toString('base64url')],
  ])('with %s is refused', async (_what, handle) => {
    expect((await recall(garbage.topic, handle)).status).toEqual({
      code: 50001,
      message: expect.stringContaining('recall handle is invalid'),
    });
  });

  const normal = mq.topic();
  it.concurrent('from a topic that takes no delayed messages is refused', async () => {
    const sent = await send(garbage.topic, 'x', Date.now() + 60_000);
    expect((await recall(normal, handleOf(sent))).status.code).toBe(40014);
  });

  const unknown = mq.topic('DELAY');
  it.concurrent('from another topic than its own is refused', async () => {
    const sent = await send(garbage.topic, 'x', Date.now() + 60_000);
    expect((await recall(unknown, handleOf(sent))).status.code).not.toBe(20000);
  });
});
