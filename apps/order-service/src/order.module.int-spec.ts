import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { consumerGroups, messages, type OrderCancelled, type PaymentSucceeded } from '@trade/contracts';
import { Outbox } from '@trade/outbox';
import { commonSettings, loadConfig } from '@trade/service-kit';
import { aMessage, mysqlSchema, type MysqlSchema } from '@trade/testing';
import { storedOrder, waitingMessages } from '../test/stored-order.js';
import { CancelStuckOrdersJob } from './cancel-stuck-orders.job.js';
import { settings } from './config.js';
import { OrderCancelledListener } from './order-cancelled.listener.js';
import { OrderStatus, PayStatus } from './order-status.js';
import { OrderUnpaidListener } from './order-unpaid.listener.js';
import type { Order } from './order.entity.js';
import { OrderModule } from './order.module.js';
import { OrderRepository } from './order.repository.js';
import { PaymentSucceededListener } from './payment-succeeded.listener.js';

const { Unconfirmed, Confirmed, Cancelled } = OrderStatus;
const MINUTE_MS = 60_000;
const ago = (ms: number) => new Date(Date.now() - ms);

let schema: MysqlSchema;
let app: INestApplicationContext;
let orders: OrderRepository;

beforeAll(async () => {
  schema = await mysqlSchema('trade_order');
  // nobody listens there: what is sent stays in the outbox, where the tests read it
  const environment = { DATABASE_URL: schema.url, ROCKETMQ_ENDPOINT: '127.0.0.1:1' };
  const config = loadConfig({ ...commonSettings, ...settings }, environment);
  app = await NestFactory.createApplicationContext(OrderModule.forRoot(config), { logger: false });
  orders = app.get(OrderRepository);
});
afterEach(async () => schema.clear());
afterAll(async () => {
  await app.close();
  await schema.drop();
});

const given = (overrides: Partial<Order> = {}) => storedOrder(schema, overrides);
/** What would be sent. */
const sent = () => waitingMessages(schema);

async function statusOf({ orderId }: Order): Promise<string> {
  const order = await orders.find(orderId);
  return OrderStatus[order!.orderStatus];
}

function cancellationOf(order: Order, reason: string): OrderCancelled {
  const { orderId, goodsId, goodsNumber, couponId, userId, moneyPaid } = order;
  return { orderId, goodsId, goodsNumber, couponId, userId, userMoney: moneyPaid, reason };
}

describe('the time to pay is over (delivered twice)', () => {
  async function deliver({ orderId }: Order): Promise<void> {
    const message = aMessage(messages.orderUnpaid, consumerGroups.orderOrderUnpaid, { orderId });
    await app.get(OrderUnpaidListener).onOrderUnpaid(message);
    await app.get(OrderUnpaidListener).onOrderUnpaid(message);
  }

  it('an unpaid order is cancelled, and the participants hear of it once', async () => {
    const order = await given({ orderStatus: Confirmed });
    await deliver(order);
    expect(await statusOf(order)).toBe('Cancelled');
    expect(await sent()).toEqual([{ tag: 'order_cancel', body: cancellationOf(order, 'not paid in time') }]);
  });

  it('a paid order stays', async () => {
    const order = await given({ orderStatus: Confirmed, payStatus: PayStatus.Paid });
    await deliver(order);
    expect(await statusOf(order)).toBe('Confirmed');
    expect(await sent()).toEqual([]);
  });

  it('a cancelled order is not cancelled again', async () => {
    await deliver(await given({ orderStatus: Cancelled }));
    expect(await sent()).toEqual([]);
  });
});

describe('a payment succeeded (delivered twice)', () => {
  function paymentFor({ orderId, userId, payAmount, moneyPaid }: Order, payId = '1'): PaymentSucceeded {
    return { payId, orderId, userId, payAmount, moneyPaid };
  }

  async function deliver(payment: PaymentSucceeded): Promise<void> {
    const message = aMessage(messages.paymentSucceeded, consumerGroups.orderPaySuccess, payment);
    await app.get(PaymentSucceededListener).onPaymentSucceeded(message);
    await app.get(PaymentSucceededListener).onPaymentSucceeded(message);
  }

  function refusalOf({ payId, orderId, userId, payAmount }: PaymentSucceeded, reason: string) {
    return { tag: 'pay_refused', body: { payId, orderId, userId, payAmount, reason } };
  }

  it('the order is paid', async () => {
    const order = await given({ orderStatus: Confirmed });
    await deliver(paymentFor(order));
    const paid = await orders.find(order.orderId);
    expect(paid).toMatchObject({ orderStatus: Confirmed, payStatus: PayStatus.Paid, payTime: expect.any(Date) });
    expect(await sent()).toEqual([]);
  });

  it('for a cancelled order it is refused, once', async () => {
    const payment = paymentFor(await given({ orderStatus: Cancelled }));
    await deliver(payment);
    expect(await sent()).toEqual([refusalOf(payment, 'the order is cancelled')]);
  });

  it('for a refunded order it is refused', async () => {
    const payment = paymentFor(await given({ orderStatus: OrderStatus.Refunded, payStatus: PayStatus.Paid }));
    await deliver(payment);
    expect(await sent()).toEqual([refusalOf(payment, 'the order is refunded')]);
  });

  it('a second one for a paid order is refused, and the first one stays', async () => {
    const order = await given({ orderStatus: Confirmed });
    await deliver(paymentFor(order, '1'));
    await deliver(paymentFor(order, '2'));
    expect(await sent()).toEqual([refusalOf(paymentFor(order, '2'), 'the order is paid already')]);
    expect((await orders.find(order.orderId))?.payStatus).toBe(PayStatus.Paid);
  });

  it('is recognised again by the order itself, when the inbox has forgotten it', async () => {
    const order = await given({ orderStatus: Confirmed });
    await deliver(paymentFor(order));
    await schema.rows('DELETE FROM trade_mq_consumer_log');
    await deliver(paymentFor(order));
    expect(await sent()).toEqual([]);
  });

  it('of another amount than the one due is refused, and the order stays unpaid', async () => {
    const order = await given({ orderStatus: Confirmed });
    const payment = { ...paymentFor(order), payAmount: '879.98' };
    await deliver(payment);
    expect(await sent()).toEqual([refusalOf(payment, 'another amount is due')]);
    expect((await orders.find(order.orderId))?.payStatus).toBe(PayStatus.Unpaid);
  });

  it('for an unknown order is refused', async () => {
    const payment = { payId: '1', orderId: '404', userId: '5', payAmount: '1.00', moneyPaid: '0.00' };
    await deliver(payment);
    expect(await sent()).toEqual([refusalOf(payment, 'the order does not exist')]);
  });

  it('of an order that coupon and balance cover changes nothing: it is paid since its confirmation', async () => {
    await deliver(paymentFor(await given({ orderStatus: Confirmed, payStatus: PayStatus.Paid, payAmount: '0.00' })));
    expect(await sent()).toEqual([]);
  });
});

