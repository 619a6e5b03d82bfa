import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { consumerGroups, messages, type OrderCancelled } from '@trade/contracts';
import { Inbox } from '@trade/messaging';
import { Database, KitModule, Peers } from '@trade/service-kit';
import { aMessage, mysqlSchema, type MysqlSchema } from '@trade/testing';
import { DataSource } from 'typeorm';
import { CouponUses } from './coupon-uses.js';
import { OrderCancelledListener } from './order-cancelled.listener.js';

const COUPON = '345988230098857985';
const OWNER = '345963634385633280';
const STRANGER = '345963634385633281';
const ORDER = '352537369385242624';
const OTHER_ORDER = '352537369385242625';

let schema: MysqlSchema;
let app: INestApplicationContext;
let database: Database;
let inbox: Inbox;
let uses: CouponUses;

beforeAll(async () => {
  schema = await mysqlSchema('trade_coupon');
  const kit = KitModule.forRoot({
    peers: new Peers({ INTERNAL_TOKEN: 'nobody calls' }),
    database: { schema: 'trade_coupon', url: schema.url, poolSize: 32, entities: [] },
  });
  app = await NestFactory.createApplicationContext(kit, { logger: false });
  database = app.get(Database);
  inbox = new Inbox(app.get(DataSource), app.get(Database));
  uses = new CouponUses(database);
});

afterAll(async () => {
  await app?.close();
  await schema?.drop();
});

beforeEach(async () => {
  await schema.clear();
  await schema.insert('trade_coupon', { coupon_id: COUPON, coupon_price: '20.00', user_id: OWNER });
});

const giveBack = (orderId = ORDER) => database.transaction((tx) => uses.giveBack(tx, orderId, COUPON, OWNER));

const UNUSED = { is_used: 0, order_id: null, dated: 0 };
const usedBy = (orderId: string) => ({ is_used: 1, order_id: orderId, dated: 1 });

function coupon(): Promise<object> {
  return schema.row('SELECT is_used, order_id, used_time IS NOT NULL AS dated FROM trade_coupon');
}

function fence(): Promise<object[]> {
  return schema.rows('SELECT order_id, state FROM coupon_use ORDER BY order_id');
}

describe('use', () => {
  it('marks the coupon as used by this order', async () => {
    await uses.use(ORDER, COUPON, OWNER);

    expect(await coupon()).toEqual(usedBy(ORDER));
    expect(await fence()).toEqual([{ order_id: ORDER, state: 1 }]);
  });

  it('succeeds again when the same use comes twice', async () => {
    await uses.use(ORDER, COUPON, OWNER);
    await uses.use(ORDER, COUPON, OWNER);

    expect(await coupon()).toEqual(usedBy(ORDER));
  });

  it('succeeds every time when the same use comes many times at once', async () => {
    await Promise.all(Array.from({ length: 16 }, () => uses.use(ORDER, COUPON, OWNER)));

    expect(await coupon()).toEqual(usedBy(ORDER));
    expect(await fence()).toHaveLength(1);
  });

  it('refuses another user for the same order', async () => {
    await uses.use(ORDER, COUPON, OWNER);

    await expect(uses.use(ORDER, COUPON, STRANGER)).rejects.toMatchObject({ code: 'SHOP_REQUEST_PARAMETER_INVALID' });
  });

  it('refuses a coupon that does not exist', async () => {
    await expect(uses.use(ORDER, '1', OWNER)).rejects.toMatchObject({ code: 'SHOP_COUPON_NO_EXIST' });

    expect(await fence()).toEqual([]);
  });

  it("refuses somebody else's coupon", async () => {
    await expect(uses.use(ORDER, COUPON, STRANGER)).rejects.toMatchObject({ code: 'SHOP_COUPON_NOT_OWNED' });

    expect(await coupon()).toEqual(UNUSED);
    expect(await fence()).toEqual([]);
  });

  it('refuses a coupon that another order uses', async () => {
    await uses.use(ORDER, COUPON, OWNER);

    await expect(uses.use(OTHER_ORDER, COUPON, OWNER)).rejects.toMatchObject({ code: 'SHOP_COUPON_ISUSED' });
    expect(await coupon()).toEqual(usedBy(ORDER));
  });

  it('lets one of many orders at once have the coupon', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 32 }, (_, index) => uses.use(String(1000 + index), COUPON, OWNER)),
    );

    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(refused).toHaveLength(31);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'SHOP_COUPON_ISUSED' });
    expect(await fence()).toHaveLength(1);
  });
});

