import type { Producer } from '../node-client.js';
import { CLIENT_TYPE, MESSAGE_TYPE, RESOLUTION, SOURCE, wireTime } from '../protocol.js';
import type { Answer, SendAnswer, WireCommand } from '../protocol.js';
import { message, messageId, type RawClient } from '../raw-client.js';
import { until } from '../until.js';
import { differs } from './differences.js';
import { BrokerUnderTest } from './engine.js';
import { textOf } from './group-member.js';

const mq = new BrokerUnderTest({ transactionTimeoutMs: 500, transactionCheckIntervalMs: 500 });
const OK = { code: 20000, message: 'OK' };
/** The first question comes within a minute on any broker. */
const CHECKED_WITHIN_MS = 120_000;

const transactional = () => ({ topic: mq.topic('TRANSACTION'), group: mq.group() });

interface Half {
  messageId: string;
  transactionId: string;
}

async function sendHalf(client: RawClient, topic: string, text: string, systemProperties = {}): Promise<Half> {
  const id = messageId();
  const { entries } = await client.send<SendAnswer>(
    message(topic, {
      body: Buffer.from(text),
      systemProperties: { messageId: id, messageType: MESSAGE_TYPE.TRANSACTION, ...systemProperties },
    }),
  );
  return { messageId: id, transactionId: entries[0]?.transactionId ?? '' };
}

function end(
  client: RawClient,
  topic: string,
  half: Half,
  resolution: number,
  source = SOURCE.CLIENT,
): Promise<Answer> {
  return client.call('EndTransaction', { topic: { name: topic }, ...half, resolution, source });
}

/** A producer that the broker may ask about transactions of the topic. */
async function askable(topic: string): Promise<RawClient> {
  const client = mq.raw();
  await client.settings({ clientType: CLIENT_TYPE.PRODUCER, publishing: { topics: [{ name: topic }] } });
  return client;
}

type Question = NonNullable<WireCommand['recoverOrphanedTransactionCommand']>;

function questions({ commands }: RawClient): Question[] {
  return commands.flatMap(({ recoverOrphanedTransactionCommand: question }) => (question ? [question] : []));
}

function questionTo(client: RawClient, nth = 1): Promise<Question> {
  return until('a question about the transaction', () => questions(client)[nth - 1], CHECKED_WITHIN_MS);
}

