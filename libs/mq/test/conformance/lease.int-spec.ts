import { setTimeout as workFor } from 'node:timers/promises';
import type { WireMessage } from '../protocol.js';
import { message } from '../raw-client.js';
import { differs, ENGINE } from './differences.js';
import { BrokerUnderTest } from './engine.js';
import { attemptOf, textOf } from './group-member.js';

/** On Apache RocketMQ it is a setting of the proxy, which the suite leaves as it is. */
const PUSH_LEASE_MS = ENGINE === 'apache' ? 60_000 : 500;
const mq = new BrokerUnderTest({ pushLeaseMs: PUSH_LEASE_MS });
const OK = { code: 20000, message: 'OK' };

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);

async function sendNumbers(topic: string, count: number): Promise<void> {
  const client = mq.raw();
  for (const text of numbers(count)) await client.send(message(topic, { body: Buffer.from(text) }));
}

describe('a lease', () => {
  const lease = (count = 1) => {
    const names = { topic: mq.topic('NORMAL', 1), group: mq.group() };
    return async () => {
      await sendNumbers(names.topic, count);
      const member = await mq.member(names);
      const taken = await member.receive(count);
      return { member, taken, first: taken[0] as WireMessage };
    };
  };
  const handle = (received: WireMessage | undefined) => received?.systemProperties.receiptHandle;
  const withHandle = ({ systemProperties }: WireMessage, receiptHandle: string) => ({
    messageId: systemProperties.messageId,
    receiptHandle,
  });

  const acked = lease(2);
  it.concurrent('ends with its ack: the message does not come again', async () => {
    const { member, taken } = await acked();
    const { status, entries } = await member.ack(...taken);
    expect(status).toEqual(OK);
    expect(entries.map((entry) => entry.status.code)).toEqual([20000, 20000]);
    expect((await member.poll({ waitMs: 10_500 })).messages).toEqual([]);
  });

  const expiring = lease();
  it.concurrent(
    'that runs out brings the message again, as the next attempt with a new handle; the old one is refused',
    async () => {
      const { member, taken } = await expiring();
      const takenMs = Date.now();
      const again = await member.receive(1, { waitMs: 5000 });
      expect(Date.now() - takenMs).toBeGreaterThan(9500);
      expect(again.map(textOf)).toEqual(taken.map(textOf));
      expect(again.map(attemptOf)).toEqual([2]);
      expect(again[0]?.systemProperties.messageId).toBe(taken[0]?.systemProperties.messageId);
      expect(handle(again[0])).not.toBe(handle(taken[0]));
      expect((await member.ack(...taken)).status).toEqual({ code: 40013, message: 'INVALID_RECEIPT_HANDLE' });
      expect((await member.ack(...again)).status).toEqual(OK);
    },
  );

  const renewed = lease();
  it.concurrent('can be renewed for as long as the work takes', async () => {
    const { member, first } = await renewed();
    const other = await mq.member(member.names);
    const changed = await member.changeInvisible(first, 20_000);
    expect(changed.status).toEqual(OK);
    expect(changed.receiptHandle).not.toBe(handle(first));
    // beyond the 10 s of the first lease
    expect((await other.poll({ waitMs: 10_500 })).messages).toEqual([]);
    expect((await member.ackEntries(withHandle(first, changed.receiptHandle))).status).toEqual(OK);
  });

  const returned = lease();
  it.concurrent('can be given back: zero means at once', async () => {
    const { member, first } = await returned();
    const returnedMs = Date.now();
    expect((await member.changeInvisible(first, 0)).status).toEqual(OK);
    const again = await member.receive(1, { waitMs: 5000 });
    expect(again.map(attemptOf)).toEqual([2]);
    expect(Date.now() - returnedMs).toBeLessThan(differs('pauseOfZeroMs'));
  });

  const shortened = lease();
  it.concurrent('can be shortened', async () => {
    const { member, first } = await shortened();
    const changedMs = Date.now();
    expect((await member.changeInvisible(first, 2000)).status).toEqual(OK);
    expect((await member.receive(1, { waitMs: 5000 })).map(attemptOf)).toEqual([2]);
    expect(Date.now() - changedMs).toBeGreaterThan(1500);
    expect(Date.now() - changedMs).toBeLessThan(2000 + differs('pauseOfZeroMs'));
  });

  const stale = lease();
  it.concurrent('that was changed has a new handle, and the old one does not count', async () => {
    const { member, first } = await stale();
    const changed = await member.changeInvisible(first, 30_000);
    expect((await member.ack(first)).status.code).toBe(differs('ackWithAReplacedHandle'));
    expect((await member.ackEntries(withHandle(first, changed.receiptHandle))).status).toEqual(OK);
  });

  const twice = lease();
  it.concurrent('may be acknowledged twice', async () => {
    const { member, taken } = await twice();
    expect((await member.ack(...taken)).status).toEqual(OK);
    expect((await member.ack(...taken)).status).toEqual(OK);
  });

  const mixed = lease();
  it.concurrent('among handles that are none is acknowledged all the same', async () => {
    const { member, first } = await mixed();
    const { status, entries } = await member.ackEntries(first.systemProperties, withHandle(first, 'garbage'));
    expect(status.code).toBe(30000);
    expect(entries.map((entry) => entry.status.code)).toEqual([20000, differs('garbageAsAHandle')]);
  });

  const garbage = lease();
  it.concurrent.each([
    ['AckMessage', { entries: [{ messageId: 'm', receiptHandle: 'garbage' }] }],
    ['ChangeInvisibleDuration', { receiptHandle: 'garbage', invisibleDuration: { seconds: 10 } }],
    ['ForwardMessageToDeadLetterQueue', { receiptHandle: 'garbage', messageId: 'm' }],
  ])('%s of something that is no handle is refused', async (rpc, request) => {
    const { member } = await garbage();
    const { topic, group } = member.names;
    const { status } = await member.client.call(rpc, { topic: { name: topic }, group: { name: group }, ...request });
    expect(status.code).toBe(differs('garbageAsAHandle'));
  });

  const long = { topic: mq.topic('NORMAL', 1), group: mq.group() };
  it.concurrent('of a push consumer is renewed by the broker for as long as its listener works', async () => {
    await sendNumbers(long.topic, 1);
    const attempts: (number | undefined)[] = [];
    let done = false;
    await mq.pushConsumer(long, async ({ deliveryAttempt }) => {
      attempts.push(deliveryAttempt);
      await workFor(2.5 * PUSH_LEASE_MS);
      return (done = true);
    });
    await mq.eventually(() => expect(attempts).toEqual([1]));
    const other = await mq.member(long);
    const seen: WireMessage[] = [];
    while (!done) seen.push(...(await other.poll({ waitMs: 5000 })).messages);
    seen.push(...(await other.poll({ waitMs: 5000 })).messages);
    expect(seen).toEqual([]);
    expect(attempts).toEqual([1]);
  });

  const limits = lease();
  it.concurrent('cannot be longer than 12 h', async () => {
    const { member, first } = await limits();
    expect((await member.changeInvisible(first, 12 * 3600_000 + 1)).status).toEqual({
      code: 40011,
      message: 'the invisibleTime is too large. max is 43200000',
    });
    expect((await member.changeInvisible(first, 12 * 3600_000)).status).toEqual(OK);
  });

  const official = mq.topic();
  const officialGroup = mq.group();
  it.concurrent('of the official simple consumer can be changed and acknowledged', async () => {
    await sendNumbers(official, 1);
    const consumer = await mq.simpleConsumer({ group: officialGroup, topic: official }, 5000);
    const [view] = await consumer.receive(1, 10_000);
    if (!view) throw new Error('nothing received');
    await consumer.changeInvisibleDuration(view, 0);
    const [again] = await consumer.receive(1, 10_000);
    expect(again).toMatchObject({ messageId: view.messageId, deliveryAttempt: 2 });
    if (again) await consumer.ack(again);
    expect(await consumer.receive(1, 10_000)).toEqual([]);
  });
});