describe('give back', () => {
  it('makes the coupon usable again, for another order', async () => {
    await uses.use(ORDER, COUPON, OWNER);
    await giveBack();
    expect(await coupon()).toEqual(UNUSED);

    await uses.use(OTHER_ORDER, COUPON, OWNER);
    expect(await coupon()).toEqual(usedBy(OTHER_ORDER));
  });

  it('coming twice does not take the coupon from the order that uses it now', async () => {
    await uses.use(ORDER, COUPON, OWNER);
    await giveBack();
    await uses.use(OTHER_ORDER, COUPON, OWNER);
    await giveBack();

    expect(await coupon()).toEqual(usedBy(OTHER_ORDER));
  });

  it('of an order that never used it does not take it from the order that does, but leaves a tombstone', async () => {
    await uses.use(OTHER_ORDER, COUPON, OWNER);
    await giveBack();

    expect(await coupon()).toEqual(usedBy(OTHER_ORDER));
    expect(await fence()).toEqual([
      { order_id: ORDER, state: 2 },
      { order_id: OTHER_ORDER, state: 1 },
    ]);
  });
});

describe('use after give back', () => {
  it('is refused after a tombstone', async () => {
    await giveBack();

    await expect(uses.use(ORDER, COUPON, OWNER)).rejects.toMatchObject({ code: 'SHOP_ORDER_CANCELLED' });
    expect(await coupon()).toEqual(UNUSED);
  });

  it('is refused after a real use was given back', async () => {
    await uses.use(ORDER, COUPON, OWNER);
    await giveBack();

    await expect(uses.use(ORDER, COUPON, OWNER)).rejects.toMatchObject({ code: 'SHOP_ORDER_CANCELLED' });
    expect(await coupon()).toEqual(UNUSED);
  });
});

it('ends with an unused coupon whenever use and give back race', async () => {
  for (let round = 0; round < 30; round++) {
    const orderId = String(1000 + round);
    const [, , ...settled] = await Promise.allSettled([
      uses.use(orderId, COUPON, OWNER),
      uses.use(orderId, COUPON, OWNER),
      giveBack(orderId),
      giveBack(orderId),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await coupon()).toEqual(UNUSED);
    expect(await schema.row('SELECT state FROM coupon_use WHERE order_id = ?', [orderId])).toEqual({ state: 2 });
  }
});

describe('order_cancel', () => {
  const cancelled: OrderCancelled = {
    orderId: ORDER,
    goodsId: '345959443973935104',
    goodsNumber: 1,
    couponId: COUPON,
    userId: OWNER,
    userMoney: '0.00',
    reason: 'SHOP_SERVICE_TIMEOUT',
  };
  const receive = (payload: OrderCancelled) =>
    new OrderCancelledListener(uses, inbox).onOrderCancelled(
      aMessage(messages.orderCancelled, consumerGroups.couponOrderCancel, payload),
    );

  it('delivered twice gives the coupon back once, whoever uses it in between', async () => {
    await uses.use(ORDER, COUPON, OWNER);
    await receive(cancelled);
    await uses.use(OTHER_ORDER, COUPON, OWNER);
    await receive(cancelled);

    expect(await coupon()).toEqual(usedBy(OTHER_ORDER));
  });

  it('delivered before the use refuses the use', async () => {
    await receive(cancelled);

    await expect(uses.use(ORDER, COUPON, OWNER)).rejects.toMatchObject({ code: 'SHOP_ORDER_CANCELLED' });
  });

  it('of an order without a coupon changes nothing', async () => {
    await receive({ ...cancelled, couponId: null });

    expect(await fence()).toEqual([]);
    expect(await schema.row('SELECT consumer_status FROM trade_mq_consumer_log')).toEqual({ consumer_status: 1 });
  });
});
