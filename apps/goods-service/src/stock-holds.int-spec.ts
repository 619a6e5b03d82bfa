import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { consumerGroups, messages, type OrderCancelled } from '@trade/contracts';
import { Inbox } from '@trade/messaging';
import { Database, KitModule, Peers } from '@trade/service-kit';
import { aMessage, mysqlSchema, type MysqlSchema } from '@trade/testing';
import { DataSource } from 'typeorm';
import { OrderCancelledListener } from './order-cancelled.listener.js';
import { StockHolds } from './stock-holds.js';

const GOODS = '345959443973935104';
const ORDER = '352537369385242624';

let schema: MysqlSchema;
let app: INestApplicationContext;
let database: Database;
let inbox: Inbox;
let holds: StockHolds;

beforeAll(async () => {
  schema = await mysqlSchema('trade_goods');
  const kit = KitModule.forRoot({
    peers: new Peers({ INTERNAL_TOKEN: 'nobody calls' }),
    database: { schema: 'trade_goods', url: schema.url, poolSize: 32, entities: [] },
  });
  app = await NestFactory.createApplicationContext(kit, { logger: false });
  database = app.get(Database);
  inbox = new Inbox(app.get(DataSource), app.get(Database));
  holds = new StockHolds(database);
});

afterAll(async () => {
  await app?.close();
  await schema?.drop();
});

beforeEach(async () => {
  await schema.clear();
  await stockUp(10);
});

async function stockUp(goodsNumber: number): Promise<void> {
  await schema.execute('DELETE FROM trade_goods');
  await schema.insert('trade_goods', {
    goods_id: GOODS,
    goods_name: 'a course',
    goods_number: goodsNumber,
    initial_goods_number: goodsNumber,
    goods_price: '1000.00',
  });
}

const release = (orderId = ORDER) => database.transaction((tx) => holds.release(tx, orderId, GOODS));

async function stock(): Promise<number> {
  const { goods_number } = await schema.row<{ goods_number: number }>('SELECT goods_number FROM trade_goods');
  return goods_number;
}

/** What the log says was taken and given back, e.g. [-3, 3]. */
async function logged(): Promise<number[]> {
  const rows = await schema.rows<{ goods_number: number }>(
    'SELECT goods_number FROM trade_goods_number_log ORDER BY order_id, log_type',
  );
  return rows.map(({ goods_number }) => goods_number);
}

async function fence(): Promise<object[]> {
  return schema.rows('SELECT order_id, goods_number, state FROM stock_hold ORDER BY order_id');
}

describe('hold', () => {
  it('takes the stock and writes it down', async () => {
    await holds.hold(ORDER, GOODS, 3);

    expect(await stock()).toBe(7);
    expect(await logged()).toEqual([-3]);
    expect(await fence()).toEqual([{ order_id: ORDER, goods_number: 3, state: 1 }]);
  });

  it('takes the stock once when the same hold comes twice', async () => {
    await holds.hold(ORDER, GOODS, 3);
    await holds.hold(ORDER, GOODS, 3);

    expect(await stock()).toBe(7);
    expect(await logged()).toEqual([-3]);
  });

  it('takes the stock once when the same hold comes many times at once', async () => {
    await Promise.all(Array.from({ length: 16 }, () => holds.hold(ORDER, GOODS, 3)));

    expect(await stock()).toBe(7);
    expect(await logged()).toEqual([-3]);
  });

  it('refuses another quantity for the same order', async () => {
    await holds.hold(ORDER, GOODS, 3);

    await expect(holds.hold(ORDER, GOODS, 4)).rejects.toMatchObject({ code: 'SHOP_REQUEST_PARAMETER_INVALID' });
    expect(await stock()).toBe(7);
  });

  it('sells the last unit', async () => {
    await stockUp(1);
    await holds.hold(ORDER, GOODS, 1);

    expect(await stock()).toBe(0);
  });

  it('leaves nothing behind when there is not enough stock', async () => {
    await expect(holds.hold(ORDER, GOODS, 11)).rejects.toMatchObject({ code: 'SHOP_GOODS_NUM_NOT_ENOUGH' });

    expect(await stock()).toBe(10);
    expect(await logged()).toEqual([]);
    expect(await fence()).toEqual([]);
  });

  it('leaves nothing behind when the goods do not exist', async () => {
    await expect(holds.hold(ORDER, '1', 1)).rejects.toMatchObject({ code: 'SHOP_GOODS_NO_EXIST' });

    expect(await fence()).toEqual([]);
  });

  it('sells exactly 50 of 50 units to 200 orders at once', async () => {
    await stockUp(50);
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) => holds.hold(String(1000 + index), GOODS, 1)),
    );

    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(refused).toHaveLength(150);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'SHOP_GOODS_NUM_NOT_ENOUGH' });
    expect(await stock()).toBe(0);
    expect(await logged()).toEqual(Array(50).fill(-1));
    expect(await fence()).toHaveLength(50);
  });
});

