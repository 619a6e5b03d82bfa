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
import { Outbox } from '../src/outbox.js';
import { OutboxModule } from '../src/outbox.module.js';
import type { OutboxOptions } from '../src/outbox-options.js';

/** On a lasting broker, messages of other runs are none of our business. */
const run = `r${Date.now().toString(36)}`;

export const orderCancelled = {
  topic: 'orderTopic',
  tag: `outbox_${run}`,
  type: 'NORMAL' as const,
  key: ({ orderId }: { orderId: string }) => orderId,
};

export const orderUnpaid = {
  topic: 'orderTimeoutTopic',
  tag: `outbox_${run}`,
  type: 'DELAY' as const,
  key: ({ orderId }: { orderId: string }) => orderId,
};

type Received = ReceivedMessage<{ orderId: string }>;
let received: Received[] = [];

@Injectable()
class Consumers {
  @MessageListener({ topic: 'orderTopic', tag: `outbox_${run}`, group: `outbox_group_${run}` })
  async onCancel(message: Received) {
    received.push(message);
  }
  @MessageListener({ topic: 'orderTimeoutTopic', tag: `outbox_${run}`, group: `outbox_delay_group_${run}` })
  async onUnpaid(message: Received) {
    received.push(message);
  }
}

/** A database with an outbox, services that send from it over a proxy, and a service that receives. */
export class OutboxUnderTest {
  database!: MysqlSchema;
  /** Between the sending services and the broker. */
  proxy!: TcpProxy;
  /** Of whatever is sent now. */
  traceparent = 'none';
  private broker!: TestBroker;
  private consumer!: INestApplicationContext;
  private readonly senders: INestApplicationContext[] = [];

  constructor() {
    beforeAll(() => this.start());
    beforeEach(async () => {
      await this.database.clear();
      received = [];
      this.proxy = await tcpProxy(Number(this.broker.endpoint.split(':')[1]));
    });
    afterEach(async () => {
      await Promise.all(this.senders.splice(0).map((app) => app.close()));
      await this.proxy.stop();
    });
    afterAll(async () => {
      await this.consumer.close();
      await this.database.drop();
      await this.broker.close();
    });
  }

  /** A sending service. */
  async boot(options: Partial<OutboxOptions> = {}): Promise<Outbox> {
    const { url } = this.database;
    const dataSource = {
      provide: DataSource,
      useFactory: () =>
        new DataSource({
          type: 'mysql',
          url,
          poolSize: 10,
          supportBigNumbers: true,
          bigNumberStrings: true,
        }).initialize(),
    };
    @Module({ providers: [dataSource], exports: [DataSource] })
    class DatabaseModule {}
    const context: MessageContext = {
      inject: () => ({ traceparent: this.traceparent }),
      run: (_message, handle) => handle(),
    };
    @Module({
      imports: [
        { module: DatabaseModule, global: true },
        MessagingModule.forRoot({ endpoint: this.proxy.address, registerListeners: false, context }),
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
    this.senders.push(app);
    return app.get(Outbox);
  }

  /** Stops the service that was booted last. */
  async stopLast(): Promise<void> {
    await this.senders.pop()?.close();
  }

  /** What the receiving service got, in the order in which it came. */
  get received(): readonly Received[] {
    return received;
  }

  /** The keys of what was received, sorted. */
  arrived(): string[] {
    return received.map(({ key }) => key).sort();
  }

  /** The rows of the outbox. */
  waiting() {
    return this.database.rows<{ msg_key: string; msg_status: number }>(
      'SELECT * FROM trade_mq_producer_temp ORDER BY msg_key',
    );
  }

  /** The rows of a table that the tests change. */
  effects() {
    return this.database.rows<{ id: string; n: number }>('SELECT * FROM effects ORDER BY id');
  }

  /** A row of the outbox whose process is dead. */
  async leftBehind(orderId: string, more: Record<string, string | number> = {}): Promise<void> {
    await this.database.insert('trade_mq_producer_temp', {
      id: `left-${orderId}`,
      group_name: 'orderProducerGroup',
      msg_topic: orderCancelled.topic,
      msg_tag: orderCancelled.tag,
      msg_key: orderId,
      msg_body: JSON.stringify({ orderId }),
      ...more,
    });
  }

  private async start(): Promise<void> {
    this.broker = await startBroker();
    this.database = await mysqlSchema('trade_order');
    await this.database.execute(
      'CREATE TABLE effects (id varchar(100) NOT NULL PRIMARY KEY, n int NOT NULL DEFAULT 0)',
    );
    @Module({ imports: [MessagingModule.forRoot({ endpoint: this.broker.endpoint })], providers: [Consumers] })
    class ConsumerApp {}
    this.consumer = await NestFactory.createApplicationContext(ConsumerApp, { logger: false });
    await eventually(() => this.consumer.get(MessagingHealth).ready);
  }
}
