import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { MESSAGE_TYPE, wireTime, type SendAnswer } from '../protocol.js';
import { message, messageId } from '../raw-client.js';
import { differs } from './differences.js';
import { BrokerUnderTest } from './engine.js';
import { textOf } from './group-member.js';

const mq = new BrokerUnderTest();

const OK = { code: 20000, message: 'OK' };
const MAX_BODY_BYTES = 4 << 20;

describe('a message that is sent', () => {
  const told = mq.topic();
  const toldGroup = mq.group();
  it.concurrent('is received with all that was said about it', async () => {
    const producer = await mq.producer(told);
    const consumer = await mq.simpleConsumer({ group: toldGroup, topic: told });
    const bornAfterMs = Date.now() - 1;
    const receipt = await producer.send({
      topic: told,
      tag: 'tag',
      keys: ['k1', 'k2'],
      body: Buffer.from('héllo'),
      properties: new Map([['traceparent', '00-1']]),
    });
    const [view] = await consumer.receive(1, 10_000);
    expect(view).toMatchObject({
      messageId: receipt.messageId,
      topic: told,
      tag: 'tag',
      keys: ['k1', 'k2'],
      deliveryAttempt: 1,
    });
    expect(view?.body.toString()).toBe('héllo');
    expect(view?.corrupted).toBeFalsy();
    expect(view?.properties.get('traceparent')).toBe('00-1');
    expect(view?.bornTimestamp?.getTime()).toBeGreaterThan(bornAfterMs);
    if (view) await consumer.ack(view);
  });

  const raw = mq.topic();
  const rawGroup = mq.group();
  it.concurrent('carries its digest, its encoding, its trace, and where and when it was born and stored', async () => {
    const body = gzipSync('a long text');
    const bornTimestamp = wireTime(Date.now() - 5000);
    const sentAtMs = Date.now();
    await mq.raw().send(
      message(raw, {
        body,
        systemProperties: { bodyEncoding: 2, traceContext: '00-abc', bornTimestamp, bornHost: 'shop-1' },
      }),
    );
    const consumer = await mq.member({ group: rawGroup, topic: raw });
    const [received] = await consumer.receive();
    expect(received?.body).toEqual(body);
    expect(received?.systemProperties).toMatchObject({
      bodyDigest: { type: 2, checksum: createHash('md5').update(body).digest('hex').toUpperCase() },
      bodyEncoding: 2,
      traceContext: '00-abc',
      bornTimestamp,
      bornHost: 'shop-1',
      messageType: MESSAGE_TYPE.NORMAL,
    });
    const storedAtMs = (received?.systemProperties.storeTimestamp?.seconds ?? 0) * 1000;
    expect(Math.abs(storedAtMs - sentAtMs)).toBeLessThan(5000);
    expect(received?.systemProperties.storeHost).toMatch(/:\d+$/);
  });

  const answered = mq.topic();
  it.concurrent('is answered with its id and its place in a queue', async () => {
    const id = messageId();
    const { status, entries } = await mq
      .raw()
      .send<SendAnswer>(message(answered, { systemProperties: { messageId: id } }));
    expect(status).toEqual(OK);
    expect(entries).toMatchObject([{ status: { code: 20000 }, messageId: id }]);
    expect(entries[0]?.offset).toBeGreaterThanOrEqual(0);
  });

  const bytes = mq.topic();
  const bytesGroup = mq.group();
  it.concurrent('may have any bytes as its body', async () => {
    const body = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    await mq.raw().send(message(bytes, { body }));
    const consumer = await mq.member({ group: bytesGroup, topic: bytes });
    expect((await consumer.receive())[0]?.body).toEqual(body);
  });

  const large = mq.topic();
  const largeGroup = mq.group();
  it.concurrent('may have a body of 4 MiB with 16 KiB of properties', async () => {
    const body = Buffer.alloc(MAX_BODY_BYTES, 'ab');
    expect((await mq.raw().send(message(large, { body, userProperties: { a: 'x'.repeat(16_000) } }))).status).toEqual(
      OK,
    );
    const consumer = await mq.member({ group: largeGroup, topic: large });
    const [received] = await consumer.receive();
    expect(Buffer.compare(received?.body ?? Buffer.alloc(0), body)).toBe(0);
  });
});

