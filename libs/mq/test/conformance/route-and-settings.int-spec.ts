import { status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import { CLIENT_TYPE, milliseconds, type Answer, type AssignmentAnswer, type RouteAnswer } from '../protocol.js';
import { differs } from './differences.js';
import { BrokerUnderTest } from './engine.js';

const mq = new BrokerUnderTest();
const OK = { code: 20000, message: 'OK' };
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('the route of a topic', () => {
  const topic = mq.topic('NORMAL', 3);
  it.concurrent('names every queue, from 0, on a master that can be read and written', async () => {
    const { status, messageQueues } = await mq.raw().call<RouteAnswer>('QueryRoute', {
      topic: { name: topic },
      endpoints: mq.dialled,
    });
    expect(status).toEqual(OK);
    expect(messageQueues.map((queue) => queue.id).sort()).toEqual([0, 1, 2]);
    for (const queue of messageQueues) {
      expect(queue).toMatchObject({ permission: 4, broker: { name: 'broker-a', id: 0 } });
    }
  });

  it.concurrent('tells the client the address that it dialled', async () => {
    const { messageQueues } = await mq.raw().call<RouteAnswer>('QueryRoute', {
      topic: { name: topic },
      endpoints: mq.dialled,
    });
    expect(messageQueues[0]?.broker.endpoints).toEqual(mq.dialled);
  });

  it.concurrent('tells the client the name that it dialled, where it dialled a name', async () => {
    const endpoints = { scheme: 3, addresses: [{ host: 'mq.example', port: 9999 }] };
    const { messageQueues } = await mq.raw().call<RouteAnswer>('QueryRoute', { topic: { name: topic }, endpoints });
    expect(messageQueues[0]?.broker.endpoints).toEqual({
      scheme: 3,
      addresses: [{ host: 'mq.example', port: differs('portOfARoute')(mq.endpoint) }],
    });
  });

  it.concurrent('repeats the namespace of the question', async () => {
    const { messageQueues } = await mq.raw().call<RouteAnswer>('QueryRoute', {
      topic: { name: topic, resourceNamespace: 'ns' },
      endpoints: mq.dialled,
    });
    expect(messageQueues[0]?.topic).toEqual({ name: topic, resourceNamespace: 'ns' });
  });

  it.concurrent.each(
    (
      [
        ['NORMAL', [1]],
        ['FIFO', [2]],
        ['DELAY', [3]],
        ['TRANSACTION', [4]],
        ['MIXED', [1, 2, 3, 4]],
      ] as const
    ).map(([type, accepted]) => [type, accepted, mq.topic(type)] as const),
  )('of type %s says that it takes messages of types %j', async (_type, accepted, typed) => {
    const { messageQueues } = await mq.raw().call<RouteAnswer>('QueryRoute', {
      topic: { name: typed },
      endpoints: mq.dialled,
    });
    expect([...(messageQueues[0]?.acceptMessageTypes ?? [])].sort()).toEqual(accepted);
  });
});

describe('the assignment of a consumer', () => {
  const topic = mq.topic('NORMAL', 3);
  const group = mq.group();
  const assignment = (name: string, consumers: string) =>
    mq.raw().call<AssignmentAnswer>('QueryAssignment', {
      topic: { name },
      group: { name: consumers },
      endpoints: mq.dialled,
    });

  it.concurrent('is all queues as one, for every member: the server shares the messages out', async () => {
    const { status, assignments } = await assignment(topic, group);
    expect(status).toEqual(OK);
    expect(assignments).toMatchObject([
      {
        messageQueue: {
          id: -1,
          topic: { name: topic },
          permission: 4,
          broker: { name: 'broker-a', endpoints: mq.dialled },
        },
      },
    ]);
  });

  const fifo = mq.topic('FIFO', 3);
  const orderly = mq.group({ orderly: true });
  it.concurrent('of an orderly group', async () => {
    const { assignments } = await assignment(fifo, orderly);
    const ids = assignments.map(({ messageQueue }) => messageQueue.id).sort();
    expect(ids).toEqual(differs('assignmentOfOrderlyGroups'));
  });

  it.concurrent('is the same each time it is asked for', async () => {
    expect(await assignment(topic, group)).toEqual(await assignment(topic, group));
  });
});

describe('the settings of a producer', () => {
  const topic = mq.topic();
  it.concurrent('come back with what the client needs to start', async () => {
    const settings = await mq.raw().settings({
      clientType: CLIENT_TYPE.PRODUCER,
      publishing: { topics: [{ name: topic }] },
    });
    expect(settings).toMatchObject({
      clientType: CLIENT_TYPE.PRODUCER,
      publishing: { topics: [{ name: topic }], maxBodySize: 4 << 20, validateMessageType: true },
      metric: { on: false },
    });
    const { maxAttempts, exponentialBackoff } = settings.backoffPolicy ?? {};
    expect(maxAttempts).toBe(3);
    expect(exponentialBackoff?.multiplier).toBe(2);
    expect(exponentialBackoff && milliseconds(exponentialBackoff.initial)).toBe(10);
    expect(exponentialBackoff && milliseconds(exponentialBackoff.max)).toBe(1000);
  });

  it.concurrent('may name no topic yet', async () => {
    const settings = await mq.raw().settings({ clientType: CLIENT_TYPE.PRODUCER, publishing: { topics: [] } });
    expect(settings.publishing?.maxBodySize).toBe(4 << 20);
  });

  it.concurrent('make its heartbeats welcome', async () => {
    const client = mq.raw();
    await client.settings({ clientType: CLIENT_TYPE.PRODUCER, publishing: { topics: [{ name: topic }] } });
    expect((await client.call('Heartbeat', { clientType: CLIENT_TYPE.PRODUCER })).status).toEqual(OK);
  });
});

describe('the settings of a consumer', () => {
  const topic = mq.topic();
  const subscribe = (clientType: number, group: string) =>
    mq.raw().settings({
      clientType,
      subscription: { group: { name: group }, subscriptions: [{ topic: { name: topic } }] },
    });

  it.concurrent.each((['PUSH_CONSUMER', 'SIMPLE_CONSUMER'] as const).map((kind) => [kind, mq.group()] as const))(
    'of kind %s come back with the retry table',
    async (kind, group) => {
      const settings = await subscribe(CLIENT_TYPE[kind], group);
      expect(settings).toMatchObject({
        clientType: CLIENT_TYPE[kind],
        subscription: { group: { name: group }, receiveBatchSize: 32 },
        backoffPolicy: { maxAttempts: 17 },
        metric: { on: false },
      });
      expect(settings.subscription?.fifo).toBeFalsy();
      expect(settings.backoffPolicy?.customizedBackoff?.next.map(milliseconds)).toEqual([
        ...[1, 5, 10, 30].map((seconds) => seconds * SECOND),
        ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30].map((minutes) => minutes * MINUTE),
        ...[1, 2].map((hours) => hours * HOUR),
      ]);
    },
  );

  it.concurrent('of a group that nobody declared are the defaults', async () => {
    const settings = await subscribe(CLIENT_TYPE.PUSH_CONSUMER, 'nobody-declared-this');
    expect(settings.backoffPolicy?.maxAttempts).toBe(17);
  });

  const orderly = mq.group({ orderly: true });
  it.concurrent('of an orderly group say so', async () => {
    expect((await subscribe(CLIENT_TYPE.PUSH_CONSUMER, orderly)).subscription?.fifo).toBe(true);
  });

  const custom = mq.group({ maxAttempts: 3, retryDelaysMs: [2000, 4000] });
  it.concurrent('of a group with rules of its own tell these', async () => {
    const { backoffPolicy } = await subscribe(CLIENT_TYPE.PUSH_CONSUMER, custom);
    expect(backoffPolicy?.maxAttempts).toBe(3);
    expect(backoffPolicy?.customizedBackoff?.next.map(milliseconds)).toEqual([2000, 4000]);
  });

  const welcome = mq.group();
  it.concurrent('make its heartbeats welcome', async () => {
    const client = mq.raw();
    const consumer = { clientType: CLIENT_TYPE.PUSH_CONSUMER, group: { name: welcome } };
    await client.settings({
      clientType: CLIENT_TYPE.PUSH_CONSUMER,
      subscription: { group: { name: welcome }, subscriptions: [{ topic: { name: topic } }] },
    });
    expect((await client.call('Heartbeat', consumer)).status).toEqual(OK);
  });

  const again = mq.group();
  it.concurrent('may be told again on the same stream', async () => {
    const client = mq.raw();
    const settings = {
      clientType: CLIENT_TYPE.PUSH_CONSUMER,
      subscription: { group: { name: again }, subscriptions: [{ topic: { name: topic } }] },
    };
    const first = await client.settings(settings);
    expect(await client.settings(settings)).toEqual(first);
  });
});

