import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { messages, type OrderCancelled } from '@trade/contracts';
import { Publisher } from '@trade/messaging';
import { commonSettings, loadConfig } from '@trade/service-kit';
import { eventually, mysqlSchema, startBroker, type MysqlSchema, type TestBroker } from '@trade/testing';
import { goodsSettings } from './config.js';
import { GoodsModule } from './goods.module.js';
import { StockHolds } from './stock-holds.js';

const GOODS = '345959443973935104';

let database: MysqlSchema;
let broker: TestBroker;
let app: INestApplicationContext;

beforeAll(async () => {
  [database, broker] = await Promise.all([mysqlSchema('trade_goods'), startBroker()]);
  const environment = { DATABASE_URL: database.url, ROCKETMQ_ENDPOINT: broker.endpoint };
  const config = loadConfig({ ...commonSettings, ...goodsSettings }, environment);
  app = await NestFactory.createApplicationContext(GoodsModule.forRoot(config), { logger: false });
});

afterAll(async () => {
  await app?.close();
  await broker?.close();
  await database?.drop();
});

it('order_cancel that the broker delivers twice gives the stock back once', async () => {
  const orderId = String(Date.now());
  const cancelled: OrderCancelled = {
    orderId,
    goodsId: GOODS,
    goodsNumber: 3,
    couponId: null,
    userId: '345963634385633280',
    userMoney: '0.00',
    reason: 'SHOP_SERVICE_TIMEOUT',
  };
  await database.insert('trade_goods', {
    goods_id: GOODS,
    goods_name: 'a course',
    goods_number: 10,
    initial_goods_number: 10,
    goods_price: '1000.00',
  });
  await app.get(StockHolds).hold(orderId, GOODS, 3);
  const publisher = app.get(Publisher);
  await publisher.publish(messages.orderCancelled, cancelled);
  await publisher.publish(messages.orderCancelled, cancelled);

  await eventually(async () => {
    const inbox = await database.row('SELECT consumer_times FROM trade_mq_consumer_log WHERE msg_key = ?', [orderId]);
    expect(inbox).toEqual({ consumer_times: 2 });
  });
  expect(await database.row('SELECT goods_number FROM trade_goods')).toEqual({ goods_number: 10 });
  expect(await database.rows('SELECT log_type, goods_number FROM trade_goods_number_log ORDER BY log_type')).toEqual([
    { log_type: 1, goods_number: -3 },
    { log_type: 2, goods_number: 3 },
  ]);
});