describe('a half message', () => {
  const committed = transactional();
  it.concurrent('is seen when it is committed, not before, and once', async () => {
    const client = mq.raw();
    const half = await sendHalf(client, committed.topic, 'x');
    expect(half.transactionId).not.toBe('');
    const member = await mq.member(committed);
    expect((await member.poll({ waitMs: 500 })).messages).toEqual([]);
    expect((await end(client, committed.topic, half, RESOLUTION.COMMIT)).status).toEqual(OK);
    const [received] = await member.receive(1, { waitMs: 5000 });
    expect(received && textOf(received)).toBe('x');
    if (received) await member.ack(received);
    expect((await member.poll({ waitMs: 500 })).messages).toEqual([]);
  });

  const whole = transactional();
  it.concurrent('comes after its commit with all that was said about it', async () => {
    const client = mq.raw();
    const half = await sendHalf(client, whole.topic, 'x', { tag: 'paid', keys: ['k1'], traceContext: 'trace' });
    await end(client, whole.topic, half, RESOLUTION.COMMIT);
    const [received] = await (await mq.member({ ...whole, tags: 'paid' })).receive(1, { waitMs: 5000 });
    expect(received?.systemProperties).toMatchObject({
      messageId: half.messageId,
      messageType: differs('typeOfACommittedMessage'),
      tag: 'paid',
      keys: ['k1'],
      traceContext: 'trace',
      deliveryAttempt: 1,
    });
  });

  const rolledBack = transactional();
  it.concurrent('is never seen when it is rolled back', async () => {
    const client = mq.raw();
    const half = await sendHalf(client, rolledBack.topic, 'x');
    expect((await end(client, rolledBack.topic, half, RESOLUTION.ROLLBACK)).status).toEqual(OK);
    expect((await (await mq.member(rolledBack)).poll({ waitMs: 1500 })).messages).toEqual([]);
  });

  const twice = transactional();
  it.concurrent(
    'that is committed twice, and then rolled back, is seen once: it is over with the first word',
    async () => {
      const client = mq.raw();
      const half = await sendHalf(client, twice.topic, 'x');
      expect((await end(client, twice.topic, half, RESOLUTION.COMMIT)).status).toEqual(OK);
      for (const resolution of [RESOLUTION.COMMIT, RESOLUTION.ROLLBACK]) {
        expect((await end(client, twice.topic, half, resolution)).status.code).toBe(50001);
      }
      const member = await mq.member(twice);
      expect(await member.consume(1, { waitMs: 5000 })).toEqual(['x']);
      expect((await member.poll({ waitMs: 500 })).messages).toEqual([]);
    },
  );

  const regretted = transactional();
  it.concurrent('that was rolled back stays so, though it is committed later', async () => {
    const client = mq.raw();
    const half = await sendHalf(client, regretted.topic, 'x');
    await end(client, regretted.topic, half, RESOLUTION.ROLLBACK);
    const { status } = await end(client, regretted.topic, half, RESOLUTION.COMMIT);
    expect(status.code).toBe(50001);
    expect((await (await mq.member(regretted)).poll({ waitMs: 1500 })).messages).toEqual([]);
  });

  const several = transactional();
  it.concurrent('has its own fate among others', async () => {
    const client = mq.raw();
    const halves = [];
    for (const text of ['a', 'b', 'c', 'd']) halves.push(await sendHalf(client, several.topic, text));
    const [a, b, c, d] = halves as [Half, Half, Half, Half];
    await end(client, several.topic, d, RESOLUTION.COMMIT);
    await end(client, several.topic, a, RESOLUTION.ROLLBACK);
    await end(client, several.topic, c, RESOLUTION.ROLLBACK);
    await end(client, several.topic, b, RESOLUTION.COMMIT);
    const member = await mq.member(several);
    expect((await member.consume(2, { waitMs: 5000 })).sort()).toEqual(['b', 'd']);
    expect((await member.poll({ waitMs: 500 })).messages).toEqual([]);
  });

  const names = transactional();
  it.concurrent.each<[string, string, number, string]>([
    ['no transaction id', '', 40008, 'transaction id cannot be empty'],
    ['a blank transaction id', ' ', 40008, 'transaction id cannot be empty'],
    ['a transaction id that is none', 'no-such', 50001, 'cannot found transaction data'],
  ])('cannot be ended with %s', async (_what, transactionId, code, why) => {
    const { status } = await mq.raw().call('EndTransaction', {
      topic: { name: names.topic },
      messageId: messageId(),
      source: SOURCE.CLIENT,
      transactionId,
      resolution: RESOLUTION.COMMIT,
    });
    expect(status).toEqual({ code, message: expect.stringContaining(why) });
  });
});

describe('a transaction of the official client', () => {
  const checker = { check: () => Promise.resolve(RESOLUTION.UNSPECIFIED) };
  const transaction = async ({ topic }: { topic: string }) => {
    const producer: Producer = await mq.producer(topic, { checker });
    const begun = producer.beginTransaction();
    await producer.send({ topic, body: Buffer.from('x') }, begun);
    return begun;
  };

  const committed = transactional();
  it.concurrent('that is committed is seen', async () => {
    await (await transaction(committed)).commit();
    expect(await (await mq.member(committed)).consume(1, { waitMs: 5000 })).toEqual(['x']);
  });

  const rolledBack = transactional();
  it.concurrent('that is rolled back is not', async () => {
    await (await transaction(rolledBack)).rollback();
    expect((await (await mq.member(rolledBack)).poll({ waitMs: 1500 })).messages).toEqual([]);
  });

  const checks = [RESOLUTION.COMMIT, RESOLUTION.ROLLBACK] as const;
  it.concurrent.each(checks.map((resolution) => [resolution, transactional()] as const))(
    'that nobody ends is ended by what its checker answers: %i',
    async (resolution, names) => {
      const asked: string[] = [];
      const producer = await mq.producer(names.topic, {
        checker: {
          check: (view) => {
            asked.push(view.body.toString());
            return Promise.resolve(resolution);
          },
        },
      });
      await producer.send({ topic: names.topic, body: Buffer.from('x') }, producer.beginTransaction());
      await until('the check', () => asked.length > 0, CHECKED_WITHIN_MS);
      expect(asked).toEqual(['x']);
      const { messages } = await (await mq.member(names)).poll({ waitMs: 1500 });
      expect(messages.map(textOf)).toEqual(resolution === RESOLUTION.COMMIT ? ['x'] : []);
    },
  );
});