describe('many messages', () => {
  const together = mq.topic();
  const togetherGroup = mq.group();
  it.concurrent('sent without waiting for one another all arrive, each with its own receipt', async () => {
    const producer = await mq.producer(together);
    const texts = Array.from({ length: 100 }, (_, i) => `${i}`);
    const receipts = await Promise.all(
      texts.map((text) => producer.send({ topic: together, body: Buffer.from(text) })),
    );
    expect(new Set(receipts.map((receipt) => receipt.messageId)).size).toBe(100);
    const consumer = await mq.member({ group: togetherGroup, topic: together });
    expect((await consumer.consume(100)).sort()).toEqual(texts.sort());
  });

  const oneway = mq.topic();
  const onewayGroup = mq.group();
  it.concurrent('sent one way, without looking at the answer, arrive', async () => {
    const producer = mq.raw();
    for (let i = 0; i < 5; i++) void producer.send(message(oneway, { body: Buffer.from(`${i}`) }));
    const consumer = await mq.member({ group: onewayGroup, topic: oneway });
    expect((await consumer.consume(5)).sort()).toEqual(['0', '1', '2', '3', '4']);
  });

  const inTurn = mq.topic('NORMAL', 4);
  const inTurnGroup = mq.group();
  it.concurrent('go to the queues of the topic in turn', async () => {
    const producer = mq.raw();
    for (let i = 0; i < 8; i++) await producer.send(message(inTurn));
    const consumer = await mq.member({ group: inTurnGroup, topic: inTurn });
    const queues = (await consumer.receive(8)).map((received) => received.systemProperties.queueId);
    expect(queues.sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  const sameGroup = mq.topic('FIFO');
  const sameGroupConsumers = mq.group({ orderly: true });
  it.concurrent('of one message group go to one queue', async () => {
    const producer = mq.raw();
    for (let i = 0; i < 4; i++)
      await producer.send(message(sameGroup, { systemProperties: { messageGroup: 'order-1' } }));
    const consumer = await mq.member({ group: sameGroupConsumers, topic: sameGroup });
    const queues = (await consumer.receive(4)).map((received) => received.systemProperties.queueId);
    expect(new Set(queues).size).toBe(1);
  });
});

describe('a batch', () => {
  const batch = mq.topic();
  const batchGroup = mq.group();
  it.concurrent('is stored with one request, and every message of it arrives', async () => {
    const texts = Array.from({ length: 50 }, (_, i) => `${i}`);
    const { status } = await mq
      .raw()
      .send<SendAnswer>(...texts.map((text) => message(batch, { body: Buffer.from(text) })));
    expect(status).toEqual(OK);
    const consumer = await mq.member({ group: batchGroup, topic: batch });
    expect((await consumer.consume(50)).sort()).toEqual(texts.sort());
  });

  const answered = mq.topic();
  it.concurrent('is answered with the ids of its messages, in order', async () => {
    const ids = [messageId(), messageId(), messageId()];
    const { entries } = await mq
      .raw()
      .send<SendAnswer>(...ids.map((id) => message(answered, { systemProperties: { messageId: id } })));
    expect(entries.map((entry) => [entry.messageId, entry.status.code])).toEqual(
      differs('batchAnswer')(ids).map((id) => [id, 20000]),
    );
  });

  const mebibytes = mq.topic();
  const mebibytesGroup = mq.group();
  it.concurrent('of almost 4 MiB is taken', async () => {
    const bodies = Array.from({ length: 15 }, () => Buffer.alloc(256 << 10, 'x'));
    expect((await mq.raw().send(...bodies.map((body) => message(mebibytes, { body })))).status).toEqual(OK);
    const consumer = await mq.member({ group: mebibytesGroup, topic: mebibytes });
    expect(await consumer.consume(15)).toHaveLength(15);
  });

  const ordered = mq.topic('FIFO');
  const orderedGroup = mq.group({ orderly: true });
  it.concurrent('of one message group keeps its order', async () => {
    const texts = ['1', '2', '3', '4', '5'];
    const { status } = await mq
      .raw()
      .send(
        ...texts.map((text) => message(ordered, { body: Buffer.from(text), systemProperties: { messageGroup: 'g' } })),
      );
    expect(status).toEqual(OK);
    const consumer = await mq.member({ group: orderedGroup, topic: ordered });
    expect(await consumer.consume(5)).toEqual(texts);
  });

  const allOrNothing = mq.topic();
  const allOrNothingGroup = mq.group();
  it.concurrent('with one message against the rules is refused as a whole', async () => {
    const producer = mq.raw();
    const bad = message(allOrNothing, { body: Buffer.from('bad'), systemProperties: { tag: 'a|b' } });
    const { status, entries } = await producer.send<SendAnswer>(message(allOrNothing), bad);
    expect(status.code).toBe(40004);
    expect(entries).toEqual([]);
    await producer.send(message(allOrNothing, { body: Buffer.from('later') }));
    const consumer = await mq.member({ group: allOrNothingGroup, topic: allOrNothing });
    expect((await consumer.receive()).map(textOf)).toEqual(['later']);
  });
});
