import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { messages, type OrderCancelled, type PaymentRefused, type PaymentSucceeded } from '@trade/contracts';
import { Publisher } from '@trade/messaging';
import { commonSettings, loadConfig } from '@trade/service-kit';
import { eventually, mysqlSchema, startBroker, type MysqlSchema, type TestBroker } from '@trade/testing';
import { BalancePayments } from './balance-payments.js';
import { userSettings } from './config.js';
import { UserModule } from './user.module.js';

const USER = '345963634385633280';

let database: MysqlSchema;
let broker: TestBroker;
let app: INestApplicationContext;
let publisher: Publisher;
let lastId = BigInt(Date.now());

beforeAll(async () => {
  [database, broker] = await Promise.all([mysqlSchema('trade_user'), startBroker()]);
  const environment = { DATABASE_URL: database.url, ROCKETMQ_ENDPOINT: broker.endpoint };
  const config = loadConfig({ ...commonSettings, ...userSettings }, environment);
  app = await NestFactory.createApplicationContext(UserModule.forRoot(config), { logger: false });
  publisher = app.get(Publisher);
});

afterAll(async () => {
  await app?.close();
  await broker?.close();
  await database?.drop();
});

beforeEach(async () => {
  await database.clear();
  await database.insert('trade_user', { user_id: USER, user_name: 'zs', user_password: 'none', user_money: '900.00' });
});

const newId = () => String(++lastId);

/** Waits until the message with this tag and key was received so many times. */
function received(tag: string, key: string, times: number): Promise<void> {
  return eventually(async () => {
    const inbox = await database.row(
      'SELECT consumer_status, consumer_times FROM trade_mq_consumer_log WHERE msg_tag = ? AND msg_key = ?',
      [tag, key],
    );
    expect(inbox).toEqual({ consumer_status: 1, consumer_times: times });
  });
}

function user(): Promise<object> {
  return database.row('SELECT user_money, user_score FROM trade_user');
}

it('order_cancel that the broker delivers twice refunds the balance part once', async () => {
  const orderId = newId();
  const cancelled: OrderCancelled = {
    orderId,
    goodsId: '345959443973935104',
    goodsNumber: 1,
    couponId: null,
    userId: USER,
    userMoney: '100.01',
    reason: 'SHOP_SERVICE_TIMEOUT',
  };
  await app.get(BalancePayments).pay(orderId, USER, 10_001n);
  await publisher.publish(messages.orderCancelled, cancelled);
  await publisher.publish(messages.orderCancelled, cancelled);
  await received('order_cancel', orderId, 2);

  expect(await user()).toEqual({ user_money: '900.00', user_score: 0 });
});

it('pay_success credits once and pay_refused takes back once, though the broker delivers both twice', async () => {
  const payment = { payId: newId(), orderId: newId(), userId: USER, payAmount: '880.00' };
  const succeeded: PaymentSucceeded = { ...payment, moneyPaid: '100.00' };
  const refused: PaymentRefused = { ...payment, reason: 'the order is cancelled' };

  await publisher.publish(messages.paymentSucceeded, succeeded);
  await publisher.publish(messages.paymentSucceeded, succeeded);
  await received('pay_success', payment.payId, 2);
  expect(await user()).toEqual({ user_money: '900.00', user_score: 980 });

  await publisher.publish(messages.paymentRefused, refused);
  await publisher.publish(messages.paymentRefused, refused);
  await received('pay_refused', payment.payId, 2);
  expect(await user()).toEqual({ user_money: '900.00', user_score: 0 });
});
