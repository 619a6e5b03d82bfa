import { status as GrpcStatus } from '@grpc/grpc-js';
import { startBroker, type RunningBroker } from '../../src/index.js';
import { message, RawClient, receiveRequest, type Answer } from '../raw-client.js';
import { until } from '../until.js';

interface SendAnswer extends Answer {
  entries: {
    status: Answer['status'];
    messageId: string;
    transactionId: string;
    recallHandle: string;
    offset: unknown;
  }[];
}
interface AckAnswer extends Answer {
  entries: { status: Answer['status'] }[];
}

let broker: RunningBroker;
let client: RawClient;

beforeAll(async () => {
  const names = ['t', 'leases', 'broken', 'gone', 'acks', 'fifo-rest', 'big', 'forward', 'poll', 'leave'];
  broker = await startBroker({
    topics: [
      ...names.map((name) => ({ name, type: name.startsWith('fifo') ? ('FIFO' as const) : ('NORMAL' as const) })),
      { name: 'tx', type: 'TRANSACTION' },
      { name: 'delay', type: 'DELAY' },
      { name: 'mixed', type: 'MIXED', queues: 2 },
    ],
    longPollingMs: 1000,
    clientGoneAfterMs: 200,
  });
  client = new RawClient(broker.endpoint);
});

afterAll(async () => {
  client.close();
  await broker.close();
});

const ok = { code: 20000, message: 'OK' };
const handleOf = (received: { messages: { systemProperties?: unknown }[] }, i = 0) =>
  (received.messages[i]?.systemProperties as { receiptHandle: string; deliveryAttempt: number }).receiptHandle;

function ack(group: string, topic: string, ...handles: string[]): Promise<AckAnswer> {
  return client.call('AckMessage', {
    group: { name: group },
    topic: { name: topic },
    entries: handles.map((receiptHandle) => ({ messageId: 'm', receiptHandle })),
  });
}

describe('route and assignment', () => {
  it('names every queue from 0, with the types that the topic takes and the address that the client dialled', async () => {
    const dialled = { scheme: 3, addresses: [{ host: 'mq.example', port: 9999 }] };
    const answer = await client.call<Answer & { messageQueues: object[] }>('QueryRoute', {
      topic: { name: 'mixed', resourceNamespace: 'ns' },
      endpoints: dialled,
    });
    expect(answer.status).toEqual(ok);
    expect(answer.messageQueues).toMatchObject(
      [0, 1].map((id) => ({
        id: id === 0 ? 0 : id,
        topic: { name: 'mixed', resourceNamespace: 'ns' },
        permission: 4,
        broker: { name: 'broker-a', endpoints: dialled },
        acceptMessageTypes: [1, 2, 3, 4],
      })),
    );
  });

  it('assigns all queues to every member as one', async () => {
    const answer = await client.call<Answer & { assignments: object[] }>('QueryAssignment', {
      topic: { name: 't' },
      group: { name: 'g' },
    });
    expect(answer).toMatchObject({
      status: ok,
      assignments: [{ messageQueue: { id: -1, topic: { name: 't' }, broker: { endpoints: { scheme: 1 } } } }],
    });
  });

  it.each([
    ['QueryRoute', { topic: { name: 'missing' } }, 40402],
    ['QueryRoute', { topic: { name: 'bad topic' } }, 40002],
    ['QueryRoute', {}, 40002],
    ['QueryAssignment', { topic: { name: 't' }, group: { name: '' } }, 40003],
    ['Heartbeat', {}, 40015],
    ['NotifyClientTermination', {}, 40015],
  ])('%s of %j is answered with %i', async (rpc, request, code) => {
    expect((await client.call(rpc, request)).status.code).toBe(code);
  });

  it('asks for a client id', async () => {
    const anonymous = new RawClient(broker.endpoint, '');
    expect((await anonymous.call('QueryRoute', { topic: { name: 't' } })).status).toEqual({
      code: 40017,
      message: 'client id cannot be empty',
    });
    anonymous.close();
  });

  it('answers bytes that are no request with BAD_REQUEST, not with a gRPC error', async () => {
    expect((await client.callBytes('SendMessage', Buffer.from('0affffff', 'hex'))).status.code).toBe(40000);
  });

  it('answers rpcs that it does not have with UNIMPLEMENTED', async () => {
    await expect(client.callBytes('Unknown', Buffer.alloc(0))).rejects.toMatchObject({
      code: GrpcStatus.UNIMPLEMENTED,
    });
  });
});

