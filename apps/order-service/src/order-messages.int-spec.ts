import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { consumerGroups, messages } from '@trade/contracts';
import { Outbox } from '@trade/outbox';
import { commonSettings, loadConfig } from '@trade/service-kit';
import { eventually, mysqlSchema, startBroker, type MysqlSchema, type TestBroker } from '@trade/testing';
import { settings } from './config.js';
import { OrderStatus, PayStatus } from './order-status.js';
import { OrderModule } from './order.module.js';
import { OrderRepository } from './order.repository.js';

let schema: MysqlSchema;
let broker: TestBroker;
let app: INestApplicationContext;

beforeAll(async () => {
  [schema, broker] = await Promise.all([mysqlSchema('trade_order'), startBroker()]);
  const environment = { DATABASE_URL: schema.url, ROCKETMQ_ENDPOINT: broker.endpoint };
  const config = loadConfig({ ...commonSettings, ...settings }, environment);
  app = await NestFactory.createApplicationContext(OrderModule.forRoot(config), { logger: false });
});
afterAll(async () => {
  await app.close();
  await Promise.all([broker.close(), schema.drop()]);
});

async function givenConfirmed(orderId: string): Promise<void> {
  await schema.insert('trade_order', {
    order_id: orderId,
    user_id: '1',
    order_status: OrderStatus.Confirmed,
    address: '北京',
    goods_id: '2',
    goods_number: 1,
    goods_price: '1000.00',
    goods_amount: '1000.00',
    shipping_fee: '0.00',
    order_amount: '1000.00',
    pay_amount: '1000.00',
    confirm_time: new Date(),
  });
}

const find = (orderId: string) => app.get(OrderRepository).find(orderId);

/** How often a group got the message, once nothing waits to be sent any more. */
async function deliveries(group: string, key: string): Promise<number> {
  const [waiting] = await schema.rows('SELECT 1 FROM trade_mq_producer_temp LIMIT 1');
  if (waiting) throw new Error('messages wait to be sent');
  const row = await schema.row<{ times: number }>(
    'SELECT consumer_times AS times FROM trade_mq_consumer_log WHERE group_name = ? AND msg_key = ? AND consumer_status = 1',
    [group, key],
  );
  return row.times;
}

it('an order is cancelled when its time to pay is over, though the broker tells it twice', async () => {
  const orderId = String(Date.now());
  await givenConfirmed(orderId);
  await app.get(Outbox).transaction(async (tx) => {
    for (const delayMs of [500, 600]) tx.add(messages.orderUnpaid, { orderId }, { deliverAtMs: Date.now() + delayMs });
  });
  await eventually(async () => (await deliveries(consumerGroups.orderOrderUnpaid, orderId)) === 2);
  expect(await find(orderId)).toMatchObject({ orderStatus: OrderStatus.Cancelled, cancelReason: 'not paid in time' });
  // its own order_cancel comes back, once
  await eventually(async () => (await deliveries(consumerGroups.orderOrderCancel, orderId)) === 1);
});

it('an order is paid once, though the broker tells it twice', async () => {
  const orderId = String(Date.now());
  const payment = { payId: `${orderId}7`, orderId, userId: '1', payAmount: '1000.00', moneyPaid: '0.00' };
  await givenConfirmed(orderId);
  await app.get(Outbox).transaction(async (tx) => {
    tx.add(messages.paymentSucceeded, payment);
    tx.add(messages.paymentSucceeded, payment);
  });
  await eventually(async () => (await deliveries(consumerGroups.orderPaySuccess, payment.payId)) === 2);
  expect(await find(orderId)).toMatchObject({ orderStatus: OrderStatus.Confirmed, payStatus: PayStatus.Paid });
});