describe('an order was cancelled (delivered twice)', () => {
  async function deliver(order: Order): Promise<void> {
    const cancellation = cancellationOf(order, 'on request');
    const message = aMessage(messages.orderCancelled, consumerGroups.orderOrderCancel, cancellation);
    await app.get(OrderCancelledListener).onOrderCancelled(message);
    await app.get(OrderCancelledListener).onOrderCancelled(message);
  }

  it('a cancelled order keeps its reason', async () => {
    const order = await given({ orderStatus: Cancelled, cancelReason: 'not paid in time' });
    await deliver(order);
    expect((await orders.find(order.orderId))?.cancelReason).toBe('not paid in time');
  });

  it.each([Unconfirmed, Confirmed])(
    'an order of status %i is cancelled, without another message',
    async (orderStatus) => {
      const order = await given({ orderStatus });
      await deliver(order);
      expect(await statusOf(order)).toBe('Cancelled');
      expect(await sent()).toEqual([]);
    },
  );

  it('a paid order stays', async () => {
    const order = await given({ orderStatus: Confirmed, payStatus: PayStatus.Paid });
    await deliver(order);
    expect(await statusOf(order)).toBe('Confirmed');
  });
});

describe('the sweeper', () => {
  const sweep = () => app.get(CancelStuckOrdersJob).sweep();

  it('cancels an order that stays unconfirmed, and tells the participants what to undo', async () => {
    const order = await given({ addTime: ago(MINUTE_MS + 1_000), couponId: null });
    expect(await sweep()).toBe(1);
    expect(await statusOf(order)).toBe('Cancelled');
    expect(await sent()).toEqual([{ tag: 'order_cancel', body: cancellationOf(order, 'not confirmed in time') }]);
  });

  it('leaves an order alone that may still be confirmed', async () => {
    const order = await given({ addTime: ago(MINUTE_MS - 10_000) });
    expect(await sweep()).toBe(0);
    expect(await statusOf(order)).toBe('Unconfirmed');
  });

  it('cancels an unpaid order whose delay message never came, and no paid one', async () => {
    const overdue = { orderStatus: Confirmed, confirmTime: ago(32 * MINUTE_MS) };
    const unpaid = await given(overdue);
    const paid = await given({ ...overdue, payStatus: PayStatus.Paid });
    const inGrace = await given({ ...overdue, confirmTime: ago(30.5 * MINUTE_MS) });
    expect(await sweep()).toBe(1);
    expect(await statusOf(unpaid)).toBe('Cancelled');
    expect(await statusOf(paid)).toBe('Confirmed');
    expect(await statusOf(inGrace)).toBe('Confirmed');
  });

  it('cancels every order once, however many there are and however many sweep', async () => {
    const total = 120;
    for (let i = 0; i < total; i++) await given({ addTime: ago(2 * MINUTE_MS) });
    const cancelled = await Promise.all([sweep(), sweep(), sweep()]);
    await sweep();
    expect(cancelled.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(total);
    const left = await schema.row('SELECT COUNT(*) AS total FROM trade_order WHERE order_status <> 2');
    expect(Number(left['total'])).toBe(0);
    const cancelledIds = (await sent()).map(({ body }) => (body as OrderCancelled).orderId);
    expect(new Set(cancelledIds).size).toBe(total);
    expect(cancelledIds).toHaveLength(total);
  });

  it('and a confirmation at the same moment: exactly one wins', async () => {
    const total = 30;
    const racing: Order[] = [];
    for (let i = 0; i < total; i++) racing.push(await given({ addTime: ago(2 * MINUTE_MS) }));
    const confirm = (order: Order) =>
      app
        .get(Outbox)
        .changeOne(orders.confirmation({ ...order, confirmTime: new Date() }), (outgoing) =>
          outgoing.add(messages.orderUnpaid, { orderId: order.orderId }, { deliverAtMs: Date.now() + MINUTE_MS }),
        );
    const [confirmed] = await Promise.all([Promise.all(racing.map(confirm)), sweep()]);
    const outcomes = await Promise.all(racing.map(statusOf));
    expect(outcomes).toEqual(confirmed.map((won) => (won ? 'Confirmed' : 'Cancelled')));
    const tags = (await sent()).map(({ tag }) => tag);
    expect(tags.filter((tag) => tag === 'order_unpaid')).toHaveLength(confirmed.filter(Boolean).length);
    expect(tags).toHaveLength(total);
  });
});
