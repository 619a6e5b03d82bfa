import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { consumerGroups, messages, type OrderCancelled } from '@trade/contracts';
import { Inbox } from '@trade/messaging';
import { Database, KitModule, Peers } from '@trade/service-kit';
import { aMessage, mysqlSchema, type MysqlSchema } from '@trade/testing';
import { DataSource } from 'typeorm';
import { BalancePayments } from './balance-payments.js';
import { OrderCancelledListener } from './order-cancelled.listener.js';

const USER = '345963634385633280';
const ORDER = '352537369385242624';

let schema: MysqlSchema;
let app: INestApplicationContext;
let database: Database;
let inbox: Inbox;
let payments: BalancePayments;

beforeAll(async () => {
  schema = await mysqlSchema('trade_user');
  const kit = KitModule.forRoot({
    peers: new Peers({ INTERNAL_TOKEN: 'nobody calls' }),
    database: { schema: 'trade_user', url: schema.url, poolSize: 32, entities: [] },
  });
  app = await NestFactory.createApplicationContext(kit, { logger: false });
  database = app.get(Database);
  inbox = new Inbox(app.get(DataSource), app.get(Database));
  payments = new BalancePayments(database);
});

afterAll(async () => {
  await app?.close();
  await schema?.drop();
});

beforeEach(async () => {
  await schema.clear();
  await schema.insert('trade_user', {
    user_id: USER,
    user_name: 'zs',
    user_password: 'none',
    user_money: '900.00',
    initial_user_money: '900.00',
  });
});

const refund = (orderId = ORDER) => database.transaction((tx) => payments.refund(tx, orderId, USER));

async function balance(): Promise<string> {
  const { user_money } = await schema.row<{ user_money: string }>('SELECT user_money FROM trade_user');
  return user_money;
}

/** Type (1 pay, 2 refund) and amount of what was written down. */
async function logged(): Promise<[number, string][]> {
  const rows = await schema.rows<{ money_log_type: number; use_money: string }>(
    'SELECT money_log_type, use_money FROM trade_user_money_log ORDER BY order_id, money_log_type',
  );
  return rows.map(({ money_log_type, use_money }) => [money_log_type, use_money]);
}

function fence(): Promise<object[]> {
  return schema.rows('SELECT order_id, amount, state FROM balance_payment ORDER BY order_id');
}

describe('pay', () => {
  it('takes the money to the cent and writes it down', async () => {
    await payments.pay(ORDER, USER, 10_001n);

    expect(await balance()).toBe('799.99');
    expect(await logged()).toEqual([[1, '100.01']]);
    expect(await fence()).toEqual([{ order_id: ORDER, amount: '100.01', state: 1 }]);
  });

  it('takes the money once when the same payment comes twice', async () => {
    await payments.pay(ORDER, USER, 10_001n);
    await payments.pay(ORDER, USER, 10_001n);

    expect(await balance()).toBe('799.99');
    expect(await logged()).toHaveLength(1);
  });

  it('takes the money once when the same payment comes many times at once', async () => {
    await Promise.all(Array.from({ length: 16 }, () => payments.pay(ORDER, USER, 10_001n)));

    expect(await balance()).toBe('799.99');
    expect(await logged()).toHaveLength(1);
  });

  it('refuses another amount for the same order', async () => {
    await payments.pay(ORDER, USER, 10_001n);

    await expect(payments.pay(ORDER, USER, 10_000n)).rejects.toMatchObject({ code: 'SHOP_REQUEST_PARAMETER_INVALID' });
    expect(await balance()).toBe('799.99');
  });

  it('takes all there is, but not a cent more', async () => {
    await payments.pay(ORDER, USER, 90_000n);
    expect(await balance()).toBe('0.00');

    await expect(payments.pay('1', USER, 1n)).rejects.toMatchObject({ code: 'SHOP_MONEY_PAID_INVALID' });
    expect(await balance()).toBe('0.00');
    expect(await fence()).toHaveLength(1);
  });

  it('refuses an amount that no balance can have', async () => {
    await expect(payments.pay(ORDER, USER, 10_000_000_000n)).rejects.toMatchObject({ code: 'SHOP_MONEY_PAID_INVALID' });
  });

  it('leaves nothing behind when the user does not exist', async () => {
    await expect(payments.pay(ORDER, '1', 100n)).rejects.toMatchObject({ code: 'SHOP_USER_NO_EXIST' });

    expect(await fence()).toEqual([]);
    expect(await logged()).toEqual([]);
  });

  it('never lets the balance go below zero, however many orders come at once', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) => payments.pay(String(1000 + index), USER, 2_000n)),
    );

    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(refused).toHaveLength(55);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'SHOP_MONEY_PAID_INVALID' });
    expect(await balance()).toBe('0.00');
    expect(await logged()).toHaveLength(45);
  });
});

