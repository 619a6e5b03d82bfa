import 'reflect-metadata';
import { Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  MessageListener,
  MessagingHealth,
  MessagingModule,
  type MessageContext,
  type ReceivedMessage,
} from '@trade/messaging';
import {
  eventually,
  mysqlSchema,
  startBroker,
  tcpProxy,
  type MysqlSchema,
  type TcpProxy,
  type TestBroker,
} from '@trade/testing';
import { DataSource } from 'typeorm';
import { Outbox } from './outbox.js';
import { OutboxModule } from './outbox.module.js';
import type { OutboxOptions } from './outbox-options.js';

/** On a lasting broker, messages of other runs are none of our business. */
const run = `r${Date.now().toString(36)}`;
const orderCancelled = {
  topic: 'orderTopic',
  tag: `outbox_${run}`,
  type: 'NORMAL' as const,
  key: ({ orderId }: { orderId: string }) => orderId,
};
const orderUnpaid = {
  topic: 'orderTimeoutTopic',
  tag: `outbox_${run}`,
  type: 'DELAY' as const,
  key: ({ orderId }: { orderId: string }) => orderId,
};

const received: ReceivedMessage<{ orderId: string }>[] = [];
@Injectable()
class Consumers {
  @MessageListener({ topic: 'orderTopic', tag: `outbox_${run}`, group: `outbox_group_${run}` })
  async onCancel(message: ReceivedMessage<{ orderId: string }>) {
    received.push(message);
  }
  @MessageListener({ topic: 'orderTimeoutTopic', tag: `outbox_${run}`, group: `outbox_delay_group_${run}` })
  async onUnpaid(message: ReceivedMessage<{ orderId: string }>) {
    received.push(message);
  }
}

