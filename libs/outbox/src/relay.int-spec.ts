import { eventually } from '@trade/testing';
import { orderCancelled, orderUnpaid, OutboxUnderTest } from '../test/outbox-under-test.js';

const outboxes = new OutboxUnderTest();

describe('the relay', () => {
  it('keeps messages while the broker is away and sends them when it is back', async () => {
    outboxes.proxy.setMode('refuse');
    const outbox = await outboxes.boot();
    for (const orderId of ['1', '2', '3'])
      await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId }));
    const stats = await eventually(async () => {
      const found = await outbox.stats();
      return (found.oldestAgeMs ?? 0) > 600 && found; // older than what this process may keep to itself
    });
    expect(stats).toMatchObject({ waiting: 3, refused: 0 });
    outboxes.proxy.setMode('pass');
    await eventually(() => expect(outboxes.arrived()).toEqual(['1', '2', '3']), { timeoutMs: 5_000 });
    await eventually(async () => expect(await outbox.stats()).toEqual({ waiting: 0, refused: 0, oldestAgeMs: null }));
  });

  it('sends what a dead process left behind, with its properties and its time of delivery', async () => {
    await outboxes.leftBehind('1', { msg_properties: JSON.stringify({ traceparent: 'of the dead' }) });
    const deliverAtMs = Date.now() + 2_000;
    await outboxes.leftBehind('2', { msg_topic: orderUnpaid.topic, deliver_at_ms: deliverAtMs });
    await outboxes.boot();
    await eventually(() => expect(outboxes.arrived()).toEqual(['1', '2']));
    expect(Date.now()).toBeGreaterThan(deliverAtMs - 1_000);
    expect(outboxes.received.find(({ key }) => key === '1')?.properties['traceparent']).toBe('of the dead');
    await eventually(async () => expect(await outboxes.waiting()).toEqual([]));
  });

  it('sends each message once when several processes share the work', async () => {
    const keys = Array.from({ length: 300 }, (_, i) => String(1000 + i));
    for (const key of keys) await outboxes.leftBehind(key);
    await Promise.all([
      outboxes.boot({ batchSize: 20 }),
      outboxes.boot({ batchSize: 20 }),
      outboxes.boot({ batchSize: 20 }),
    ]);
    await eventually(async () => expect(await outboxes.waiting()).toEqual([]));
    await eventually(() => expect(outboxes.arrived()).toEqual(keys));
  });

  it('lets no refused message hold up the others', async () => {
    await outboxes.leftBehind('bad', { msg_topic: 'noSuchTopic' });
    await outboxes.leftBehind('good');
    const outbox = await outboxes.boot({ batchSize: 1 });
    await eventually(() => expect(outboxes.arrived()).toEqual(['good']));
    await eventually(async () => expect(await outbox.stats()).toMatchObject({ waiting: 1, refused: 1 }));
  });

  it('sends what was committed before the application stops', async () => {
    const outbox = await outboxes.boot({ claimAfterMs: 30_000 });
    for (let i = 0; i < 50; i++)
      await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId: String(100 + i) }));
    await outboxes.stopLast();
    expect(await outboxes.waiting()).toEqual([]);
    await eventually(() => expect(outboxes.arrived()).toHaveLength(50));
  });

  it('stops in time when the broker is away, and leaves the messages to the next start', async () => {
    const outbox = await outboxes.boot({ flushTimeoutMs: 500 });
    outboxes.proxy.setMode('hold');
    await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId: '1' }));
    const startedAtMs = Date.now();
    await outboxes.stopLast();
    expect(Date.now() - startedAtMs).toBeLessThan(5_000);
    expect(await outboxes.waiting()).toHaveLength(1);
    outboxes.proxy.setMode('refuse');
    outboxes.proxy.setMode('pass');
    await outboxes.boot();
    await eventually(() => expect(outboxes.arrived()).toContain('1'));
  });

  it('delays a message to its time', async () => {
    const outbox = await outboxes.boot();
    const deliverAtMs = Date.now() + 2_000;
    await outbox.transaction(async (transaction) => transaction.add(orderUnpaid, { orderId: '1' }, { deliverAtMs }));
    await eventually(() => expect(outboxes.arrived()).toEqual(['1']));
    expect(Math.abs(Date.now() - deliverAtMs)).toBeLessThan(1_500);
  });
});