describe('settings against the rules', () => {
  const topic = mq.topic();
  it.concurrent.each<[string, object, string]>([
    ['neither publish nor subscribe', { clientType: 1 }, 'there is no publishing or subscription data in settings'],
    ['publish to a topic of a bad name', { clientType: 1, publishing: { topics: [{ name: 'bad topic' }] } }, ''],
    [
      'publish to a system topic',
      { clientType: 1, publishing: { topics: [{ name: 'TBW102' }] } },
      'cannot access system topic',
    ],
    [
      'subscribe with a group of a bad name',
      { clientType: 2, subscription: { group: { name: 'bad group' }, subscriptions: [{ topic: { name: topic } }] } },
      '',
    ],
  ])('that %s end the stream with INVALID_ARGUMENT', async (_what, settings, why) => {
    await expect(mq.raw().settings(settings)).rejects.toMatchObject({
      code: GrpcStatus.INVALID_ARGUMENT,
      details: expect.stringMatching(new RegExp(why)),
    });
  });

  it.concurrent('of a client without an id end the stream', async () => {
    const settings = mq.raw('').settings({ clientType: 1, publishing: { topics: [{ name: topic }] } });
    await expect(settings).rejects.toThrow('client id cannot be empty');
  });
});

describe('a call', () => {
  const topic = mq.topic();
  const group = mq.group();
  const names = { topic: { name: topic }, group: { name: group } };
  const badTopic = { ...names, topic: { name: 'bad topic' } };
  const badGroup = { ...names, group: { name: 'bad group' } };
  const handle = { messageId: 'm', receiptHandle: 'h' };
  const ILLEGAL = 'contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$';
  it.concurrent.each<[string, object, number, string]>([
    ['QueryRoute', { topic: { name: 'missing' } }, 40402, ''],
    ['QueryRoute', { topic: { name: 'bad topic' } }, 40002, `The specified topic[bad topic] ${ILLEGAL}`],
    ['QueryRoute', { topic: { name: 'SCHEDULE_TOPIC_XXXX' } }, 40002, 'cannot access system topic'],
    ['QueryRoute', {}, 40002, 'The specified topic is blank'],
    ['QueryAssignment', { ...names, group: { name: '' } }, 40003, 'the specified group is blank'],
    ['QueryAssignment', { ...names, group: { name: 'g'.repeat(121) } }, 40003, 'is longer than group max length: 120.'],
    ['QueryAssignment', { ...names, group: { name: 'CID_RMQ_SYS_x' } }, 40003, 'cannot use system consumer group'],
    ['QueryAssignment', badGroup, 40003, `the specified group[bad group] ${ILLEGAL}`],
    ['QueryAssignment', { ...names, topic: { name: 'missing' } }, 40402, ''],
    ['Heartbeat', { clientType: 1 }, 40015, 'cannot find client settings for this client'],
    ['NotifyClientTermination', {}, 40015, 'cannot find client settings for this client'],
    ['EndTransaction', { ...badTopic, messageId: 'm', transactionId: 't', resolution: 1 }, 40002, ILLEGAL],
    ['AckMessage', { ...badTopic, entries: [handle] }, 40002, ILLEGAL],
    ['AckMessage', { ...badGroup, entries: [handle] }, 40003, ILLEGAL],
    ['ChangeInvisibleDuration', { ...badTopic, ...handle, invisibleDuration: { seconds: 10 } }, 40002, ILLEGAL],
    ['ChangeInvisibleDuration', { ...badGroup, ...handle, invisibleDuration: { seconds: 10 } }, 40003, ILLEGAL],
    ['ForwardMessageToDeadLetterQueue', { ...badTopic, ...handle }, 40002, ILLEGAL],
    ['ForwardMessageToDeadLetterQueue', { ...badGroup, ...handle }, 40003, ILLEGAL],
    ['RecallMessage', { topic: { name: 'bad topic' }, recallHandle: 'h' }, 40002, ILLEGAL],
  ])('%s of %j is answered with %i %s', async (rpc, request, code, why) => {
    const { status } = await mq.raw().call(rpc, { endpoints: mq.dialled, ...request });
    expect(status).toEqual({ code, message: expect.stringContaining(why) });
  });

  it.concurrent.each<[string, object]>([
    ['QueryRoute', { topic: { name: topic } }],
    ['SendMessage', { messages: [] }],
    ['Heartbeat', { clientType: 1 }],
    ['NotifyClientTermination', {}],
  ])('%s without a client id is answered with CLIENT_ID_REQUIRED', async (rpc, request) => {
    expect((await mq.raw('').call(rpc, request)).status).toEqual({ code: 40017, message: 'client id cannot be empty' });
  });

  it.concurrent.each(['PullMessage', 'UpdateOffset', 'GetOffset', 'QueryOffset', 'Unknown'])(
    '%s, which no client makes, is answered with UNIMPLEMENTED',
    async (rpc) => {
      await expect(mq.raw().callBytes<Answer>(rpc, Buffer.alloc(0))).rejects.toMatchObject({
        code: GrpcStatus.UNIMPLEMENTED,
      });
    },
  );

  it.concurrent('of bytes that are no request', async () => {
    const answer = mq.raw().callBytes<Answer>('SendMessage', Buffer.from('0affffff', 'hex'));
    const code = await answer.then(
      ({ status }) => status.code,
      (error: ServiceError) => error.code,
    );
    expect(code).toBe(differs('bytesThatAreNoRequest'));
  });

  it.concurrent('of a client that said goodbye before needs settings again', async () => {
    const client = mq.raw();
    await client.settings({ clientType: CLIENT_TYPE.PRODUCER, publishing: { topics: [{ name: topic }] } });
    expect((await client.call('NotifyClientTermination', {})).status).toEqual(OK);
    expect((await client.call('Heartbeat', { clientType: CLIENT_TYPE.PRODUCER })).status.code).toBe(40015);
  });
});
