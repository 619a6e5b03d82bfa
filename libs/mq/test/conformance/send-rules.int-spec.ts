import { MESSAGE_TYPE, wireTime, type SendAnswer } from '../protocol.js';
import { message } from '../raw-client.js';
import { differs } from './differences.js';
import { BrokerUnderTest } from './engine.js';

const mq = new BrokerUnderTest();

const OK = { code: 20000, message: 'OK' };
const MAX_BODY_BYTES = 4 << 20;
const HOUR_MS = 3600_000;
const inOneHour = () => ({ deliveryTimestamp: wireTime(Date.now() + HOUR_MS) });

describe('the rules for messages', () => {
  const normal = mq.topic();
  const other = mq.topic();
  const fifo = mq.topic('FIFO');
  const delay = mq.topic('DELAY');
  const transaction = mq.topic('TRANSACTION');
  const properties = (count: number, bytesEach: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`.padEnd(5), 'x'.repeat(bytesEach - 5)]));
  const system = (systemProperties: object, topic = normal) => message(topic, { systemProperties });
  const user = (userProperties: Record<string, string>) => message(normal, { userProperties });

  it.concurrent.each<[string, () => object[], number, string]>([
    ['nothing at all', () => [], 40016, 'no message to send'],
    ['two topics in one request', () => [message(normal), message(other)], 40016, 'topic in message is not same'],
    ['an unknown topic', () => [message('no-such-topic')], differs('unknownTopicOfASend'), ''],
    ['an empty body', () => [message(normal, { body: Buffer.alloc(0) })], 41302, 'message body cannot be empty'],
    [
      'a body over 4 MiB',
      () => [message(normal, { body: Buffer.alloc(MAX_BODY_BYTES + 1) })],
      41301,
      'message body cannot exceed the max 4194304',
    ],
    ['a blank tag', () => [system({ tag: ' ' })], 40004, 'tag cannot be the char sequence of whitespace'],
    ['a tag with |', () => [system({ tag: 'a|b' })], 40004, "tag cannot contain '|'"],
    [
      'a tag with a control character',
      () => [system({ tag: 'a\u0007b' })],
      40004,
      'tag cannot contain control character',
    ],
    ['a blank key', () => [system({ keys: ['k', ' '] })], 40005, 'key cannot be the char sequence of whitespace'],
    [
      'a key with a control character',
      () => [system({ keys: ['a\nb'] })],
      40005,
      'key cannot contain control character',
    ],
    [
      'a blank message group',
      () => [system({ messageGroup: ' ' }, fifo)],
      40006,
      'message group cannot be the char sequence of whitespace',
    ],
    [
      'an empty message group, which is none, in a FIFO topic',
      () => [system({ messageGroup: '' }, fifo)],
      40014,
      'TopicMessageType validate failed',
    ],
    [
      'a message group of 64 bytes',
      () => [system({ messageGroup: 'g'.repeat(64) }, fifo)],
      40006,
      'message group exceed the max size 64',
    ],
    [
      'a message group of 32 two-byte characters',
      () => [system({ messageGroup: 'é'.repeat(32) }, fifo)],
      40006,
      'message group exceed the max size 64',
    ],
    [
      'a message group with a control character',
      () => [system({ messageGroup: 'a\tb' }, fifo)],
      40006,
      'message group cannot contain control character',
    ],
    ['129 user properties', () => [user(properties(129, 10))], 43101, 'too many user properties, max is 128'],
    [
      'more than 16 KiB of user properties',
      () => [user(properties(64, 257))],
      43101,
      'the total size of user property is too large, max is 16384',
    ],
    [
      'more than 16 KiB of user properties, tag and keys together',
      () => [
        message(normal, {
          userProperties: properties(64, 255),
          systemProperties: { tag: 't', keys: ['k'.repeat(70)] },
        }),
      ],
      43101,
      'the total size of user property is too large, max is 16384',
    ],
    ['a property with a reserved name', () => [user({ KEYS: 'x' })], 40007, 'property is used by system: KEYS'],
    [
      'a property name with a control character',
      () => [user({ 'a\u0001': 'x' })],
      40007,
      'the key of property cannot contain control character',
    ],
    [
      'a property value with a control character',
      () => [user({ a: 'x\u0085' })],
      40007,
      'the value of property cannot contain control character',
    ],
    ['a blank message id', () => [system({ messageId: ' ' })], 40009, 'message id cannot be empty'],
    ['an empty message id', () => [system({ messageId: '' })], 40009, 'message id cannot be empty'],
    [
      'a delay of more than 24 h',
      () => [system({ deliveryTimestamp: wireTime(Date.now() + 24 * HOUR_MS + 60_000) }, delay)],
      40012,
      'the max delay time of message is too large, max is 86400000',
    ],
    [
      'a transaction that is to be checked after more than an hour',
      () => [
        system(
          { messageType: MESSAGE_TYPE.TRANSACTION, orphanedTransactionRecoveryDuration: { seconds: 3601 } },
          transaction,
        ),
      ],
      40000,
      'the max transaction recovery time of message is too large, max is 3600',
    ],
  ])('refuse %s', async (_what, messages, code, why) => {
    const { status, entries } = await mq.raw().send<SendAnswer>(...messages());
    expect(status).toEqual({ code, message: expect.stringContaining(why) });
    expect(entries).toEqual([]);
  });

  it.concurrent.each<[string, () => object]>([
    ['a tag of any letters', () => system({ tag: 'Größe & 价格' })],
    ['no tag', () => system({ tag: '' })],
    ['an empty key', () => system({ keys: [''] })],
    ['an empty message group, which is none', () => system({ messageGroup: '' })],
    ['a hundred keys', () => system({ keys: Array.from({ length: 100 }, (_, i) => `k${i}`) })],
    ['a message group of 63 bytes', () => system({ messageGroup: 'g'.repeat(63) }, fifo)],
    ['128 user properties', () => user(properties(128, 10))],
    ['16 KiB of user properties', () => user(properties(64, 256))],
    ['a reserved name in other letters', () => user({ keys: 'x', Tags: 'y', correlationId: 'z' })],
    ['a delivery time in the past', () => system({ deliveryTimestamp: wireTime(Date.now() - HOUR_MS) }, delay)],
    [
      'a delay of almost 24 h',
      () => system({ deliveryTimestamp: wireTime(Date.now() + 24 * HOUR_MS - 60_000) }, delay),
    ],
    [
      'a transaction that is to be checked after an hour',
      () =>
        system(
          { messageType: MESSAGE_TYPE.TRANSACTION, orphanedTransactionRecoveryDuration: { seconds: 3600 } },
          transaction,
        ),
    ],
  ])('allow %s', async (_what, each) => {
    expect((await mq.raw().send(each())).status).toEqual(OK);
  });

  const reserved = [
    ...['TRACE_ON', 'MSG_REGION', 'KEYS', 'TAGS', 'WAIT', 'DELAY', 'RETRY_TOPIC', 'REAL_TOPIC', 'REAL_QID', 'TRAN_MSG'],
    ...['PGROUP', 'MIN_OFFSET', 'MAX_OFFSET', 'BUYER_ID', 'ORIGIN_MESSAGE_ID', 'TRANSFER_FLAG', 'CORRECTION_FLAG'],
    ...[
      'MQ2_FLAG',
      'RECONSUME_TIME',
      'UNIQ_KEY',
      'MAX_RECONSUME_TIMES',
      'CONSUME_START_TIME',
      'POP_CK',
      'POP_CK_OFFSET',
    ],
    ...['1ST_POP_TIME', 'TRAN_PREPARED_QUEUE_OFFSET', 'DUP_INFO', 'EXTEND_UNIQ_INFO', 'INSTANCE_ID', 'CORRELATION_ID'],
    ...['REPLY_TO_CLIENT', 'TTL', 'ARRIVE_TIME', 'PUSH_REPLY_TIME', 'CLUSTER', 'MSG_TYPE', 'INNER_MULTI_QUEUE_OFFSET'],
    ...['TIMER_DELAY_MS', 'TIMER_DELAY_SEC', 'TIMER_DELIVER_MS', 'TIMER_ENQUEUE_MS', 'TIMER_DEQUEUE_MS'],
    ...['TIMER_ROLL_TIMES', 'TIMER_OUT_MS', 'TIMER_DEL_UNIQKEY', 'TIMER_DELAY_LEVEL', '__BORNHOST', 'BORN_TIMESTAMP'],
    ...['DLQ_ORIGIN_TOPIC', 'DLQ_ORIGIN_MESSAGE_ID', '__CRC32#'],
  ];
  it.concurrent('keep every property name of RocketMQ for itself', async () => {
    const client = mq.raw();
    const codes = await Promise.all(
      reserved.map(async (name) => [name, (await client.send(user({ [name]: 'x' }))).status.code]),
    );
    expect(codes).toEqual(reserved.map((name) => [name, 40007]));
  });

  it.concurrent.each<[string, string, string]>([
    ['no name', '', 'The specified topic is blank'],
    ['a blank name', ' ', 'The specified topic is blank'],
    ['a name of 128 characters', 't'.repeat(128), 'is longer than topic max length'],
    [
      'a name with a space',
      'bad topic',
      'The specified topic[bad topic] contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$',
    ],
    ['a name with a dot', 'bad.topic', 'contains illegal characters'],
    ['a name of other letters', 'thème', 'contains illegal characters'],
    ['a system topic', 'TBW102', 'cannot access system topic'],
    ['the topic of half messages', 'RMQ_SYS_TRANS_HALF_TOPIC', 'cannot access system topic'],
    ['a name that begins like a system topic', 'rmq_sys_anything', 'cannot access system topic'],
  ])('refuse a topic with %s', async (_what, topic, why) => {
    expect((await mq.raw().send(message(topic))).status).toEqual({
      code: 40002,
      message: expect.stringContaining(why),
    });
  });

  const strictProducer = mq.topic();
  it.concurrent('are told to the official client as an error with the code', async () => {
    const producer = await mq.producer(strictProducer);
    await expect(producer.send({ topic: strictProducer, tag: 'a|b', body: Buffer.from('x') })).rejects.toMatchObject({
      code: 40004,
    });
  });
});

describe('the type of a topic', () => {
  const TYPES = ['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION'] as const;
  const topics = Object.fromEntries([...TYPES, 'MIXED' as const].map((type) => [type, mq.topic(type)]));
  const SYSTEM_PROPERTIES = {
    NORMAL: () => ({}),
    FIFO: () => ({ messageGroup: 'g' }),
    DELAY: inOneHour,
    TRANSACTION: () => ({ messageType: MESSAGE_TYPE.TRANSACTION }),
  };
  const pairs = TYPES.flatMap((expected) => TYPES.map((actual) => [expected, actual] as const));

  it.concurrent.each(pairs)('%s and a %s message', async (expected, actual) => {
    const systemProperties = SYSTEM_PROPERTIES[actual]();
    const { status } = await mq.raw().send(message(topics[expected] ?? '', { systemProperties }));
    expect(status).toEqual(
      actual === expected
        ? OK
        : {
            code: 40014,
            message: expect.stringContaining(
              `TopicMessageType validate failed, the expected type is ${expected}, but actual type is ${actual}`,
            ),
          },
    );
  });

  it.concurrent.each(TYPES)('MIXED takes a %s message', async (actual) => {
    const systemProperties = SYSTEM_PROPERTIES[actual]();
    expect((await mq.raw().send(message(topics['MIXED'] ?? '', { systemProperties }))).status).toEqual(OK);
  });
});
