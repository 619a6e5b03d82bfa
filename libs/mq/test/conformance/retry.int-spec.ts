import { message, messageId } from '../raw-client.js';
import type { WireMessage } from '../protocol.js';
import { differs } from './differences.js';
import { BrokerUnderTest } from './engine.js';
import { attemptOf, textOf, type GroupMember, type Membership } from './group-member.js';

const mq = new BrokerUnderTest();

const consumers = (rules = {}): Membership => ({ topic: mq.topic('NORMAL', 1), group: mq.group(rules) });

async function send(topic: string, text = 'x'): Promise<string> {
  const id = messageId();
  await mq.raw().send(
    message(topic, {
      body: Buffer.from(text),
      userProperties: { a: 'b' },
      systemProperties: { messageId: id, tag: 'tag', keys: ['k1', 'k2'] },
    }),
  );
  return id;
}

/** Fails the delivery: the message comes again after the pause. */
async function fail(member: GroupMember, pauseMs = 0): Promise<WireMessage> {
  const [received] = await member.receive(1, { waitMs: 10_000 });
  await member.changeInvisible(received as WireMessage, pauseMs);
  return received as WireMessage;
}

/**
 * Reads until they are all there; the topic of dead letters comes into being with the first one. The consumer that failed
 * goes on asking meanwhile, and gets nothing: a message becomes a dead letter when it would come again.
 */
async function readDeadLetters(of: Membership, reader: string, bodies: string[], failed?: GroupMember) {
  let reading = true;
  const asking = failed && expectNothingWhile(failed, () => reading);
  try {
    return await untilRead({ topic: `%DLQ%${of.group}`, group: reader }, bodies);
  } finally {
    reading = false;
    await asking;
  }
}

async function expectNothingWhile(member: GroupMember, going: () => boolean): Promise<void> {
  while (going()) expect((await member.poll({ waitMs: 200 })).messages).toEqual([]);
}

async function untilRead(names: Membership, bodies: string[]): Promise<WireMessage[]> {
  await mq.eventually(async () => {
    const route = { topic: { name: names.topic }, endpoints: mq.dialled };
    expect((await mq.raw().call('QueryRoute', route)).status.code).toBe(20000);
  }, 60_000);
  const member = await mq.member(names);
  const dead: WireMessage[] = [];
  while (!bodies.every((body) => dead.map(textOf).includes(body))) {
    const received = await member.receive(1, { waitMs: 5000, max: 32 }, 60_000);
    await member.ack(...received);
    dead.push(...received);
  }
  return dead;
}

describe('a message that fails', () => {
  const attempts = consumers();
  it.concurrent('comes again with the same id and a growing attempt, until it is done', async () => {
    const id = await send(attempts.topic);
    const member = await mq.member(attempts);
    const seen = [await fail(member), await fail(member), await fail(member)];
    const [last] = await member.receive(1, { waitMs: 10_000 });
    expect([...seen, last as WireMessage].map(attemptOf)).toEqual([1, 2, 3, 4]);
    for (const each of seen) {
      expect(each.systemProperties).toMatchObject({ messageId: id, tag: 'tag', keys: ['k1', 'k2'] });
      expect(each.userProperties['a']).toBe('b');
      expect(each.topic.name).toBe(attempts.topic);
    }
    await member.ack(last as WireMessage);
    expect((await member.poll({ waitMs: 500 })).messages).toEqual([]);
  });

  const pausing = consumers();
  it.concurrent('comes again after the pause that the consumer asked for, not before', async () => {
    await send(pausing.topic);
    const member = await mq.member(pausing);
    await fail(member, 3000);
    const failedMs = Date.now();
    await member.receive(1, { waitMs: 10_000 });
    expect(Date.now() - failedMs).toBeGreaterThan(2500);
    expect(Date.now() - failedMs).toBeLessThan(3000 + differs('pauseOfZeroMs'));
  });

  const behind = consumers();
  it.concurrent('does not hold up those behind it', async () => {
    await send(behind.topic, 'failing');
    const member = await mq.member(behind);
    await fail(member, 60_000);
    await send(behind.topic, 'next');
    expect(await member.consume(1, { waitMs: 5000 })).toEqual(['next']);
  });

  const alone = consumers();
  const others = mq.group();
  it.concurrent('in one group comes once to the others', async () => {
    await send(alone.topic);
    const [member, other] = [await mq.member(alone), await mq.member({ ...alone, group: others })];
    await fail(member);
    const [once] = await other.receive(1);
    expect(once && attemptOf(once)).toBe(1);
    if (once) await other.ack(once);
    await member.receive(1, { waitMs: 5000 });
    expect((await other.poll({ waitMs: 500 })).messages).toEqual([]);
  });

  const official = consumers({ retryDelaysMs: [1000, 2000] });
  it.concurrent('at the official push consumer comes again after the pauses of its group', async () => {
    const seen: { attempt: number | undefined; atMs: number }[] = [];
    await mq.pushConsumer(official, (view) => seen.push({ attempt: view.deliveryAttempt, atMs: Date.now() }) >= 3);
    await send(official.topic);
    await mq.eventually(() => expect(seen).toHaveLength(3));
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    const pauses = seen.slice(1).map(({ atMs }, i) => atMs - (seen[i]?.atMs ?? 0));
    expect(pauses[0]).toBeGreaterThan(900);
    expect(pauses[1]).toBeGreaterThan(1900);
    expect((pauses[0] ?? 0) + (pauses[1] ?? 0)).toBeLessThan(3000 + 2 * differs('pauseOfZeroMs'));
  });

  const throwing = consumers({ retryDelaysMs: [1000] });
  it.concurrent('by an error in the listener of the official push consumer comes again', async () => {
    const attempts: (number | undefined)[] = [];
    await mq.pushConsumer(throwing, (view) => {
      attempts.push(view.deliveryAttempt);
      if (attempts.length < 2) throw new Error('the listener failed');
      return true;
    });
    await send(throwing.topic);
    await mq.eventually(() => expect(attempts).toEqual([1, 2]));
  });
});