describe('the outbox', () => {
  let broker: TestBroker;
  let database: MysqlSchema;
  let consumer: INestApplicationContext;
  let proxy: TcpProxy;
  let traceparent = 'none';
  const apps: INestApplicationContext[] = [];

  beforeAll(async () => {
    broker = await startBroker();
    database = await mysqlSchema('trade_order');
    await database.execute('CREATE TABLE effects (id varchar(100) NOT NULL PRIMARY KEY, n int NOT NULL DEFAULT 0)');
    @Module({ imports: [MessagingModule.forRoot({ endpoint: broker.endpoint })], providers: [Consumers] })
    class ConsumerApp {}
    consumer = await NestFactory.createApplicationContext(ConsumerApp, { logger: false });
    await eventually(() => consumer.get(MessagingHealth).ready);
  });
  beforeEach(async () => {
    await database.clear();
    received.length = 0;
    proxy = await tcpProxy(Number(broker.endpoint.split(':')[1]));
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await proxy.stop();
  });
  afterAll(async () => {
    await consumer.close();
    await database.drop();
    await broker.close();
  });

  const context: MessageContext = { inject: () => ({ traceparent }), run: (_message, handle) => handle() };

  /** A sending service whose way to the broker is the proxy. */
  async function boot(options: Partial<OutboxOptions> = {}): Promise<Outbox> {
    const dataSource = {
      provide: DataSource,
      useFactory: () =>
        new DataSource({
          type: 'mysql',
          url: database.url,
          poolSize: 10,
          supportBigNumbers: true,
          bigNumberStrings: true,
        }).initialize(),
    };
    @Module({ providers: [dataSource], exports: [DataSource] })
    class DatabaseModule {}
    @Module({
      imports: [
        { module: DatabaseModule, global: true },
        MessagingModule.forRoot({ endpoint: proxy.address, registerListeners: false, context }),
        OutboxModule.forRoot({
          producerGroup: 'orderProducerGroup',
          pollIntervalMs: 100,
          claimAfterMs: 500,
          ...options,
        }),
      ],
    })
    class App {
      constructor(private readonly dataSource: DataSource) {}
      async onApplicationShutdown() {
        await this.dataSource.destroy();
      }
    }
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    apps.push(app);
    return app.get(Outbox);
  }

  const arrived = () => received.map(({ key }) => key).sort();
  const waiting = () =>
    database.rows<{ msg_key: string; msg_status: number }>('SELECT * FROM trade_mq_producer_temp ORDER BY msg_key');
  const effects = () => database.rows('SELECT * FROM effects ORDER BY id');
  const leftBehind = (orderId: string, more: Record<string, string | number> = {}) =>
    database.insert('trade_mq_producer_temp', {
      id: `left-${orderId}`,
      group_name: 'orderProducerGroup',
      msg_topic: orderCancelled.topic,
      msg_tag: orderCancelled.tag,
      msg_key: orderId,
      msg_body: JSON.stringify({ orderId }),
      ...more,
    });

  it('sends with the commit, not with the next poll, and forgets what was sent', async () => {
    const outbox = await boot({ pollIntervalMs: 3_600_000 });
    const result = await outbox.transaction(async (transaction) => {
      await transaction.query('INSERT INTO effects (id) VALUES (?)', ['1']);
      transaction.add(orderCancelled, { orderId: '1' });
      transaction.add(orderCancelled, { orderId: '2' });
      return 'result';
    });
    expect(result).toBe('result');
    await eventually(() => expect(arrived()).toEqual(['1', '2']));
    expect(received[0]?.payload).toEqual({ orderId: received[0]?.key });
    await eventually(async () => expect(await waiting()).toEqual([]));
    expect(await effects()).toHaveLength(1);
  });

  it('sends nothing of a transaction that failed', async () => {
    const outbox = await boot();
    const failing = outbox.transaction(async (transaction) => {
      await transaction.query('INSERT INTO effects (id) VALUES (?)', ['1']);
      transaction.add(orderCancelled, { orderId: 'never' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId: 'marker' }));
    await eventually(() => expect(arrived()).toEqual(['marker']));
    expect(await effects()).toEqual([]);
  });

  it('sends with a change of one row in one step, and nothing when the row is not as it should be', async () => {
    const outbox = await boot({ pollIntervalMs: 3_600_000 });
    await database.execute("INSERT INTO effects (id) VALUES ('a')");
    const move = (from: number) =>
      outbox.changeOne(["UPDATE effects SET n = n + 1 WHERE id = 'a' AND n = ?", [from]], (messages) => {
        messages.add(orderCancelled, { orderId: `${from}-first` });
        messages.add(orderCancelled, { orderId: `${from}-second` });
      });
    const won = await Promise.all([move(0), move(0), move(7)]);
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(won[2]).toBe(false);
    expect(await move(1)).toBe(true);
    await eventually(() => expect(arrived()).toEqual(['0-first', '0-second', '1-first', '1-second']));
    await eventually(async () => expect(await waiting()).toEqual([]));
    expect(await effects()).toMatchObject([{ id: 'a', n: 2 }]);
  });

  it('sends nothing of a change whose messages cannot be written, and changes nothing', async () => {
    const outbox = await boot();
    await database.execute("INSERT INTO effects (id) VALUES ('a')");
    const tooLongKey = 'k'.repeat(300);
    const change = outbox.changeOne(["UPDATE effects SET n = 1 WHERE id = 'a'", []], (messages) => {
      messages.add(orderCancelled, { orderId: 'fine' });
      messages.add(orderCancelled, { orderId: tooLongKey });
    });
    await expect(change).rejects.toThrow();
    expect(await effects()).toMatchObject([{ n: 0 }]);
    expect(await waiting()).toEqual([]);
  });

  it('keeps messages while the broker is away and sends them when it is back', async () => {
    proxy.setMode('refuse');
    const outbox = await boot();
    for (const orderId of ['1', '2', '3'])
      await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId }));
    const stats = await eventually(async () => {
      const found = await outbox.stats();
      return (found.oldestAgeMs ?? 0) > 600 && found; // older than what this process may keep to itself
    });
    expect(stats).toMatchObject({ waiting: 3, refused: 0 });
    proxy.setMode('pass');
    await eventually(() => expect(arrived()).toEqual(['1', '2', '3']), { timeoutMs: 5_000 });
    await eventually(async () => expect(await outbox.stats()).toEqual({ waiting: 0, refused: 0, oldestAgeMs: null }));
  });

  it('sends what a dead process left behind, with its properties and its time of delivery', async () => {
    await leftBehind('1', { msg_properties: JSON.stringify({ traceparent: 'of the dead' }) });
    const deliverAtMs = Date.now() + 2_000;
    await leftBehind('2', { msg_topic: orderUnpaid.topic, deliver_at_ms: deliverAtMs });
    await boot();
    await eventually(() => expect(arrived()).toEqual(['1', '2']));
    expect(Date.now()).toBeGreaterThan(deliverAtMs - 1_000);
    expect(received.find(({ key }) => key === '1')?.properties['traceparent']).toBe('of the dead');
    await eventually(async () => expect(await waiting()).toEqual([]));
  });

  it('sends each message once when several processes share the work', async () => {
    const keys = Array.from({ length: 300 }, (_, i) => String(1000 + i));
    for (const key of keys) await leftBehind(key);
    await Promise.all([boot({ batchSize: 20 }), boot({ batchSize: 20 }), boot({ batchSize: 20 })]);
    await eventually(async () => expect(await waiting()).toEqual([]));
    await eventually(() => expect(arrived()).toEqual(keys));
  });

  it('lets no refused message hold up the others', async () => {
    await leftBehind('bad', { msg_topic: 'noSuchTopic' });
    await leftBehind('good');
    const outbox = await boot({ batchSize: 1 });
    await eventually(() => expect(arrived()).toEqual(['good']));
    await eventually(async () => expect(await outbox.stats()).toMatchObject({ waiting: 1, refused: 1 }));
  });

  it('sends what was committed before the application stops', async () => {
    const outbox = await boot();
    for (let i = 0; i < 50; i++)
      await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId: String(100 + i) }));
    await apps.pop()?.close();
    expect(await waiting()).toEqual([]);
    await eventually(() => expect(arrived()).toHaveLength(50));
  });

  it('stops in time when the broker is away, and leaves the messages to the next start', async () => {
    const outbox = await boot({ flushTimeoutMs: 500 });
    proxy.setMode('hold');
    await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId: '1' }));
    const startedAtMs = Date.now();
    await apps.pop()?.close();
    expect(Date.now() - startedAtMs).toBeLessThan(5_000);
    expect(await waiting()).toHaveLength(1);
    proxy.setMode('refuse');
    proxy.setMode('pass');
    await boot();
    await eventually(() => expect(arrived()).toContain('1'));
  });

  it('delays a message to its time', async () => {
    const outbox = await boot();
    const deliverAtMs = Date.now() + 2_000;
    await outbox.transaction(async (transaction) => transaction.add(orderUnpaid, { orderId: '1' }, { deliverAtMs }));
    await eventually(() => expect(arrived()).toEqual(['1']));
    expect(Math.abs(Date.now() - deliverAtMs)).toBeLessThan(1_500);
  });

  it('sends each message with the trace of the transaction that added it', async () => {
    const outbox = await boot();
    for (const orderId of ['1', '2']) {
      traceparent = `trace-${orderId}`;
      await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId }));
    }
    traceparent = 'none';
    await eventually(() => expect(arrived()).toEqual(['1', '2']));
    for (const { key, properties } of received) expect(properties['traceparent']).toBe(`trace-${key}`);
  });

  it('runs a transaction again that lost a deadlock, and sends its message once', async () => {
    const outbox = await boot();
    await database.execute("INSERT INTO effects (id) VALUES ('a'), ('b')");
    let runs = 0;
    let arrivals = 0;
    const both = new Promise<void>((resolve) => {
      void eventually(() => arrivals >= 2).then(() => resolve());
    });
    const update = (first: string, second: string) =>
      outbox.transaction(async (transaction) => {
        runs++;
        transaction.add(orderCancelled, { orderId: first });
        await transaction.query('UPDATE effects SET n = n + 1 WHERE id = ?', [first]);
        arrivals++;
        await both;
        await transaction.query('UPDATE effects SET n = n + 1 WHERE id = ?', [second]);
      });
    await Promise.all([update('a', 'b'), update('b', 'a')]);
    expect(runs).toBe(3);
    expect(await effects()).toMatchObject([{ n: 2 }, { n: 2 }]);
    await eventually(() => expect(arrived()).toEqual(['a', 'b']));
  });

  it('runs nothing again that failed for another reason', async () => {
    const outbox = await boot();
    let runs = 0;
    const twice = outbox.transaction(async (transaction) => {
      runs++;
      await transaction.query("INSERT INTO effects (id) VALUES ('1'), ('1')");
    });
    await expect(twice).rejects.toThrow('Duplicate');
    expect(runs).toBe(1);
  });

  it('handles a message that comes twice once: its record, its change and its own message are one', async () => {
    const outbox = await boot();
    const incoming: ReceivedMessage = {
      id: 'id',
      topic: 'payTopic',
      tag: 'pay_success',
      key: 'pay-1',
      body: '{}',
      payload: {},
      attempt: 1,
      bornAtMs: 0,
      properties: {},
      group: 'g',
    };
    const handle = () =>
      outbox.once(incoming, async (transaction) => {
        await transaction.query('INSERT INTO effects (id) VALUES (?)', ['1']);
        transaction.add(orderCancelled, { orderId: '1' });
      });
    await handle();
    await handle();
    await outbox.transaction(async (transaction) => transaction.add(orderCancelled, { orderId: 'marker' }));
    await eventually(() => expect(arrived()).toEqual(['1', 'marker']));
    expect(await effects()).toHaveLength(1);
  });

  it('refuses at once what it could not send later', async () => {
    const outbox = await boot();
    const add = (
      contract: Parameters<Parameters<Parameters<Outbox['transaction']>[0]>[0]['add']>[0],
      payload: unknown,
    ) => outbox.transaction(async (transaction) => transaction.add(contract, payload));
    const contract = { topic: 'orderTopic', tag: 't', key: () => 'k' };
    await expect(add({ ...contract, type: 'FIFO' }, {})).rejects.toThrow('no order');
    await expect(add({ ...contract, type: 'TRANSACTION' }, {})).rejects.toThrow('transactional');
    await expect(add({ ...contract, type: 'NORMAL' }, 'x'.repeat(70_000))).rejects.toThrow('70002 bytes');
    await expect(add({ ...contract, type: 'NORMAL', tag: 'a|b' }, {})).rejects.toThrow('tag');
    expect(await waiting()).toEqual([]);
  });
});
