import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { consumerGroups, messages, type OrderCancelled, type PaymentSucceeded } from '@trade/contracts';
import { commonSettings, loadConfig, ShopError } from '@trade/service-kit';
import { aMessage, mysqlSchema, type MysqlSchema } from '@trade/testing';
import { storedOrder, waitingMessages } from '../test/stored-order.js';
import { settings } from './config.js';
import { EndOrder } from './end-order.js';
import { OrderCancelledListener } from './order-cancelled.listener.js';
import { OrderStatus, PayStatus } from './order-status.js';
import type { Order } from './order.entity.js';
import { OrderModule } from './order.module.js';
import { OrderRepository } from './order.repository.js';
import { PaymentSucceededListener } from './payment-succeeded.listener.js';

const { Unconfirmed, Confirmed, Cancelled, Refunded } = OrderStatus;
const unpaid: Partial<Order> = { orderStatus: Confirmed, confirmTime: new Date() };
const paid: Partial<Order> = { ...unpaid, payStatus: PayStatus.Paid, payId: '77', payTime: new Date() };

let schema: MysqlSchema;
let app: INestApplicationContext;
let endOrder: EndOrder;

beforeAll(async () => {
  schema = await mysqlSchema('trade_order');
  // nobody listens there: what is sent stays in the outbox, where the tests read it
  const environment = { DATABASE_URL: schema.url, ROCKETMQ_ENDPOINT: '127.0.0.1:1' };
  const config = loadConfig({ ...commonSettings, ...settings }, environment);
  app = await NestFactory.createApplicationContext(OrderModule.forRoot(config), { logger: false });
  endOrder = app.get(EndOrder);
});
afterEach(async () => schema.clear());
afterAll(async () => {
  await app.close();
  await schema.drop();
});

const given = (overrides: Partial<Order>) => storedOrder(schema, overrides);
const sent = () => waitingMessages(schema);
const present = async ({ orderId }: Order): Promise<Order> => (await app.get(OrderRepository).find(orderId))!;

function undoOf(order: Order, reason: string): { tag: string; body: OrderCancelled } {
  const { orderId, goodsId, goodsNumber, couponId, userId, moneyPaid } = order;
  const body = { orderId, goodsId, goodsNumber, couponId, userId, userMoney: moneyPaid, reason };
  return { tag: 'order_cancel', body };
}

async function paymentArrives({ orderId, userId, payAmount, moneyPaid }: Order, payId: string): Promise<void> {
  const payment: PaymentSucceeded = { payId, orderId, userId, payAmount, moneyPaid };
  const message = aMessage(messages.paymentSucceeded, consumerGroups.orderPaySuccess, payment);
  await app.get(PaymentSucceededListener).onPaymentSucceeded(message);
}

describe('a refund', () => {
  it('ends a paid order; what it took, its payment and the score go back', async () => {
    const order = await given(paid);
    const { orderId, userId, payAmount } = order;
    expect(await endOrder.refund(order, 'too late')).toMatchObject({
      orderStatus: Refunded,
      payStatus: PayStatus.Paid,
      cancelTime: expect.any(Date),
      cancelReason: 'too late',
    });
    const told = await sent();
    expect(told).toHaveLength(2);
    expect(told).toContainEqual(undoOf(order, 'too late'));
    const body = { payId: '77', orderId, userId, payAmount, reason: 'too late' };
    expect(told).toContainEqual({ tag: 'pay_refused', body });
  });

  it('asked for again, or by many at once, happens once, and all of them get the same answer', async () => {
    const order = await given(paid);
    const answers = await Promise.all(Array.from({ length: 10 }, () => endOrder.refund(order, 'too late')));
    answers.push(await endOrder.refund(await present(order), 'another reason'));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await sent()).toHaveLength(2);
  });

  it.each([
    ['unconfirmed', { orderStatus: Unconfirmed }, 'SHOP_ORDER_NOT_CONFIRMED'],
    ['unpaid', unpaid, 'SHOP_ORDER_NOT_PAID'],
    ['cancelled', { orderStatus: Cancelled }, 'SHOP_ORDER_STATUS_INVALID'],
  ])('of an order that is %s is refused', async (_what, overrides, code) => {
    const order = await given(overrides);
    await expect(endOrder.refund(order, 'too late')).rejects.toMatchObject({ code });
    expect(await present(order)).toEqual(order);
    expect(await sent()).toEqual([]);
  });

  it('is not undone by its own order_cancel, nor by the payment delivered again', async () => {
    const order = await given(paid);
    const refunded = await endOrder.refund(order, 'too late');
    const { body } = undoOf(order, 'too late');
    const message = aMessage(messages.orderCancelled, consumerGroups.orderOrderCancel, body);
    await app.get(OrderCancelledListener).onOrderCancelled(message);
    await paymentArrives(order, '77');
    expect(await present(order)).toEqual(refunded);
    expect(await sent()).toHaveLength(2);
  });

  it('is not the end of another payment of the order: that one is refused as well', async () => {
    const order = await given(paid);
    await endOrder.refund(order, 'too late');
    await paymentArrives(order, '78');
    const { orderId, userId, payAmount } = order;
    const body = { payId: '78', orderId, userId, payAmount, reason: 'the order is refunded' };
    expect(await sent()).toContainEqual({ tag: 'pay_refused', body });
  });
});