describe('a transaction that is open for long', () => {
  const complete = transactional();
  it.concurrent('is asked about with the whole message; the answer ends it', async () => {
    const client = await askable(complete.topic);
    const half = await sendHalf(client, complete.topic, 'x', { tag: 'paid', keys: ['k1'] });
    const question = await questionTo(client);
    expect(question.transactionId).toBe(half.transactionId);
    expect(textOf(question.message)).toBe('x');
    expect(question.message).toMatchObject({
      topic: { name: complete.topic },
      systemProperties: {
        messageId: half.messageId,
        messageType: MESSAGE_TYPE.TRANSACTION,
        tag: 'paid',
        keys: ['k1'],
        bodyDigest: { type: 2, checksum: '9DD4E461268C8034F5C8564E155C67A6' },
      },
    });
    await end(client, complete.topic, half, RESOLUTION.COMMIT, SOURCE.SERVER_CHECK);
    expect(await (await mq.member(complete)).consume(1, { waitMs: 5000 })).toEqual(['x']);
  });

  const unknown = transactional();
  it.concurrent('is asked about again while the answer is "unknown"', async () => {
    const client = await askable(unknown.topic);
    const half = await sendHalf(client, unknown.topic, 'x');
    await questionTo(client);
    expect((await end(client, unknown.topic, half, RESOLUTION.UNSPECIFIED, SOURCE.SERVER_CHECK)).status).toEqual(OK);
    expect((await questionTo(client, 2)).transactionId).toBe(half.transactionId);
    await end(client, unknown.topic, half, RESOLUTION.COMMIT, SOURCE.SERVER_CHECK);
    expect(await (await mq.member(unknown)).consume(1, { waitMs: 5000 })).toEqual(['x']);
  });

  const crashed = transactional();
  it.concurrent('after the death of its producer is asked about at another producer of the topic', async () => {
    const dying = await askable(crashed.topic);
    const half = await sendHalf(dying, crashed.topic, 'x');
    dying.close();
    const other = await askable(crashed.topic);
    expect((await questionTo(other)).transactionId).toBe(half.transactionId);
    await end(other, crashed.topic, half, RESOLUTION.COMMIT, SOURCE.SERVER_CHECK);
    expect(await (await mq.member(crashed)).consume(1, { waitMs: 5000 })).toEqual(['x']);
  });

  const ended = transactional();
  it.concurrent('is not asked about when it has ended', async () => {
    const client = await askable(ended.topic);
    const done = await sendHalf(client, ended.topic, 'done');
    const open = await sendHalf(client, ended.topic, 'open');
    await end(client, ended.topic, done, RESOLUTION.COMMIT);
    await questionTo(client);
    expect(new Set(questions(client).map((question) => question.transactionId))).toEqual(new Set([open.transactionId]));
    await end(client, ended.topic, open, RESOLUTION.ROLLBACK, SOURCE.SERVER_CHECK);
  });

  const patient = transactional();
  it.concurrent('is asked about as late as its sender wished', async () => {
    const client = await askable(patient.topic);
    const sentMs = Date.now();
    const waitMs = differs('firstCheckMs');
    const half = await sendHalf(client, patient.topic, 'x', {
      orphanedTransactionRecoveryDuration: wireTime(waitMs),
    });
    await questionTo(client);
    expect(Date.now() - sentMs).toBeGreaterThanOrEqual(waitMs - 100);
    await end(client, patient.topic, half, RESOLUTION.ROLLBACK, SOURCE.SERVER_CHECK);
  });
});
