import { request as httpRequest } from 'node:http';
import { startBroker, type RunningBroker } from '../index.js';
import { message, RawClient, receiveRequest } from '../../test/raw-client.js';
import { until } from '../../test/until.js';

let broker: RunningBroker;
let client: RawClient;

beforeAll(async () => {
  broker = await startBroker({
    topics: [
      { name: 'orders', type: 'NORMAL', queues: 2 },
      { name: 'later', type: 'DELAY', queues: 1 },
      { name: 'halves', type: 'TRANSACTION', queues: 1 },
    ],
    longPollingMs: 1000,
    log: () => undefined,
  });
  client = new RawClient(broker.endpoint);
});

afterAll(async () => {
  client.close();
  await broker.close();
});

interface Answer<T> {
  status: number;
  body: T;
}

async function ask<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<Answer<T>> {
  const response = await fetch(`http://127.0.0.1:${broker.adminPort}${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  return { status: response.status, body: (await response.json()) as T };
}

describe('topics', () => {
  it('are created, shown, changed and deleted', async () => {
    expect(await ask('PUT', '/topics/new', { type: 'FIFO', queues: 3 })).toEqual({
      status: 201,
      body: { name: 'new', type: 'FIFO', queues: 3, messages: 0, delayed: 0 },
    });
    expect((await ask('PUT', '/topics/new', { queues: 5 })).body).toMatchObject({ type: 'FIFO', queues: 5 });
    const { body } = await ask<{ offsets: object[] }>('GET', '/topics/new');
    expect(body.offsets).toHaveLength(5);
    expect(body.offsets[4]).toEqual({ queueId: 4, minOffset: 0, maxOffset: 0 });
    expect((await ask('DELETE', '/topics/new')).body).toEqual({ deleted: 'new' });
    expect((await ask('GET', '/topics/new')).status).toBe(404);
  });

  it('that cannot be are refused with the field that is wrong', async () => {
    expect(await ask('PUT', '/topics/new', { type: 'LITE' })).toMatchObject({ status: 400, body: { field: 'type' } });
    expect(await ask('PUT', '/topics/new', { queue: 3 })).toMatchObject({ status: 400, body: { field: 'queue' } });
    expect(await ask('PUT', '/topics/new', { queues: 1.5 })).toMatchObject({ status: 400, body: { field: 'queues' } });
    expect((await ask('PUT', '/topics/a%20b', {})).status).toBe(400);
    expect((await ask('PUT', '/topics/orders', { queues: 1 })).status).toBe(400);
    expect((await ask('DELETE', '/topics/none')).status).toBe(404);
    expect((await ask('GET', '/topics/none')).status).toBe(404);
  });
});

describe('groups', () => {
  it('are declared, changed, shown and forgotten', async () => {
    const declared = await ask('PUT', '/groups/declared', { maxAttempts: 3, retryDelaysMs: [10, 20] });
    expect(declared).toMatchObject({ status: 201, body: { rules: { maxAttempts: 3, retryDelaysMs: [10, 20] } } });
    const changed = await ask('PUT', '/groups/declared', { orderly: true });
    expect(changed).toMatchObject({ status: 200, body: { rules: { maxAttempts: 3, orderly: true } } });
    expect((await ask<object[]>('GET', '/subscription-groups')).body).toContainEqual(
      expect.objectContaining({ group: 'declared', declared: true, topics: [], members: [] }),
    );
    expect((await ask('DELETE', '/groups/declared')).status).toBe(200);
    expect((await ask('GET', '/groups/declared')).status).toBe(404);
  });

  it.each([
    [{ maxAttempts: 0 }, 'maxAttempts'],
    [{ retryDelaysMs: 'x' }, 'retryDelaysMs'],
    [{ exponentialRetry: { initialMs: 1 } }, 'maxMs'],
    [{ orderly: 'yes' }, 'orderly'],
  ])('with wrong rules are refused: %j', async (rules, field) => {
    expect(await ask('PUT', '/groups/wrong', rules)).toMatchObject({ status: 400, body: { field } });
  });

  it('show their lag queue by queue, and go back or on as they are told', async () => {
    await ask('PUT', '/topics/resets', { queues: 1 });
    const send = (body: string) => client.send(message('resets', { body: Buffer.from(body) }));
    const received = async () => {
      const { messages } = await client.receive(
        receiveRequest('g-reset', 'resets', { invisibleDuration: { seconds: 60 } }),
      );
      return messages.map(({ body }) => Buffer.from(body).toString());
    };
    const reset = (to: unknown) =>
      ask<{ queues: { from: number; to: number }[] }>('POST', '/groups/g-reset/reset-offset', { topic: 'resets', to });

    await send('one');
    const sentMs = Date.now();
    await until('the next millisecond', () => Date.now() > sentMs);
    const betweenMs = Date.now();
    await send('two');
    expect(await received()).toEqual(['one', 'two']);
    const { body } = await ask<{ topics: object[] }>('GET', '/groups/g-reset');
    expect(body.topics).toMatchObject([
      { topic: 'resets', lag: 2, inflight: 2, ready: 0, queues: [{ consumerOffset: 2, maxOffset: 2 }] },
    ]);

    expect((await reset('earliest')).body.queues).toEqual([{ queueId: 0, from: 2, to: 0 }]);
    expect(await received()).toEqual(['one', 'two']);
    await reset(betweenMs);
    expect(await received()).toEqual(['two']);
    await reset('earliest');
    await reset('latest');
    expect(await received()).toEqual([]);
    expect((await ask<{ lag: number }[]>('GET', '/groups')).body.find(isReset)).toMatchObject({ lag: 0 });

    expect(await reset('sometime')).toMatchObject({ status: 400, body: { field: 'to' } });
    expect((await ask('POST', '/groups/g-none/reset-offset', { topic: 'resets', to: 0 })).status).toBe(404);
    expect((await ask('POST', '/groups/g-reset/reset-offset', { topic: 'none', to: 0 })).status).toBe(404);
  });
  const isReset = (row: object) => (row as { group: string }).group === 'g-reset';
});

describe('messages', () => {
  interface Row {
    messageId: string;
    body: string;
    bodyEncoding: string;
    groups: { group: string; state: string; attempts?: number }[];
  }
  const bodies = ({ body }: Answer<Row[]>) => body.map((row) => row.body);

  beforeAll(async () => {
    for (const [body, key] of [
      ['first', 'k1'],
      ['second', 'k2'],
      ['third', 'k1'],
    ] as const) {
      const systemProperties = { messageId: `ID-${body}`, keys: [key, 'all'] };
      await client.send(message('orders', { body: Buffer.from(body), systemProperties }));
    }
  });

  it('are found by id, with their place in each group', async () => {
    await client.receive(receiveRequest('g-seen', 'orders'));
    const { body } = await ask<Row[]>('GET', '/topics/orders/messages/ID-second');
    expect(body).toMatchObject([
      { messageId: 'ID-second', body: 'second', keys: ['k2', 'all'], messageType: 'NORMAL' },
    ]);
    expect(body[0]?.groups).toContainEqual(
      expect.objectContaining({ group: 'g-seen', state: 'inflight', attempts: 1 }),
    );
    expect((await ask('GET', '/topics/orders/messages/ID-none')).status).toBe(404);
  });

  it('are found by key, newest first', async () => {
    expect(bodies(await ask<Row[]>('GET', '/messages?topic=orders&key=k1'))).toEqual(['third', 'first']);
    expect(bodies(await ask<Row[]>('GET', '/messages?topic=orders&key=all&limit=2'))).toEqual(['third', 'second']);
    expect(
      bodies(
        await ask<Row[]>(
          'GET',
          `/messages?topic=orders&key=k1&fromMs=${Date.now() + 60_000}&toMs=${Date.now() + 90_000}`,
        ),
      ),
    ).toEqual([]);
  });

  it('are found by time, oldest first, and without a time the newest first', async () => {
    const inTime = await ask<Row[]>('GET', `/messages?topic=orders&fromMs=${Date.now() - 60_000}`);
    expect(bodies(inTime)).toEqual(['first', 'second', 'third']);
    expect(bodies(await ask<Row[]>('GET', '/messages?topic=orders'))).toEqual(['third', 'second', 'first']);
    expect(bodies(await ask<Row[]>('GET', '/messages?topic=orders&toMs=1000'))).toEqual([]);
  });

  it.each([
    ['topic=none', 404],
    ['', 404],
    ['topic=orders&limit=0', 400],
    ['topic=orders&limit=1001', 400],
    ['topic=orders&queueId=2', 400],
    ['topic=orders&fromMs=yesterday', 400],
    ['topic=orders&fromMs=2&toMs=1', 400],
    ['topic=orders&tag=x', 400],
  ])('are not looked for where the question is wrong: %s', async (query, status) => {
    expect((await ask('GET', `/messages?${query}`)).status).toBe(status);
  });

  it('can be sent, text or bytes, by the rules of every producer', async () => {
    await ask('PUT', '/topics/sent', { queues: 1 });
    const sent = await ask('POST', '/topics/sent/messages', { body: 'höllo', tag: 'a', userProperties: { p: '1' } });
    expect(sent).toMatchObject({ status: 201, body: { topic: 'sent', queueOffset: 0 } });
    await ask('POST', '/topics/sent/messages', { bodyBase64: '/w==' });
    const [bytes, text] = (await ask<Row[]>('GET', '/messages?topic=sent')).body;
    expect(text).toMatchObject({ body: 'höllo', tag: 'a', userProperties: { p: '1' }, bodyEncoding: 'utf8' });
    expect(bytes).toMatchObject({ body: '/w==', bodyBytes: 1, bodyEncoding: 'base64' });
    expect((await ask('POST', '/topics/later/messages', { body: 'not delayed' })).status).toBe(400);
    expect(await ask('POST', '/topics/sent/messages', {})).toMatchObject({ status: 400, body: { field: 'body' } });
  });

  it('that are not visible yet are listed apart', async () => {
    const deliveryTimestamp = { seconds: Math.floor(Date.now() / 1000) + 600 };
    await client.send(
      message('later', { systemProperties: { messageId: 'LATER', messageType: 3, deliveryTimestamp } }),
    );
    await client.send(message('halves', { systemProperties: { messageId: 'HALF', messageType: 4 } }));
    const delayed = await ask<object[]>('GET', '/delayed?topic=later');
    expect(delayed.body).toMatchObject([{ messageId: 'LATER', deliverAtMs: deliveryTimestamp.seconds * 1000 }]);
    expect((await ask<object[]>('GET', '/half-messages')).body).toMatchObject([{ messageId: 'HALF', topic: 'halves' }]);
    expect((await ask<object[]>('GET', '/delayed?topic=orders')).body).toEqual([]);
  });
});

describe('dead letters', () => {
  interface Row {
    messageId: string;
    queueOffset: number;
    resent: boolean;
    originTopic: string;
  }

  async function kill(messageId: string): Promise<void> {
    await client.send(message('deadly', { systemProperties: { messageId } }));
    const { messages } = await client.receive(receiveRequest('g-dead', 'deadly'));
    await client.call('ForwardMessageToDeadLetterQueue', {
      group: { name: 'g-dead' },
      topic: { name: 'deadly' },
      messageId,
      receiptHandle: messages[0]?.systemProperties?.receiptHandle,
    });
  }
  const resend = (body: object) => ask('POST', '/groups/g-dead/dead-letters/resend', body);
  const list = async () => (await ask<Row[]>('GET', '/groups/g-dead/dead-letters')).body;

  it('are listed and sent again, one or all, each once', async () => {
    await ask('PUT', '/topics/deadly', { queues: 1 });
    for (const id of ['D1', 'D2', 'D3']) await kill(id);
    expect((await list()).map(({ messageId, originTopic }) => [messageId, originTopic])).toEqual([
      ['D3', 'deadly'],
      ['D2', 'deadly'],
      ['D1', 'deadly'],
    ]);
    expect((await resend({ messageId: 'D2' })).body).toEqual({ resent: 1, alreadyResent: 0, failed: [] });
    const { messages } = await client.receive(receiveRequest('g-dead', 'deadly'));
    expect(messages.map(({ systemProperties }) => systemProperties?.messageId)).toEqual(['D2']);
    expect((await list()).map(({ resent }) => resent)).toEqual([false, true, false]);
    expect((await resend({ all: true })).body).toEqual({ resent: 2, alreadyResent: 1, failed: [] });
    expect((await resend({ queueOffset: 0 })).body).toEqual({ resent: 0, alreadyResent: 1, failed: [] });
  });

  it('that are not there cannot be sent again, nor without saying which', async () => {
    expect((await resend({ messageId: 'D9' })).status).toBe(404);
    expect((await resend({ queueOffset: 9 })).status).toBe(404);
    expect((await resend({})).status).toBe(400);
    expect((await resend({ all: true, queueOffset: 0 })).status).toBe(400);
    expect((await ask('GET', '/groups/g-nobody/dead-letters')).status).toBe(404);
  });
});

describe('clients', () => {
  it('are listed with what they are and how long they are there', async () => {
    await client.settings({
      clientType: 3,
      subscription: { group: { name: 'g-clients' }, subscriptions: [{ topic: { name: 'orders' } }] },
    });
    const { body } = await ask<{ sinceMs: number }[]>('GET', '/clients?group=g-clients');
    expect(body).toMatchObject([
      { clientId: client.clientId, type: 'simple consumer', topics: ['orders'], version: '5.0.7', online: true },
    ]);
    expect(Math.abs(Date.now() - (body[0]?.sinceMs ?? 0))).toBeLessThan(10_000);
    expect((await ask<object[]>('GET', '/clients?topic=none')).body).toEqual([]);
  });
});

describe('broker', () => {
  it('tells its status', async () => {
    const { body } = await ask('GET', '/status');
    expect(body).toMatchObject({
      broker: 'broker-a',
      endpoint: broker.endpoint,
      takesMessages: true,
      flush: 'SYNC_FLUSH',
    });
    expect(body['connections']).toBeGreaterThan(0);
    expect(body['disk']).toMatchObject({ storeBytes: expect.any(Number) });
    expect(body['sinceStart']).toMatchObject({ messagesIn: expect.any(Number) });
  });

  it('counts for Prometheus, under the names of RocketMQ', async () => {
    await ask('PUT', '/topics/counted', { queues: 1 });
    await client.send(message('counted'), message('counted'));
    await client.receive(receiveRequest('g-counted', 'counted'));
    const response = await fetch(`http://127.0.0.1:${broker.adminPort}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const lines = (await response.text()).split('\n');
    const valueOf = (name: string, ...labels: string[]) =>
      lines
        .find((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)))
        ?.split(' ')
        .pop();
    const ofGroup = ['topic="counted"', 'consumer_group="g-counted"'];
    expect(valueOf('rocketmq_messages_in_total', 'topic="counted"', 'message_type="normal"')).toBe('2');
    expect(valueOf('rocketmq_messages_out_total', ...ofGroup)).toBe('2');
    expect(valueOf('rocketmq_consumer_lag_messages', ...ofGroup)).toBe('2');
    expect(valueOf('rocketmq_consumer_inflight_messages', ...ofGroup)).toBe('2');
    expect(valueOf('rocketmq_consumer_ready_messages', ...ofGroup)).toBe('0');
    expect(Number(valueOf('rocketmq_consumer_lag_latency', ...ofGroup))).toBeLessThan(60_000);
    expect(Number(valueOf('rocketmq_throughput_in_total', 'topic="counted"'))).toBeGreaterThan(100);
    expect(Number(valueOf('rocketmq_storage_size'))).toBeGreaterThan(0);
    expect(valueOf('rocketmq_broker_permission')).toBe('6');
    for (const line of lines)
      expect(line).toMatch(/^($|# (HELP|TYPE) [a-z_]+ .+|[a-z_]+\{([a-z_]+="[^"]*",?)+\} [\d.e+]+)$/);
  });
});