describe('release', () => {
  it('gives back what the order held', async () => {
    await holds.hold(ORDER, GOODS, 3);
    await release();

    expect(await stock()).toBe(10);
    expect(await logged()).toEqual([-3, 3]);
    expect(await fence()).toEqual([{ order_id: ORDER, goods_number: 3, state: 2 }]);
  });

  it('gives back once when it comes twice', async () => {
    await holds.hold(ORDER, GOODS, 3);
    await release();
    await release();

    expect(await stock()).toBe(10);
    expect(await logged()).toEqual([-3, 3]);
  });

  it('gives back once when it comes many times at once', async () => {
    await holds.hold(ORDER, GOODS, 3);
    await Promise.all(Array.from({ length: 16 }, () => release()));

    expect(await stock()).toBe(10);
    expect(await logged()).toEqual([-3, 3]);
  });

  it('changes no stock when nothing was held, but leaves a tombstone', async () => {
    await release();

    expect(await stock()).toBe(10);
    expect(await logged()).toEqual([]);
    expect(await fence()).toEqual([{ order_id: ORDER, goods_number: 0, state: 2 }]);
  });

  it('leaves other orders their stock', async () => {
    await holds.hold('1', GOODS, 2);
    await holds.hold('2', GOODS, 3);
    await release('1');

    expect(await stock()).toBe(7);
  });
});

describe('hold after release', () => {
  it('is refused after a tombstone', async () => {
    await release();

    await expect(holds.hold(ORDER, GOODS, 3)).rejects.toMatchObject({ code: 'SHOP_ORDER_CANCELLED' });
    expect(await stock()).toBe(10);
    expect(await logged()).toEqual([]);
  });

  it('is refused after a real hold was released', async () => {
    await holds.hold(ORDER, GOODS, 3);
    await release();

    await expect(holds.hold(ORDER, GOODS, 3)).rejects.toMatchObject({ code: 'SHOP_ORDER_CANCELLED' });
    expect(await stock()).toBe(10);
  });
});

it('ends with all stock back whenever hold and release race', async () => {
  const orders = Array.from({ length: 60 }, (_, index) => String(1000 + index));
  await stockUp(60);
  const results = await Promise.allSettled(
    orders.flatMap((orderId) => [holds.hold(orderId, GOODS, 1), release(orderId), holds.hold(orderId, GOODS, 1)]),
  );

  const reasons = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
  for (const reason of reasons) expect(reason).toMatchObject({ code: 'SHOP_ORDER_CANCELLED' });
  expect(await stock()).toBe(60);
  expect((await logged()).reduce((sum, change) => sum + change, 0)).toBe(0);
  expect(await schema.rows('SELECT order_id FROM stock_hold WHERE state = 2')).toHaveLength(60);
});

describe('order_cancel', () => {
  const cancelled: OrderCancelled = {
    orderId: ORDER,
    goodsId: GOODS,
    goodsNumber: 3,
    couponId: null,
    userId: '345963634385633280',
    userMoney: '0.00',
    reason: 'SHOP_SERVICE_TIMEOUT',
  };
  const message = aMessage(messages.orderCancelled, consumerGroups.goodsOrderCancel, cancelled);

  it('delivered twice gives the stock back once', async () => {
    const listener = new OrderCancelledListener(holds, inbox);
    await holds.hold(ORDER, GOODS, 3);
    await listener.onOrderCancelled(message);
    await listener.onOrderCancelled(message);

    expect(await stock()).toBe(10);
    expect(await logged()).toEqual([-3, 3]);
    expect(await schema.row('SELECT consumer_status, consumer_times FROM trade_mq_consumer_log')).toEqual({
      consumer_status: 1,
      consumer_times: 2,
    });
  });

  it('delivered before the hold refuses the hold', async () => {
    await new OrderCancelledListener(holds, inbox).onOrderCancelled(message);

    await expect(holds.hold(ORDER, GOODS, 3)).rejects.toMatchObject({ code: 'SHOP_ORDER_CANCELLED' });
    expect(await stock()).toBe(10);
  });
});