describe('settings', () => {
  it('of a producer are completed with what the client needs to start', async () => {
    const settings = await client.settings({ clientType: 1, publishing: { topics: [{ name: 't' }] } });
    expect(settings).toMatchObject({
      clientType: 1,
      publishing: { topics: [{ name: 't' }], maxBodySize: 4 << 20, validateMessageType: true },
      backoffPolicy: { maxAttempts: 3, exponentialBackoff: { multiplier: 2 } },
    });
    expect((await client.call('Heartbeat', { clientType: 1 })).status).toEqual(ok);
  });

  it.each([
    ['t', false],
    ['fifo-rest', true],
  ])('of a consumer of %s say fifo = %s, and the retry table', async (topic, fifo) => {
    const settings = await client.settings({
      clientType: 2,
      subscription: { group: { name: 'g-settings' }, subscriptions: [{ topic: { name: topic } }] },
    });
    expect(settings).toMatchObject({
      subscription: { fifo, receiveBatchSize: 32 },
      backoffPolicy: { maxAttempts: 17 },
    });
    const { next } = (settings.backoffPolicy as { customizedBackoff: { next: { seconds: { toNumber(): number } }[] } })
      .customizedBackoff;
    expect(next.map(({ seconds }) => seconds.toNumber())).toEqual([
      1, 5, 10, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1200, 1800, 3600, 7200,
    ]);
  });

  it.each([
    [{ clientType: 1 }, 'there is no publishing or subscription data in settings'],
    [{ publishing: { topics: [{ name: 'bad topic' }] } }, 'bad topic'],
    [{ subscription: { group: { name: 'bad group' } } }, 'bad group'],
  ])('%j end the stream with INVALID_ARGUMENT', async (settings, why) => {
    await expect(client.settings(settings)).rejects.toMatchObject({
      code: GrpcStatus.INVALID_ARGUMENT,
      details: expect.stringContaining(why) as string,
    });
  });
});

describe('sending', () => {
  it('stores several messages of one topic in one request and answers each in order', async () => {
    const answer = await client.send<SendAnswer>(
      ...['1', '2', '3'].map((id) => message('t', { systemProperties: { messageId: id } })),
    );
    expect(answer.status).toEqual(ok);
    expect(answer.entries.map((entry) => [entry.messageId, entry.status.code])).toEqual([
      ['1', 20000],
      ['2', 20000],
      ['3', 20000],
    ]);
  });

  it.each<[string, object[], number]>([
    ['nothing', [], 40016],
    ['two topics', [message('t'), message('mixed')], 40016],
    ['an unknown topic', [message('missing')], 40402],
    ['a system topic', [message('TBW102')], 40002],
    ['an empty body', [message('t', { body: Buffer.alloc(0) })], 41302],
    ['a reserved property', [message('t', { userProperties: { KEYS: 'x' } })], 40007],
    ['a tag with |', [message('t', { systemProperties: { tag: 'a|b' } })], 40004],
    ['a message group to a NORMAL topic', [message('t', { systemProperties: { messageGroup: 'g' } })], 40014],
    ['a normal message to a FIFO topic', [message('fifo-rest')], 40014],
    [
      'a delay of more than 24 h',
      [
        message('delay', {
          systemProperties: { deliveryTimestamp: { seconds: Math.ceil(Date.now() / 1000) + 87_000 } },
        }),
      ],
      40012,
    ],
    ['a bad message among good ones', [message('t'), message('t', { systemProperties: { messageId: '' } })], 40009],
  ])('%s is refused as a whole, in the status of the answer', async (_what, messages, code) => {
    const answer = await client.send<SendAnswer>(...messages);
    expect(answer.status.code).toBe(code);
    expect(answer.entries).toEqual([]);
  });

  it('takes a body of 4 MiB with 16 KiB of properties and gives it back unharmed', async () => {
    const body = Buffer.alloc(4 << 20, 'ab');
    expect((await client.send(message('big', { body, userProperties: { a: 'x'.repeat(16_000) } }))).status).toEqual(ok);
    const received = await client.receive(receiveRequest('g-big', 'big'));
    expect(Buffer.compare(received.messages[0]?.body ?? Buffer.alloc(0), body)).toBe(0);
    expect((await client.send(message('big', { body: Buffer.alloc((4 << 20) + 1) }))).status.code).toBe(41301);
  });

  it('a half message is seen after its commit only, once, and never after a rollback', async () => {
    const half = () => client.send<SendAnswer>(message('tx', { systemProperties: { messageType: 4 } }));
    const [committed, rolledBack] = [await half(), await half()].map((answer) => answer.entries[0]?.transactionId) as [
      string,
      string,
    ];
    const end = (transactionId: string, resolution: number) =>
      client.call('EndTransaction', { topic: { name: 'tx' }, messageId: 'm', transactionId, resolution, source: 1 });
    expect((await client.receive(receiveRequest('g-tx', 'tx'))).status.code).toBe(40401);
    expect((await end(committed, 1)).status).toEqual(ok);
    expect((await end(rolledBack, 2)).status).toEqual(ok);
    const decided = { code: 50001, message: 'cannot found transaction data' };
    for (const again of [end(committed, 1), end(committed, 2), end(rolledBack, 2), end(rolledBack, 1)])
      expect((await again).status).toEqual(decided);
    const received = await client.receive(receiveRequest('g-tx', 'tx'));
    expect(received.messages).toHaveLength(1);
    expect(received.messages[0]?.systemProperties).toMatchObject({ messageType: 1 });
    expect((await client.receive(receiveRequest('g-tx', 'tx'))).messages).toEqual([]);
    expect((await end('', 1)).status.code).toBe(40008);
    expect((await end('FFFFFFFFFFFFFFFF', 1)).status.code).toBe(50001);
  });
});

