import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { consumerGroups, messages, type PaymentRefused, type PaymentSucceeded } from '@trade/contracts';
import { Inbox } from '@trade/messaging';
import { Database, KitModule, Peers } from '@trade/service-kit';
import { aMessage, mysqlSchema, type MysqlSchema } from '@trade/testing';
import { DataSource } from 'typeorm';
import { PaymentRefusedListener } from './payment-refused.listener.js';
import { PaymentSucceededListener } from './payment-succeeded.listener.js';
import { ScoreCredits } from './score-credits.js';

const USER = '345963634385633280';
const ORDER = '352537369385242624';
const FIRST: PaymentSucceeded = { payId: '1', orderId: ORDER, userId: USER, payAmount: '880.99', moneyPaid: '100.01' };
const SECOND: PaymentSucceeded = { ...FIRST, payId: '2' };

let schema: MysqlSchema;
let app: INestApplicationContext;
let succeeded: PaymentSucceededListener;
let refused: PaymentRefusedListener;

beforeAll(async () => {
  schema = await mysqlSchema('trade_user');
  const kit = KitModule.forRoot({
    peers: new Peers({ INTERNAL_TOKEN: 'nobody calls' }),
    database: { schema: 'trade_user', url: schema.url, poolSize: 8, entities: [] },
  });
  app = await NestFactory.createApplicationContext(kit, { logger: false });
  const inbox = new Inbox(app.get(DataSource), app.get(Database));
  succeeded = new PaymentSucceededListener(new ScoreCredits(), inbox);
  refused = new PaymentRefusedListener(new ScoreCredits(), inbox);
});

afterAll(async () => {
  await app?.close();
  await schema?.drop();
});

beforeEach(async () => {
  await schema.clear();
  await schema.insert('trade_user', { user_id: USER, user_name: 'zs', user_password: 'none', user_score: 100 });
});

const paySuccess = (payment: PaymentSucceeded) =>
  succeeded.onPaymentSucceeded(aMessage(messages.paymentSucceeded, consumerGroups.userPaySuccess, payment));

function payRefused({ payId, orderId, userId, payAmount }: PaymentSucceeded): Promise<void> {
  const refusal: PaymentRefused = { payId, orderId, userId, payAmount, reason: 'the order is cancelled' };
  return refused.onPaymentRefused(aMessage(messages.paymentRefused, consumerGroups.userPayRefused, refusal));
}

async function score(): Promise<number> {
  const { user_score } = await schema.row<{ user_score: number }>('SELECT user_score FROM trade_user');
  return user_score;
}

function log(): Promise<object[]> {
  return schema.rows('SELECT pay_id, score, state FROM trade_user_score_log ORDER BY pay_id');
}

it('pay_success credits a point for every whole yuan of payment and balance part together', async () => {
  await paySuccess(FIRST);

  expect(await score()).toBe(1081);
  expect(await log()).toEqual([{ pay_id: '1', score: 981, state: 1 }]);
});

it('pay_success delivered twice credits once', async () => {
  await paySuccess(FIRST);
  await paySuccess(FIRST);

  expect(await score()).toBe(1081);
});

it('pay_success delivered many times at once credits once', async () => {
  await Promise.all(Array.from({ length: 8 }, () => paySuccess(FIRST)));

  expect(await score()).toBe(1081);
});

it('pay_refused takes the credit back, once', async () => {
  await paySuccess(FIRST);
  await payRefused(FIRST);
  await payRefused(FIRST);

  expect(await score()).toBe(100);
  expect(await log()).toEqual([{ pay_id: '1', score: 981, state: 2 }]);
});

it('pay_success and pay_refused count once even when the inbox has forgotten them', async () => {
  const forget = () => schema.execute('DELETE FROM trade_mq_consumer_log');
  await paySuccess(FIRST);
  await forget();
  await paySuccess(FIRST);
  expect(await score()).toBe(1081);
  await payRefused(FIRST);
  await forget();
  await payRefused(FIRST);
  expect(await score()).toBe(100);
});

it('pay_refused that overtakes its pay_success leaves no credit', async () => {
  await payRefused(FIRST);
  await paySuccess(FIRST);

  expect(await score()).toBe(100);
  expect(await log()).toEqual([{ pay_id: '1', score: 0, state: 2 }]);
});

it.each([
  ['first', [paySuccess.bind(null, FIRST), paySuccess.bind(null, SECOND), payRefused.bind(null, SECOND)]],
  ['last', [paySuccess.bind(null, SECOND), payRefused.bind(null, SECOND), paySuccess.bind(null, FIRST)]],
  ['between', [paySuccess.bind(null, SECOND), paySuccess.bind(null, FIRST), payRefused.bind(null, SECOND)]],
])('of two payments of an order the accepted one is credited, when it comes %s', async (_when, deliveries) => {
  for (const deliver of deliveries) await deliver();

  expect(await score()).toBe(1081);
  expect(await schema.rows('SELECT pay_id FROM trade_user_score_log WHERE state = 1')).toEqual([{ pay_id: '1' }]);
});

it('pay_success of an unknown user fails and leaves no credit behind', async () => {
  await expect(paySuccess({ ...FIRST, userId: '9' })).rejects.toThrow('0 rows instead of one');

  expect(await log()).toEqual([]);
  expect(await schema.row('SELECT consumer_status FROM trade_mq_consumer_log')).toEqual({ consumer_status: 2 });
});