describe('a cancellation by the customer', () => {
  it('ends an unpaid order, and the participants hear of it', async () => {
    const order = await given(unpaid);
    expect(await endOrder.cancel(order, 'changed my mind')).toMatchObject({
      orderStatus: Cancelled,
      cancelReason: 'changed my mind',
    });
    expect(await sent()).toEqual([undoOf(order, 'changed my mind')]);
  });

  it('asked for again, or by many at once, happens once', async () => {
    const order = await given(unpaid);
    await Promise.all(Array.from({ length: 10 }, () => endOrder.cancel(order, 'changed my mind')));
    expect(await endOrder.cancel(order, 'another reason')).toMatchObject({ cancelReason: 'changed my mind' });
    expect(await sent()).toHaveLength(1);
  });

  it.each([
    ['unconfirmed', { orderStatus: Unconfirmed }, 'SHOP_ORDER_NOT_CONFIRMED'],
    ['paid', paid, 'SHOP_ORDER_PAY_STATUS_IS_PAY'],
    ['refunded', { ...paid, orderStatus: Refunded }, 'SHOP_ORDER_STATUS_INVALID'],
  ])('of an order that is %s is refused', async (_what, overrides, code) => {
    const order = await given(overrides);
    await expect(endOrder.cancel(order, 'changed my mind')).rejects.toMatchObject({ code });
    expect(await present(order)).toMatchObject({ orderStatus: overrides.orderStatus });
    expect(await sent()).toEqual([]);
  });

  it('and a payment at the same moment: exactly one wins, and a payment that loses is refused', async () => {
    const racing = await Promise.all(Array.from({ length: 30 }, () => given(unpaid)));
    const ends = await Promise.all(
      racing.map(async (order, i) => {
        const [cancelled] = await Promise.all([
          endOrder.cancel(order, 'changed my mind').catch((error: ShopError) => error),
          paymentArrives(order, String(1_000 + i)),
        ]);
        return cancelled;
      }),
    );
    const tagsOf = async ({ orderId }: Order) =>
      (await sent()).filter(({ body }) => (body as OrderCancelled).orderId === orderId).map(({ tag }) => tag);
    for (const [i, order] of racing.entries()) {
      const { orderStatus, payStatus } = await present(order);
      if (ends[i] instanceof ShopError) {
        expect({ orderStatus, payStatus }).toEqual({ orderStatus: Confirmed, payStatus: PayStatus.Paid });
        expect(await tagsOf(order)).toEqual([]);
      } else {
        expect({ orderStatus, payStatus }).toEqual({ orderStatus: Cancelled, payStatus: PayStatus.Unpaid });
        expect((await tagsOf(order)).sort()).toEqual(['order_cancel', 'pay_refused']);
      }
    }
  });
});