describe('receiving', () => {
  it.each([
    [{ invisibleDuration: { seconds: 9 } }, 40011, 'the invisibleTime is too small. min is 10000'],
    [{ invisibleDuration: { seconds: 43_201 } }, 40011, 'the invisibleTime is too large. max is 43200000'],
    [{ filterExpression: { type: 2, expression: 'a >' } }, 40010, ''],
    [{ filterExpression: { type: 1, expression: '||' } }, 40010, ''],
    [{ group: { name: '' } }, 40003, ''],
    [{ messageQueue: { topic: { name: 'missing' } } }, 40402, ''],
  ])('%j is refused with %i', async (changes, code, why) => {
    const { status, messages } = await client.receive(receiveRequest('g', 't', changes));
    expect(status.code).toBe(code);
    expect(status.message).toContain(why);
    expect(messages).toEqual([]);
  });

  it('answers an empty poll after the polling time, and refuses one that outlasts the deadline', async () => {
    const startMs = Date.now();
    expect((await client.receive(receiveRequest('g', 'poll'))).status.code).toBe(40401);
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(990);
    const outlasting = receiveRequest('g', 'poll', { longPollingTimeout: { seconds: 10 } });
    expect((await client.receive(outlasting, { deadlineMs: 3000 })).status.code).toBe(40018);
  });

  it('releases what it was delivering when the stream is cancelled', async () => {
    const polling = client.receive(receiveRequest('g', 'broken', { longPollingTimeout: { seconds: 5 } }), {
      cancelAfterMs: 100,
    });
    await polling;
    await client.send(message('broken'));
    const { messages } = await client.receive(receiveRequest('g', 'broken', { longPollingTimeout: { seconds: 3 } }));
    expect(messages).toHaveLength(1);
    expect(messages[0]?.systemProperties).toMatchObject({ deliveryAttempt: 1 });
  });

  it('hands nothing to a client that said goodbye while it was still polling', async () => {
    const leaving = new RawClient(broker.endpoint);
    const group = { group: { name: 'g-leave' } };
    await leaving.settings({
      clientType: 2,
      subscription: { ...group, subscriptions: [{ topic: { name: 'leave' } }] },
    });
    const polling = leaving.receive(receiveRequest('g-leave', 'leave', { longPollingTimeout: { seconds: 5 } }));
    await leaving.call('NotifyClientTermination', group);
    expect((await polling).status.code).toBe(40401);
    await client.send(message('leave'));
    const { messages } = await client.receive(receiveRequest('g-leave', 'leave'));
    expect(messages[0]?.systemProperties).toMatchObject({ deliveryAttempt: 1 });
    leaving.close();
  });

  it('gives the leases of a push client to others a second after it says goodbye, or its connection is gone', async () => {
    for (const goodbye of [true, false]) {
      await client.send(message('gone'));
      const leaving = new RawClient(broker.endpoint);
      await leaving.settings({
        clientType: 2,
        subscription: { group: { name: 'g' }, subscriptions: [{ topic: { name: 'gone' } }] },
      });
      const first = await leaving.receive(
        receiveRequest('g', 'gone', { autoRenew: true, invisibleDuration: undefined }),
      );
      expect(first.messages).toHaveLength(1);
      if (goodbye) expect((await leaving.call('NotifyClientTermination', { group: { name: 'g' } })).status).toEqual(ok);
      leaving.close();
      const leftMs = Date.now();
      const second = await client.receive(receiveRequest('g', 'gone', { longPollingTimeout: { seconds: 4 } }));
      expect(second.messages[0]?.systemProperties).toMatchObject({ deliveryAttempt: 2 });
      expect(Date.now() - leftMs).toBeLessThan(2500);
      await ack('g', 'gone', handleOf(second));
    }
  });
});

