import { ConsumeResult, type MessageView } from 'rocketmq-client-nodejs';
import { startBroker, type RunningBroker } from '../../src/index.js';
import { shutdownClients, startProducer, startPushConsumer, startSimpleConsumer } from '../node-client.js';
import { until } from '../until.js';

let broker: RunningBroker;

beforeAll(async () => {
  broker = await startBroker({
    topics: [
      { name: 'normal', type: 'NORMAL' },
      { name: 'tagged', type: 'NORMAL' },
      { name: 'failing', type: 'NORMAL' },
      { name: 'hopeless', type: 'NORMAL' },
      { name: 'fifo', type: 'FIFO' },
      { name: 'delay', type: 'DELAY' },
      { name: 'shared', type: 'NORMAL' },
    ],
    groups: [{ name: 'g-hopeless', maxAttempts: 3 }],
    longPollingMs: 1000,
  });
});

afterAll(async () => {
  await shutdownClients();
  await broker.close();
});

const text = (view: MessageView) => view.body.toString();

describe('the official Node client on this broker', () => {
  it('sends a message and receives it with all that was said about it', async () => {
    const producer = await startProducer(broker.endpoint, ['normal']);
    const consumer = await startSimpleConsumer(broker.endpoint, 'g-normal', 'normal');
    const bornAfterMs = Date.now() - 1;
    const receipt = await producer.send({
      topic: 'normal',
      tag: 'tag',
      keys: ['k1', 'k2'],
      body: Buffer.from('héllo'),
      properties: new Map([['traceparent', '00-1']]),
    });
    const [view] = (await consumer.receive(32, 10_000)) as [MessageView];
    expect(view).toMatchObject({
      messageId: receipt.messageId,
      topic: 'normal',
      tag: 'tag',
      keys: ['k1', 'k2'],
      deliveryAttempt: 1,
    });
    expect(text(view)).toBe('héllo');
    expect(view.corrupted).toBeFalsy();
    expect(view.properties).toEqual(new Map([['traceparent', '00-1']]));
    expect(view.bornTimestamp?.getTime()).toBeGreaterThan(bornAfterMs);
    await consumer.ack(view);
    expect(await consumer.receive(32, 10_000)).toEqual([]);
  });

  it('push consumers get every message once and a new group starts at the beginning', async () => {
    const producer = await startProducer(broker.endpoint, ['shared']);
    for (let i = 0; i < 50; i++) await producer.send({ topic: 'shared', body: Buffer.from(`${i}`) });
    const got: string[][] = [[], []];
    const listen = (member: number) => ({
      consume: async (view: MessageView) => {
        (got[member] as string[]).push(text(view));
        return ConsumeResult.SUCCESS;
      },
    });
    await startPushConsumer(broker.endpoint, 'g-shared', 'shared', listen(0));
    await startPushConsumer(broker.endpoint, 'g-shared', 'shared', listen(1));
    await until('all received', () => got.flat().length >= 50);
    expect(got.flat().sort()).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`).sort());
    await until('all acked', async () => (await lagOf('g-shared')) === 0);
  });

  it('receives only the tags that it subscribed to', async () => {
    const producer = await startProducer(broker.endpoint, ['tagged']);
    for (const tag of ['order_cancel', 'order_confirm', undefined, 'order'])
      await producer.send({ topic: 'tagged', tag, body: Buffer.from(tag ?? 'none') });
    const consumer = await startSimpleConsumer(broker.endpoint, 'g-tagged', 'tagged', 'order_cancel || order');
    const views = await receiveAll(consumer, 2);
    expect(views.map(text).sort()).toEqual(['order', 'order_cancel']);
  });

  it('gets a failed message again with the same id and a growing attempt, until the consumer succeeds', async () => {
    const producer = await startProducer(broker.endpoint, ['failing']);
    const seen: MessageView[] = [];
    await startPushConsumer(broker.endpoint, 'g-failing', 'failing', {
      consume: async (view) => (seen.push(view) < 3 ? ConsumeResult.FAILURE : ConsumeResult.SUCCESS),
    });
    const { messageId } = await producer.send({ topic: 'failing', body: Buffer.from('x') });
    await until('third delivery', () => seen.length === 3);
    expect(seen.map((view) => [view.messageId, view.deliveryAttempt])).toEqual(
      [1, 2, 3].map((attempt) => [messageId, attempt]),
    );
    await until('acked', async () => (await lagOf('g-failing')) === 0);
  });

  it('a message that always fails becomes a dead letter of the group, readable under %DLQ%', async () => {
    const producer = await startProducer(broker.endpoint, ['hopeless']);
    let deliveries = 0;
    await startPushConsumer(broker.endpoint, 'g-hopeless', 'hopeless', {
      consume: async () => {
        deliveries++;
        return ConsumeResult.FAILURE;
      },
    });
    const { messageId } = await producer.send({ topic: 'hopeless', tag: 't', body: Buffer.from('x') });
    await until('dead letter', async () => (await groupRow('g-hopeless'))?.dlq === 1);
    expect(deliveries).toBe(3);
    expect(await lagOf('g-hopeless')).toBe(0);
    const reader = await startSimpleConsumer(broker.endpoint, 'g-dlq-reader', '%DLQ%g-hopeless');
    const [dead] = (await reader.receive(1, 10_000)) as [MessageView];
    expect(dead).toMatchObject({ messageId, tag: 't', topic: '%DLQ%g-hopeless' });
  });

  it('keeps the order of a message group while other groups go on', async () => {
    const producer = await startProducer(broker.endpoint, ['fifo']);
    for (let i = 0; i < 30; i++)
      await producer.send({ topic: 'fifo', messageGroup: `order-${i % 3}`, body: Buffer.from(`${i}`) });
    const consumer = await startSimpleConsumer(broker.endpoint, 'g-fifo', 'fifo');
    const seen = new Map<string, number[]>();
    for (let count = 0; count < 30;) {
      for (const view of await consumer.receive(4, 10_000)) {
        const group = view.messageGroup as string;
        seen.set(group, [...(seen.get(group) ?? []), Number(text(view))]);
        await consumer.ack(view);
        count++;
      }
    }
    for (const numbers of seen.values()) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect([...seen.values()].flat()).toHaveLength(30);
  });

  it('a push consumer of a FIFO topic consumes one after the other', async () => {
    const order: number[] = [];
    let active = 0;
    let overlapped = false;
    await startPushConsumer(broker.endpoint, 'g-fifo-push', 'fifo', {
      consume: async (view) => {
        overlapped ||= view.messageGroup === 'order-0' && active > 0;
        if (view.messageGroup === 'order-0') active++;
        await new Promise((resolve) => setImmediate(resolve));
        if (view.messageGroup === 'order-0') {
          active--;
          order.push(Number(text(view)));
        }
        return ConsumeResult.SUCCESS;
      },
    });
    await until('the group is through', () => order.length === 10);
    expect(order).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
    expect(overlapped).toBe(false);
  });

  it('delivers a delay message at its time, within 100 ms, and one from the past at once', async () => {
    const producer = await startProducer(broker.endpoint, ['delay']);
    const consumer = await startSimpleConsumer(broker.endpoint, 'g-delay', 'delay', '*', 3000);
    const deliverAtMs = Date.now() + 1200;
    await producer.send({ topic: 'delay', body: Buffer.from('later'), deliveryTimestamp: new Date(deliverAtMs) });
    await producer.send({
      topic: 'delay',
      body: Buffer.from('past'),
      deliveryTimestamp: new Date(Date.now() - 60_000),
    });
    const [past] = (await consumer.receive(32, 10_000)) as [MessageView];
    expect(text(past)).toBe('past');
    const [later] = (await consumer.receive(32, 10_000)) as [MessageView];
    const lateMs = Date.now() - deliverAtMs;
    expect(text(later)).toBe('later');
    expect(later.deliveryTimestamp?.getTime()).toBe(deliverAtMs);
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(100);
  });

  it('wakes a waiting receive at once when a message arrives', async () => {
    const producer = await startProducer(broker.endpoint, ['normal']);
    const consumer = await startSimpleConsumer(broker.endpoint, 'g-waiting', 'normal', 'wake', 5000);
    const receiving = consumer.receive(1, 10_000);
    await until('the poll waits', async () => (await groupRow('g-waiting')) !== undefined);
    const sentMs = Date.now();
    await producer.send({ topic: 'normal', tag: 'wake', body: Buffer.from('x') });
    expect(await receiving).toHaveLength(1);
    expect(Date.now() - sentMs).toBeLessThan(300);
  });
});

async function receiveAll(
  consumer: { receive(max: number, invisibleMs: number): Promise<MessageView[]> },
  count: number,
): Promise<MessageView[]> {
  const views: MessageView[] = [];
  while (views.length < count) views.push(...(await consumer.receive(32, 10_000)));
  return views;
}

interface Row {
  group: string;
  lag: number;
  dlq: number;
}

async function groupRow(group: string): Promise<Row | undefined> {
  const rows = (await (await fetch(`http://127.0.0.1:${broker.adminPort}/groups`)).json()) as Row[];
  return rows.find((row) => row.group === group);
}

async function lagOf(group: string): Promise<number | undefined> {
  return (await groupRow(group))?.lag;
}
