import { AdminUnderTest } from '../../test/admin-under-test.js';
import { message, receiveRequest } from '../../test/raw-client.js';
import { until } from '../../test/until.js';

const admin = new AdminUnderTest();

describe('topics', () => {
  it('are created, shown, changed and deleted', async () => {
    expect(await admin.ask('PUT', '/topics/new', { type: 'FIFO', queues: 3 })).toEqual({
      status: 201,
      body: { name: 'new', type: 'FIFO', queues: 3, messages: 0, delayed: 0 },
    });
    expect((await admin.ask('PUT', '/topics/new', { queues: 5 })).body).toMatchObject({ type: 'FIFO', queues: 5 });
    const { body } = await admin.ask<{ offsets: object[] }>('GET', '/topics/new');
    expect(body.offsets).toHaveLength(5);
    expect(body.offsets[4]).toEqual({ queueId: 4, minOffset: 0, maxOffset: 0 });
    expect((await admin.ask('DELETE', '/topics/new')).body).toEqual({ deleted: 'new' });
    expect((await admin.ask('GET', '/topics/new')).status).toBe(404);
  });

  it('that cannot be are refused with the field that is wrong', async () => {
    expect(await admin.ask('PUT', '/topics/new', { type: 'LITE' })).toMatchObject({
      status: 400,
      body: { field: 'type' },
    });
    expect(await admin.ask('PUT', '/topics/new', { queue: 3 })).toMatchObject({
      status: 400,
      body: { field: 'queue' },
    });
    expect(await admin.ask('PUT', '/topics/new', { queues: 1.5 })).toMatchObject({
      status: 400,
      body: { field: 'queues' },
    });
    expect((await admin.ask('PUT', '/topics/a%20b', {})).status).toBe(400);
    expect((await admin.ask('PUT', '/topics/orders', { queues: 1 })).status).toBe(400);
    expect((await admin.ask('DELETE', '/topics/none')).status).toBe(404);
    expect((await admin.ask('GET', '/topics/none')).status).toBe(404);
  });
});

describe('groups', () => {
  it('are declared, changed, shown and forgotten', async () => {
    const declared = await admin.ask('PUT', '/groups/declared', { maxAttempts: 3, retryDelaysMs: [10, 20] });
    expect(declared).toMatchObject({ status: 201, body: { rules: { maxAttempts: 3, retryDelaysMs: [10, 20] } } });
    const changed = await admin.ask('PUT', '/groups/declared', { orderly: true });
    expect(changed).toMatchObject({ status: 200, body: { rules: { maxAttempts: 3, orderly: true } } });
    expect((await admin.ask<object[]>('GET', '/subscription-groups')).body).toContainEqual(
      expect.objectContaining({ group: 'declared', declared: true, topics: [], members: [] }),
    );
    expect((await admin.ask('DELETE', '/groups/declared')).status).toBe(200);
    expect((await admin.ask('GET', '/groups/declared')).status).toBe(404);
  });

  it.each([
    [{ maxAttempts: 0 }, 'maxAttempts'],
    [{ retryDelaysMs: 'x' }, 'retryDelaysMs'],
    [{ exponentialRetry: { initialMs: 1 } }, 'maxMs'],
    [{ orderly: 'yes' }, 'orderly'],
  ])('with wrong rules are refused: %j', async (rules, field) => {
    expect(await admin.ask('PUT', '/groups/wrong', rules)).toMatchObject({ status: 400, body: { field } });
  });

  it('show their lag queue by queue, and go back or on as they are told', async () => {
    await admin.ask('PUT', '/topics/resets', { queues: 1 });
    const send = (body: string) => admin.client.send(message('resets', { body: Buffer.from(body) }));
    const received = async () => {
      const { messages } = await admin.client.receive(
        receiveRequest('g-reset', 'resets', { invisibleDuration: { seconds: 60 } }),
      );
      return messages.map(({ body }) => Buffer.from(body).toString());
    };
    const reset = (to: unknown) =>
      admin.ask<{ queues: { from: number; to: number }[] }>('POST', '/groups/g-reset/reset-offset', {
        topic: 'resets',
        to,
      });

    await send('one');
    const sentMs = Date.now();
    await until('the next millisecond', () => Date.now() > sentMs);
    const betweenMs = Date.now();
    await send('two');
    expect(await received()).toEqual(['one', 'two']);
    const { body } = await admin.ask<{ topics: object[] }>('GET', '/groups/g-reset');
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
    expect((await admin.ask<{ lag: number }[]>('GET', '/groups')).body.find(isReset)).toMatchObject({ lag: 0 });

    expect(await reset('sometime')).toMatchObject({ status: 400, body: { field: 'to' } });
    expect((await admin.ask('POST', '/groups/g-none/reset-offset', { topic: 'resets', to: 0 })).status).toBe(404);
    expect((await admin.ask('POST', '/groups/g-reset/reset-offset', { topic: 'none', to: 0 })).status).toBe(404);
  });
  const isReset = (row: object) => (row as { group: string }).group === 'g-reset';
});

describe('clients', () => {
  it('are listed with what they are and how long they are there', async () => {
    await admin.client.settings({
      clientType: 3,
      subscription: { group: { name: 'g-clients' }, subscriptions: [{ topic: { name: 'orders' } }] },
    });
    const { body } = await admin.ask<{ sinceMs: number }[]>('GET', '/clients?group=g-clients');
    expect(body).toMatchObject([
      { clientId: admin.client.clientId, type: 'simple consumer', topics: ['orders'], version: '5.0.7', online: true },
    ]);
    expect(Math.abs(Date.now() - (body[0]?.sinceMs ?? 0))).toBeLessThan(10_000);
    expect((await admin.ask<object[]>('GET', '/clients?topic=none')).body).toEqual([]);
  });
});

describe('broker', () => {
  it('tells its status', async () => {
    const { body } = await admin.ask('GET', '/status');
    expect(body).toMatchObject({
      broker: 'broker-a',
      endpoint: admin.broker.endpoint,
      takesMessages: true,
      flush: 'SYNC_FLUSH',
    });
    expect(body['connections']).toBeGreaterThan(0);
    expect(body['disk']).toMatchObject({ storeBytes: expect.any(Number) });
    expect(body['sinceStart']).toMatchObject({ messagesIn: expect.any(Number) });
  });

  it('counts for Prometheus, under the names of RocketMQ', async () => {
    await admin.ask('PUT', '/topics/counted', { queues: 1 });
    await admin.client.send(message('counted'), message('counted'));
    await admin.client.receive(receiveRequest('g-counted', 'counted'));
    const response = await fetch(`${admin.url}/metrics`);
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
    expect(Number(valueOf('grpc_connections'))).toBeGreaterThan(0);
    expect(Number(valueOf('grpc_calls'))).toBeGreaterThan(0);
    for (const line of lines)
      expect(line).toMatch(/^($|# (HELP|TYPE) [a-z_]+ .+|[a-z_]+\{([a-z_]+="[^"]*",?)+\} [\d.e+]+)$/);
  });
});