describe('leases', () => {
  it('an ack ends the delivery; a second one is fine, a foreign handle is not', async () => {
    await client.send(message('acks'), message('acks'));
    const received = await until('both', async () => {
      const answer = await client.receive(receiveRequest('g', 'acks'));
      return answer.messages.length === 2 && answer;
    });
    expect((await ack('g', 'acks', handleOf(received))).status).toEqual(ok);
    expect((await ack('g', 'acks', handleOf(received))).status).toEqual(ok);
    expect((await ack('g', 'acks', 'garbage')).status).toEqual({ code: 40013, message: 'INVALID_RECEIPT_HANDLE' });
    expect((await ack('other', 'acks', handleOf(received, 1))).status.code).toBe(40013);
    const mixed = await ack('g', 'acks', handleOf(received, 1), 'garbage');
    expect(mixed.status.code).toBe(30000);
    expect(mixed.entries.map((entry) => entry.status.code)).toEqual([20000, 40013]);
  });

  it('a changed lease has a new handle; the old one is refused; zero means at once', async () => {
    await client.send(message('leases'));
    const change = (receiptHandle: string, seconds: number) =>
      client.call<Answer & { receiptHandle: string }>('ChangeInvisibleDuration', {
        group: { name: 'g' },
        topic: { name: 'leases' },
        receiptHandle,
        invisibleDuration: { seconds },
      });
    const first = handleOf(await client.receive(receiveRequest('g', 'leases')));
    const second = (await change(first, 30)).receiptHandle;
    expect((await change(first, 30)).status.code).toBe(40013);
    expect((await change(second, 12 * 3600 + 1)).status.code).toBe(40011);
    expect((await change(second, 0)).status).toEqual(ok);
    const again = await client.receive(receiveRequest('g', 'leases'));
    expect(again.messages[0]?.systemProperties).toMatchObject({ deliveryAttempt: 2 });
  });

  it('a forwarded message is a dead letter that knows where it comes from', async () => {
    await client.send(
      message('forward', { systemProperties: { messageId: 'dead-1', keys: ['k'] }, userProperties: { a: 'b' } }),
    );
    const received = await client.receive(receiveRequest('g-forward', 'forward'));
    const forward = {
      group: { name: 'g-forward' },
      topic: { name: 'forward' },
      receiptHandle: handleOf(received),
      messageId: 'dead-1',
    };
    expect((await client.call('ForwardMessageToDeadLetterQueue', forward)).status).toEqual(ok);
    const dead = await client.receive(receiveRequest('g-dlq', '%DLQ%g-forward'));
    expect(dead.messages[0]).toMatchObject({
      topic: { name: '%DLQ%g-forward' },
      userProperties: { a: 'b' },
      systemProperties: {
        messageId: 'dead-1',
        keys: ['k'],
        deadLetterQueue: { topic: 'forward', messageId: 'dead-1' },
      },
    });
    expect((await client.receive(receiveRequest('g-forward', 'forward'))).messages).toEqual([]);
  });
});
