import { message } from '../raw-client.js';
import type { WireMessage } from '../protocol.js';
import { differs } from './differences.js';
import { BrokerUnderTest } from './engine.js';
import { attemptOf, textOf, type GroupMember, type Membership } from './group-member.js';

const mq = new BrokerUnderTest();
const OK = { code: 20000, message: 'OK' };

/** A FIFO topic, of one queue unless told, and a group of consumers on it; both are there when the tests start. */
function ordered(queues = 1, rules = {}): Membership {
  return { topic: mq.topic('FIFO', queues), group: mq.group({ orderly: true, ...rules }) };
}

/** Sends "a1", "b1" …: the letter is the message group. */
async function send({ topic }: Membership, ...texts: string[]): Promise<void> {
  const client = mq.raw();
  for (const text of texts) {
    const body = Buffer.from(text);
    await client.send(message(topic, { body, systemProperties: { messageGroup: text.slice(0, 1) } }));
  }
}

const nothing = async (member: GroupMember) => expect((await member.poll({ waitMs: 300 })).messages).toEqual([]);
const texts = (messages: WireMessage[]) => messages.map(textOf);
const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);

describe('the messages of a message group', () => {
  const one = ordered();
  it.concurrent('come in the order in which they were sent, over many receives', async () => {
    await send(one, ...numbered('a', 10));
    const member = await mq.member(one);
    expect(await member.consume(10, { max: 3 })).toEqual(numbered('a', 10));
  });

  const told = ordered();
  it.concurrent('name it', async () => {
    await send(told, 'a1');
    const [received] = await (await mq.member(told)).receive();
    expect(received?.systemProperties).toMatchObject({ messageGroup: 'a', messageType: 2, deliveryAttempt: 1 });
  });

  const batch = ordered();
  it.concurrent('may come together, in order', async () => {
    await send(batch, 'a1', 'a2', 'a3');
    expect(texts((await (await mq.member(batch)).poll({ max: 3 })).messages)).toEqual(['a1', 'a2', 'a3']);
  });

  const waiting = ordered();
  it.concurrent('wait until those before are done, whoever asks', async () => {
    await send(waiting, 'a1', 'a2');
    const [member, other] = [await mq.member(waiting), await mq.member(waiting)];
    const first = await member.receive(1);
    await Promise.all([nothing(member), nothing(other)]);
    expect((await member.ack(...first)).status).toEqual(OK);
    expect(texts(await other.receive(1))).toEqual(['a2']);
  });

  const partly = ordered();
  it.concurrent('wait until the whole batch before them is done', async () => {
    await send(partly, 'a1', 'a2', 'a3');
    const member = await mq.member(partly);
    const [first, second] = await member.receive(2);
    if (first) await member.ack(first);
    await nothing(member);
    if (second) await member.ack(second);
    expect(texts(await member.receive(1))).toEqual(['a3']);
  });

  const stuck = ordered();
  it.concurrent('do not hold up other groups', async () => {
    await send(stuck, 'a1', 'a2', 'b1');
    const member = await mq.member(stuck);
    expect(texts(await member.receive(1))).toEqual(['a1']);
    expect(texts((await member.poll({ waitMs: 300 })).messages)).toEqual(differs('groupsBehindAStuckOne'));
  });

  const spread = ordered(8);
  it.concurrent('are worked on beside those of groups in other queues', async () => {
    const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    await send(spread, ...letters.map((letter) => `${letter}1`), ...letters.map((letter) => `${letter}2`));
    const [member, other] = [await mq.member(spread), await mq.member(spread)];
    const [held] = await member.receive(1);
    const [beside] = await other.receive(1);
    expect(textOf(beside as WireMessage)).toMatch(/1$/);
    expect(beside?.systemProperties.messageGroup).not.toBe(held?.systemProperties.messageGroup);
  });

  const race = ordered(4);
  it.concurrent('are in order and never in two hands, with several groups and consumers at once', async () => {
    const letters = ['a', 'b', 'c', 'd', 'e'];
    await send(race, ...Array.from({ length: 8 }, (_, i) => letters.map((letter) => `${letter}${i + 1}`)).flat());
    const seen: string[] = [];
    const inHand = new Set<string>();
    const work = async (member: GroupMember) => {
      while (seen.length < 40) {
        const { messages } = await member.poll({ max: 3, waitMs: 300 });
        const groups = new Set(messages.map((each) => each.systemProperties.messageGroup ?? ''));
        for (const group of groups) {
          expect(inHand).not.toContain(group);
          inHand.add(group);
        }
        seen.push(...texts(messages));
        await new Promise((resolve) => setImmediate(resolve));
        for (const group of groups) inHand.delete(group);
        if (messages.length > 0) await member.ack(...messages);
      }
    };
    await Promise.all([work(await mq.member(race)), work(await mq.member(race)), work(await mq.member(race))]);
    for (const letter of letters) {
      expect(seen.filter((text) => text.startsWith(letter))).toEqual(numbered(letter, 8));
    }
  });

  const failing = ordered();
  it.concurrent('come again before those behind, when one failed', async () => {
    await send(failing, 'a1', 'a2');
    const member = await mq.member(failing);
    const [first] = await member.receive(1);
    expect((await member.changeInvisible(first as WireMessage, 0)).status).toEqual(OK);
    const again = await member.receive(1, { max: 1 });
    expect(texts(again)).toEqual(['a1']);
    expect(again.map(attemptOf)).toEqual([2]);
    await member.ack(...again);
    expect(await member.consume(1)).toEqual(['a2']);
  });

  const pausing = ordered();
  it.concurrent('wait with one that failed for the pause before it comes again', async () => {
    await send(pausing, 'a1', 'a2');
    const member = await mq.member(pausing);
    const [first] = await member.receive(1);
    await member.changeInvisible(first as WireMessage, differs('pollOfASecondMs') + 2000);
    await nothing(member);
    expect(await member.consume(2, { max: 1, waitMs: 10_000 })).toEqual(['a1', 'a2']);
  });

  const acksBehind = ordered();
  it.concurrent('come again together with one that failed, also those behind it that were acknowledged', async () => {
    await send(acksBehind, 'a1', 'a2', 'a3');
    const member = await mq.member(acksBehind);
    const [first, second, third] = await member.receive(3);
    await member.ack(second as WireMessage, third as WireMessage);
    await member.changeInvisible(first as WireMessage, 0);
    const again = await member.receive(3, { waitMs: 5000 });
    expect(texts(again)).toEqual(['a1', 'a2', 'a3']);
    expect(again.map(attemptOf)).toEqual([2, 2, 2]);
    expect((await member.ack(...again)).status).toEqual(OK);
  });

  const dying = ordered();
  it.concurrent('come again in order when their consumer is killed', async () => {
    await send(dying, 'a1', 'a2', 'a3', 'a4');
    const victim = await mq.member(dying);
    const [first, ...rest] = await victim.receive(3);
    await victim.ack(first as WireMessage);
    for (const each of rest) await victim.changeInvisible(each, 2000);
    victim.kill();
    const other = await mq.member(dying);
    const seen = await other.consume(3, { waitMs: 12_000 });
    expect(seen).toEqual(['a2', 'a3', 'a4']);
  });

  const attempted = ordered();
  it.concurrent(
    'come again to a receive that is tried again with its attempt id, without counting as a delivery',
    async () => {
      await send(attempted, 'a1', 'a2');
      const member = await mq.member(attempted);
      const first = await member.receive(2, { attemptId: 'attempt-1' });
      expect(texts(first)).toEqual(['a1', 'a2']);
      const { messages } = await member.poll({ attemptId: 'attempt-1' });
      expect(texts(messages)).toEqual(['a1', 'a2']);
      expect(messages.map(attemptOf)).toEqual([1, 1]);
      expect((await member.poll({ attemptId: 'attempt-2', waitMs: 300 })).messages).toEqual([]);
      expect((await member.ack(...messages)).status).toEqual(OK);
    },
  );

  const given = ordered();
  it.concurrent('go on with the next when one was given up on', async () => {
    await send(given, 'a1', 'a2');
    const member = await mq.member(given);
    const [first] = await member.receive(1);
    expect((await member.forwardToDeadLetters(first as WireMessage)).status.code).toBe(20000);
    expect(await member.consume(1)).toEqual(['a2']);
  });

  const pushed = ordered(4);
  it.concurrent('are consumed one after the other by a push consumer of the official client', async () => {
    await send(pushed, ...Array.from({ length: 10 }, (_, i) => [`a${i + 1}`, `b${i + 1}`]).flat());
    const seen: string[] = [];
    const active = new Set<string>();
    let overlapped = false;
    await mq.pushConsumer(pushed, async (view) => {
      const group = view.messageGroup ?? '';
      overlapped ||= active.has(group);
      active.add(group);
      await new Promise((resolve) => setImmediate(resolve));
      active.delete(group);
      return seen.push(view.body.toString()) > 0;
    });
    await mq.eventually(() => expect(seen).toHaveLength(20));
    for (const letter of ['a', 'b'])
      expect(seen.filter((text) => text.startsWith(letter))).toEqual(numbered(letter, 10));
    expect(overlapped).toBe(false);
  });

  const hopeless = ordered(1, { maxAttempts: 3, retryDelaysMs: [200] });
  it.concurrent('are tried as often as the group says, then given up on, then the next come', async () => {
    await send(hopeless, 'a1', 'a2');
    const seen: string[] = [];
    await mq.pushConsumer(hopeless, (view) => {
      seen.push(`${view.body.toString()} attempt ${view.deliveryAttempt}`);
      return view.body.toString() !== 'a1';
    });
    await mq.eventually(() => expect(seen).toContain('a2 attempt 1'));
    expect(seen).toEqual(['a1 attempt 1', 'a1 attempt 2', 'a1 attempt 3', 'a2 attempt 1']);
  });
});