describe('a message that failed as often as its group allows', () => {
  const hopeless = consumers({ maxAttempts: 3, retryDelaysMs: [1000] });
  const reader = mq.group();
  it.concurrent('becomes a dead letter, which says where it comes from', async () => {
    const id = await send(hopeless.topic);
    const member = await mq.member(hopeless);
    const seen = [await fail(member), await fail(member), await fail(member)];
    expect(seen.map(attemptOf)).toEqual([1, 2, 3]);
    const [dead] = await readDeadLetters(hopeless, reader, ['x'], member);
    expect(dead).toMatchObject({
      topic: { name: `%DLQ%${hopeless.group}` },
      userProperties: { a: 'b' },
      systemProperties: {
        messageId: id,
        tag: 'tag',
        keys: ['k1', 'k2'],
      },
    });
    expect(dead?.systemProperties.deadLetterQueue).toEqual(differs('originOfADeadLetter')(hopeless.topic, id));
  });

  const once = consumers({ maxAttempts: 1 });
  const onceReader = mq.group();
  it.concurrent('is a dead letter after one attempt in a group that allows one', async () => {
    await send(once.topic);
    const member = await mq.member(once);
    await fail(member);
    await readDeadLetters(once, onceReader, ['x'], member);
  });

  const pushed = consumers({ maxAttempts: 3, retryDelaysMs: [500] });
  const pushedReader = mq.group();
  it.concurrent('at the official push consumer becomes a dead letter', async () => {
    const attempts: (number | undefined)[] = [];
    await mq.pushConsumer(pushed, (view) => attempts.push(view.deliveryAttempt) < 0);
    await send(pushed.topic);
    await readDeadLetters(pushed, pushedReader, ['x']);
    expect(attempts).toEqual([1, 2, 3]);
  });

  const two = consumers({ maxAttempts: 1 });
  const readers = [mq.group(), mq.group()];
  it.concurrent('is a dead letter for every group that reads the dead letters', async () => {
    const member = await mq.member(two);
    for (const text of ['1', '2']) {
      await send(two.topic, text);
      await fail(member);
      for (const each of readers) await readDeadLetters(two, each, [text], member);
    }
  });
});

describe('a message that is given up on', () => {
  const given = consumers();
  const reader = mq.group();
  it.concurrent('becomes a dead letter at once and does not come again', async () => {
    const id = await send(given.topic);
    const member = await mq.member(given);
    const [received] = await member.receive(1);
    expect((await member.forwardToDeadLetters(received as WireMessage)).status.code).toBe(20000);
    expect((await member.poll({ waitMs: 500 })).messages).toEqual([]);
    const [dead] = await readDeadLetters(given, reader, ['x']);
    expect(dead).toMatchObject({
      topic: { name: `%DLQ%${given.group}` },
      userProperties: { a: 'b' },
      systemProperties: { messageId: id, keys: ['k1', 'k2'] },
    });
    expect(dead?.systemProperties.deadLetterQueue).toEqual(differs('originOfADeadLetter')(given.topic, id));
  });

  const fifo: Membership = {
    topic: mq.topic('FIFO', 1),
    group: mq.group({ orderly: true, maxAttempts: 2, retryDelaysMs: [200] }),
  };
  const fifoReader = mq.group();
  it.concurrent('by an orderly push consumer of the official client keeps its message group', async () => {
    await mq.pushConsumer(fifo, (view) => view.body.toString() !== 'bad');
    const client = mq.raw();
    for (const text of ['good', 'bad', 'better']) {
      await client.send(message(fifo.topic, { body: Buffer.from(text), systemProperties: { messageGroup: 'a' } }));
    }
    const [dead] = await readDeadLetters(fifo, fifoReader, ['bad']);
    expect(dead?.systemProperties.messageGroup).toBe('a');
  });
});