describe('the admin HTTP', () => {
  it('answers what it does not know with 404, a wrong method with 405, a broken path with 400', async () => {
    expect((await ask('GET', '/nothing')).status).toBe(404);
    expect((await ask('POST', '/topics', {})).status).toBe(405);
    expect((await ask('GET', '/topics/%ff')).status).toBe(400);
  });

  it('takes JSON only, and no more than it can hold', async () => {
    const url = `http://127.0.0.1:${broker.adminPort}/topics/t`;
    const put = (body: string, type: string) => fetch(url, { method: 'PUT', body, headers: { 'content-type': type } });
    expect((await put('{}', 'text/plain')).status).toBe(415);
    expect((await put('{', 'application/json')).status).toBe(400);
    expect((await put('[]', 'application/json')).status).toBe(400);
    expect((await put(JSON.stringify({ type: 'x'.repeat(9 << 20) }), 'application/json')).status).toBe(413);
  });

  it('without a token answers nobody who calls it by another name', async () => {
    const status = await new Promise((resolve, reject) => {
      const options = { port: broker.adminPort, path: '/topics', headers: { host: 'evil.example' } };
      httpRequest({ host: '127.0.0.1', ...options }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('is not opened to other machines without a token', async () => {
    await expect(startBroker({ adminHost: '0.0.0.0' })).rejects.toThrow('without a token');
  });

  it('on a host that others reach answers this machine, without a token', async () => {
    const exposed = await startBroker({ host: '0.0.0.0', log: () => undefined });
    try {
      expect((await fetch(`http://127.0.0.1:${exposed.adminPort}/topics`)).status).toBe(200);
    } finally {
      await exposed.close();
    }
  });

  it('with a token answers only those who have it, and everybody how it is', async () => {
    const guarded = await startBroker({ adminHost: '0.0.0.0', adminToken: 'secret' });
    try {
      const status = async (path: string, token?: string) =>
        (
          await fetch(`http://127.0.0.1:${guarded.adminPort}${path}`, {
            headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
          })
        ).status;
      expect(await status('/topics')).toBe(401);
      expect(await status('/topics', 'wrong')).toBe(401);
      expect(await status('/metrics')).toBe(401);
      expect(await status('/topics', 'secret')).toBe(200);
      expect(await status('/health/ready')).toBe(200);
    } finally {
      await guarded.close();
    }
  });
});
