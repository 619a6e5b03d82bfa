import 'reflect-metadata';
import { Injectable, Logger, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { eventually, startBroker, throughout, type TestBroker } from '@trade/testing';
import { ScriptedBroker } from '../test/scripted-broker.js';
import {
  MessageListener,
  MessagingHealth,
  MessagingModule,
  Publisher,
  type MessageContext,
  type MessagingOptions,
  type ReceivedMessage,
} from './index.js';

/** Groups and keys of this run: on a lasting broker, older messages and groups are none of our business. */
const run = `r${Date.now().toString(36)}`;
const group = (name: string) => `${name}_${run}`;

describe('messaging', () => {
  let broker: TestBroker;
  const apps: INestApplicationContext[] = [];

  beforeAll(async () => {
    broker = await startBroker([
      { name: 'messagingFifoTopic', type: 'FIFO' },
      { name: 'messagingTransactionTopic', type: 'TRANSACTION' },
    ]);
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });
  afterAll(() => broker.close());

  async function boot(listener: Type, options: Partial<MessagingOptions> = {}) {
    @Module({ imports: [MessagingModule.forRoot({ endpoint: broker.endpoint, ...options })], providers: [listener] })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    apps.push(app);
    return app;
  }

  async function bootReady(listener: Type, options: Partial<MessagingOptions> = {}) {
    const app = await boot(listener, options);
    await eventually(() => app.get(MessagingHealth).ready);
    return app;
  }

  it('brings a published payload to the listener of its topic and tag, in the context of its sender', async () => {
    const received: ReceivedMessage[] = [];
    const contexts: (string | undefined)[] = [];
    @Injectable()
    class Orders {
      @MessageListener({ topic: 'orderTopic', tag: `cancel_${run}`, group: group('cancel') })
      async onCancel(message: ReceivedMessage<{ orderId: string }>) {
        if (message.key.startsWith(run)) received.push(message);
      }
    }
    const context: MessageContext = {
      inject: () => ({ traceparent: '00-a-b-01' }),
      run: (message, handle) => (contexts.push(message.properties['traceparent']), handle()),
    };
    const publisher = (await bootReady(Orders, { context })).get(Publisher);
    const contract = {
      topic: 'orderTopic',
      type: 'NORMAL' as const,
      key: ({ orderId }: { orderId: string }) => orderId,
    };
    await publisher.publish({ ...contract, tag: `confirm_${run}` }, { orderId: `${run}-1` });
    await publisher.publish({ ...contract, tag: `cancel_${run}` }, { orderId: `${run}-2` });
    await eventually(() => expect(received).toHaveLength(1));
    expect(received[0]).toMatchObject({
      tag: `cancel_${run}`,
      key: `${run}-2`,
      payload: { orderId: `${run}-2` },
      attempt: 1,
      group: group('cancel'),
    });
    expect(contexts).toContain('00-a-b-01');
  });

  it('brings a message again, later, when its listener throws', async () => {
    const attempts: { attempt: number; atMs: number }[] = [];
    @Injectable()
    class Orders {
      @MessageListener({ topic: 'orderTopic', tag: `retry_${run}`, group: group('retry') })
      async on({ attempt }: ReceivedMessage) {
        attempts.push({ attempt, atMs: Date.now() });
        if (attempt === 1) throw new Error('not now');
      }
    }
    const publisher = (await bootReady(Orders)).get(Publisher);
    await publisher.send({ topic: 'orderTopic', tag: `retry_${run}`, body: '{}' });
    await eventually(() => expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2]), { timeoutMs: 15_000 });
    expect((attempts[1]?.atMs ?? 0) - (attempts[0]?.atMs ?? 0)).toBeGreaterThan(900);
  });

  it('sends what is not JSON to the dead letters at once when its payload is read', async () => {
    let attempts = 0;
    const dead: string[] = [];
    @Injectable()
    class Orders {
      @MessageListener({ topic: 'orderTopic', tag: `bad_${run}`, group: group('bad') })
      async on(message: ReceivedMessage) {
        attempts++;
        expect(message.payload).toBeDefined();
      }
    }
    @Injectable()
    class DeadLetters {
      @MessageListener({ topic: `%DLQ%${group('bad')}`, group: group('watch') })
      async on(message: ReceivedMessage) {
        dead.push(message.body);
      }
    }
    const publisher = (await bootReady(Orders)).get(Publisher);
    await publisher.send({ topic: 'orderTopic', tag: `bad_${run}`, body: '{not json' });
    await eventually(() => attempts === 1);
    await boot(DeadLetters);
    await eventually(() => expect(dead).toEqual(['{not json']), { timeoutMs: 20_000 });
    expect(attempts).toBe(1);
  }, 30_000);

  it('brings a delayed message at its time', async () => {
    const arrivedAtMs: number[] = [];
    @Injectable()
    class Orders {
      @MessageListener({ topic: 'orderTimeoutTopic', tag: `late_${run}`, group: group('late') })
      async on() {
        arrivedAtMs.push(Date.now());
      }
    }
    const publisher = (await bootReady(Orders)).get(Publisher);
    const deliverAtMs = Date.now() + 2_500;
    const message = { topic: 'orderTimeoutTopic', tag: `late_${run}`, body: '{}' };
    const results = await publisher.sendMany([
      { ...message, deliverAtMs },
      { ...message, deliverAtMs },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    await eventually(() => expect(arrivedAtMs).toHaveLength(2));
    for (const atMs of arrivedAtMs) expect(Math.abs(atMs - deliverAtMs)).toBeLessThan(1_500);
  });

  it('keeps the order of a message group, also when a message fails at first', async () => {
    const handled: string[] = [];
    @Injectable()
    class Orders {
      @MessageListener({ topic: 'messagingFifoTopic', tag: `fifo_${run}`, group: group('fifo'), orderly: true })
      async on({ body, attempt }: ReceivedMessage) {
        if (body === '2' && attempt === 1) throw new Error('not now');
        handled.push(body);
      }
    }
    const publisher = (await bootReady(Orders)).get(Publisher);
    for (const body of ['1', '2', '3', '4'])
      await publisher.sendOrderly({ topic: 'messagingFifoTopic', tag: `fifo_${run}`, body }, run);
    await eventually(() => expect(handled).toHaveLength(4), { timeoutMs: 15_000 });
    expect(handled).toEqual(['1', '2', '3', '4']);
  });

  it('shows a message to consumers only when the local transaction succeeded', async () => {
    const bodies: string[] = [];
    @Injectable()
    class Orders {
      @MessageListener({ topic: 'messagingTransactionTopic', tag: `tx_${run}`, group: group('tx') })
      async on({ body }: ReceivedMessage) {
        bodies.push(body);
      }
    }
    const publisher = (await bootReady(Orders, { checkTransaction: async () => 'UNKNOWN' })).get(Publisher);
    const message = { topic: 'messagingTransactionTopic', tag: `tx_${run}` };
    const failed = publisher.sendInTransaction({ ...message, body: 'rolled back' }, () =>
      Promise.reject(new Error('no stock')),
    );
    await expect(failed).rejects.toThrow('no stock');
    expect(await publisher.sendInTransaction({ ...message, body: 'committed' }, async () => 'result')).toBe('result');
    await eventually(() => expect(bodies).toEqual(['committed']));
  });

  it('brings a message to one instance of a clustering listener and to every instance of a broadcasting one', async () => {
    const seen = { clustering: [] as string[], broadcasting: [] as string[] };
    const instance = (name: string): Type => {
      @Injectable()
      class Orders {
        @MessageListener({ topic: 'orderTopic', tag: `model_${run}`, group: group('clustering') })
        async one() {
          seen.clustering.push(name);
        }
        @MessageListener({
          topic: 'orderTopic',
          tag: `model_${run}`,
          group: group('broadcasting'),
          model: 'BROADCASTING',
        })
        async every() {
          seen.broadcasting.push(name);
        }
      }
      return Orders;
    };
    await bootReady(instance('a'), { instanceId: 'a' });
    const publisher = (await bootReady(instance('b'), { instanceId: 'b' })).get(Publisher);
    await publisher.send({ topic: 'orderTopic', tag: `model_${run}`, body: '{}' });
    await eventually(() => expect([...seen.broadcasting].sort()).toEqual(['a', 'b']));
    await eventually(() => expect(seen.clustering).toHaveLength(1));
  });

  it('lets running listeners finish when the application stops', async () => {
    const states: string[] = [];
    let finish!: () => void;
    @Injectable()
    class Orders {
      @MessageListener({ topic: 'orderTopic', tag: `drain_${run}`, group: group('drain') })
      async on() {
        states.push('running');
        await new Promise<void>((resolve) => (finish = resolve));
        states.push('finished');
      }
    }
    const app = await bootReady(Orders);
    await app.get(Publisher).send({ topic: 'orderTopic', tag: `drain_${run}`, body: '{}' });
    await eventually(() => expect(states).toEqual(['running']));
    const closed = apps
      .pop()!
      .close()
      .then(() => states.push('stopped'));
    await throughout(300, () => expect(states).toEqual(['running']));
    finish();
    await closed;
    expect(states).toEqual(['running', 'finished', 'stopped']);
  });
});

describe('a service', () => {
  it('starts without its broker, and listens when the broker comes', async () => {
    const scripted = await ScriptedBroker.start();
    scripted.stop();
    const received: string[] = [];
    @Injectable()
    class Orders {
      @MessageListener({ topic: 'orderTopic', group: 'late_broker_group' })
      async on({ id }: ReceivedMessage) {
        received.push(id);
      }
    }
    @Module({ imports: [MessagingModule.forRoot({ endpoint: scripted.endpoint })], providers: [Orders] })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    const health = app.get(MessagingHealth);
    try {
      expect(health.listenersReady).toEqual({ 'Orders.on': false });
      await scripted.start();
      scripted.deliver({ id: 'm1' });
      await eventually(() => expect(received).toEqual(['m1']), { timeoutMs: 5_000 });
      expect(health.listenersReady).toEqual({ 'Orders.on': true });
    } finally {
      await app.close();
      scripted.stop();
    }
  });

  it('connects a listener anew that receives nothing but errors', async () => {
    const scripted = await ScriptedBroker.start();
    scripted.receiveCode = 50001;
    @Injectable()
    class Orders {
      @MessageListener({ topic: 'orderTopic', group: 'stuck_group' })
      async on() {}
    }
    @Module({ imports: [MessagingModule.forRoot({ endpoint: scripted.endpoint })], providers: [Orders] })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    try {
      await eventually(() => expect(scripted.telemetryStreams).toBeGreaterThan(1), { timeoutMs: 15_000 });
    } finally {
      await app.close();
      scripted.stop();
    }
  });

  it('refuses to start with two listeners in one consumer group', async () => {
    @Injectable()
    class Orders {
      @MessageListener({ topic: 'orderTopic', tag: 'a', group: 'shared_group' })
      async a() {}
      @MessageListener({ topic: 'orderTopic', tag: 'b', group: 'shared_group' })
      async b() {}
    }
    @Module({ imports: [MessagingModule.forRoot({ endpoint: '127.0.0.1:1' })], providers: [Orders] })
    class App {}
    const starting = NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
    await expect(starting).rejects.toThrow('Orders.a and Orders.b share the group shared_group');
  });

  it('says at start who listens to what', async () => {
    const lines: string[] = [];
    const logger = { log: (line: string) => lines.push(line), warn: () => undefined, error: () => undefined };
    @Injectable()
    class Orders {
      @MessageListener({ topic: 'orderTopic', tag: 'order_cancel', group: 'goods_group' })
      async cancel() {}
    }
    @Module({ imports: [MessagingModule.forRoot({ endpoint: '127.0.0.1:1' })], providers: [Orders] })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger });
    await app.close();
    Logger.overrideLogger(false);
    expect(lines).toContain('Orders.cancel ← orderTopic:order_cancel as goods_group');
  });
});