describe('refund', () => {
  it('gives back what the order paid', async () => {
    await payments.pay(ORDER, USER, 10_001n);
    await refund();

    expect(await balance()).toBe('900.00');
    expect(await logged()).toEqual([
      [1, '100.01'],
      [2, '100.01'],
    ]);
    expect(await fence()).toEqual([{ order_id: ORDER, amount: '100.01', state: 2 }]);
  });

  it('gives back once when it comes many times at once', async () => {
    await payments.pay(ORDER, USER, 10_001n);
    await Promise.all(Array.from({ length: 16 }, () => refund()));

    expect(await balance()).toBe('900.00');
    expect(await logged()).toHaveLength(2);
  });

  it('gives nothing when nothing was paid, but leaves a tombstone', async () => {
    await refund();

    expect(await balance()).toBe('900.00');
    expect(await logged()).toEqual([]);
    expect(await fence()).toEqual([{ order_id: ORDER, amount: '0.00', state: 2 }]);
  });
});

describe('pay after refund', () => {
  it('is refused after a tombstone', async () => {
    await refund();

    await expect(payments.pay(ORDER, USER, 10_001n)).rejects.toMatchObject({ code: 'SHOP_ORDER_CANCELLED' });
    expect(await balance()).toBe('900.00');
  });

  it('is refused after a real payment was refunded', async () => {
    await payments.pay(ORDER, USER, 10_001n);
    await refund();

    await expect(payments.pay(ORDER, USER, 10_001n)).rejects.toMatchObject({ code: 'SHOP_ORDER_CANCELLED' });
    expect(await balance()).toBe('900.00');
  });
});

it('ends with all money back whenever pay and refund race', async () => {
  const orders = Array.from({ length: 45 }, (_, index) => String(1000 + index));
  const results = await Promise.allSettled(
    orders.flatMap((orderId) => [
      payments.pay(orderId, USER, 1_999n),
      refund(orderId),
      payments.pay(orderId, USER, 1_999n),
    ]),
  );

  const reasons = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
  for (const reason of reasons) expect(reason).toMatchObject({ code: 'SHOP_ORDER_CANCELLED' });
  expect(await balance()).toBe('900.00');
  expect(await schema.rows('SELECT order_id FROM balance_payment WHERE state = 2')).toHaveLength(45);
});

describe('order_cancel', () => {
  const cancelled: OrderCancelled = {
    orderId: ORDER,
    goodsId: '345959443973935104',
    goodsNumber: 1,
    couponId: null,
    userId: USER,
    userMoney: '100.01',
    reason: 'SHOP_SERVICE_TIMEOUT',
  };
  const receive = (payload: OrderCancelled) =>
    new OrderCancelledListener(payments, inbox).onOrderCancelled(
      aMessage(messages.orderCancelled, consumerGroups.userOrderCancel, payload),
    );

  it('delivered twice refunds once', async () => {
    await payments.pay(ORDER, USER, 10_001n);
    await receive(cancelled);
    await receive(cancelled);

    expect(await balance()).toBe('900.00');
    expect(await logged()).toHaveLength(2);
  });

  it('delivered before the payment refuses the payment', async () => {
    await receive(cancelled);

    await expect(payments.pay(ORDER, USER, 10_001n)).rejects.toMatchObject({ code: 'SHOP_ORDER_CANCELLED' });
    expect(await balance()).toBe('900.00');
  });

  it('of an order without a balance part changes nothing', async () => {
    await receive({ ...cancelled, userMoney: '0.00' });

    expect(await fence()).toEqual([]);
  });
});
