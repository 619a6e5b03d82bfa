import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { messages, type OrderCancelled } from '@trade/contracts';
import { Publisher } from '@trade/messaging';
import { commonSettings, loadConfig } from '@trade/service-kit';
import { eventually, mysqlSchema, startBroker, type MysqlSchema, type TestBroker } from '@trade/testing';
import { couponSettings } from './config.js';
import { CouponModule } from './coupon.module.js';
import { CouponUses } from './coupon-uses.js';

const COUPON = '345988230098857985';
const USER = '345963634385633280';

let database: MysqlSchema;
let broker: TestBroker;
let app: INestApplicationContext;

beforeAll(async () => {
  [database, broker] = await Promise.all([mysqlSchema('trade_coupon'), startBroker()]);
  const environment = { DATABASE_URL: database.url, ROCKETMQ_ENDPOINT: broker.endpoint };
  const config = loadConfig({ ...commonSettings, ...couponSettings }, environment);
  app = await NestFactory.createApplicationContext(CouponModule.forRoot(config), { logger: false });
});

afterAll(async () => {
  await app?.close();
  await broker?.close();
  await database?.drop();
});

it('order_cancel that the broker delivers twice gives the coupon back once', async () => {
  const orderId = String(Date.now());
  const cancelled: OrderCancelled = {
    orderId,
    goodsId: '345959443973935104',
    goodsNumber: 1,
    couponId: COUPON,
    userId: USER,
    userMoney: '0.00',
    reason: 'SHOP_SERVICE_TIMEOUT',
  };
  await database.insert('trade_coupon', { coupon_id: COUPON, coupon_price: '20.00', user_id: USER });
  await app.get(CouponUses).use(orderId, COUPON, USER);
  const publisher = app.get(Publisher);
  await publisher.publish(messages.orderCancelled, cancelled);
  await publisher.publish(messages.orderCancelled, cancelled);

  await eventually(async () => {
    const inbox = await database.row('SELECT consumer_times FROM trade_mq_consumer_log WHERE msg_key = ?', [orderId]);
    expect(inbox).toEqual({ consumer_times: 2 });
  });
  expect(await database.row('SELECT is_used, order_id FROM trade_coupon')).toEqual({ is_used: 0, order_id: null });
  expect(await database.row('SELECT state FROM coupon_use WHERE order_id = ?', [orderId])).toEqual({ state: 2 });
});
