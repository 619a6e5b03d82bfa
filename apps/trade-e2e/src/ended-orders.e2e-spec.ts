import { messages } from '@trade/contracts';
import { Publisher } from '@trade/messaging';
import { eventually } from '@trade/testing';
import { newId } from './books.js';
import { aCustomer, anOrderOf, holdingsOf, openPayment, paymentArrived, payOrder, placeOrder } from './customer.js';
import type { OrderView } from './shop-client.js';
import { TradeSystem } from './trade-system.js';

const CONFIRMED = 1;
const CANCELLED = 2;
const REFUNDED_ORDER = 4;
const PAID = 2;
const REFUNDED = 3;
const FAILED = 4;
const EVERYTHING = { stock: 10, balance: '500.00', couponOrder: null };

describe('an order that its customer ends', () => {
  let system: TradeSystem;
  beforeAll(async () => {
    system = await TradeSystem.start();
  });
  afterAll(() => system?.stop());
  afterEach(async () => {
    system.heal();
    await system.settled();
  });

  async function paidOrder(changes: { moneyPaid?: string } = {}) {
    const customer = await aCustomer(system.books);
    const order = await placeOrder(system.shop, anOrderOf(customer, changes));
    const payId = order.payStatus === PAID ? null : (await payOrder(system.shop, order)).payId;
    await paymentArrived(system.books, order);
    return { customer, order, payId };
  }
  const refundsOf = ({ orderId }: OrderView) =>
    system.books.count('trade_pay.trade_pay_refund', 'order_id = ?', orderId);

  it('paid: gives back stock, coupon, balance, score and payment, once', async () => {
    const { customer, order, payId } = await paidOrder();
    expect(await system.books.score(customer.userId)).toBe(80);
    for (const reason of ['too small', 'too small', 'too big']) {
      expect(await system.shop.refund(order.orderId, { reason })).toMatchObject({
        status: 200,
        data: { orderStatus: REFUNDED_ORDER, payStatus: PAID, cancelReason: 'too small' },
      });
    }
    await system.settled();
    expect(await holdingsOf(system.books, customer)).toEqual(EVERYTHING);
    expect(await system.books.score(customer.userId)).toBe(0);
    expect((await system.shop.payment(payId!)).data.isPaid).toBe(REFUNDED);
    expect(await refundsOf(order)).toBe(1);
    const { orderId, payAmount } = order;
    const payment = await system.shop.createPayment({ orderId, payAmount });
    expect(payment).toMatchObject({ status: 409, code: 'SHOP_ORDER_CANCELLED' });
    expect(await system.shop.callback({ payId: payId!, isPaid: 2 })).toMatchObject({ data: { isPaid: REFUNDED } });
  });

  it('paid by coupon and balance alone: gives back those and the score', async () => {
    const { customer, order } = await paidOrder({ moneyPaid: '80.00' });
    expect((await system.shop.refund(order.orderId)).status).toBe(200);
    await system.settled();
    expect(await holdingsOf(system.books, customer)).toEqual(EVERYTHING);
    expect(await system.books.score(customer.userId)).toBe(0);
    expect(await refundsOf(order)).toBe(0);
  });

  it('paid, while order-service dies right after it answered: everything still goes back', async () => {
    const { customer, order } = await paidOrder();
    system.breakBroker();
    expect((await system.shop.refund(order.orderId)).status).toBe(200);
    await system.stack.restart('order-service');
    system.healBroker();
    await system.settled();
    expect(await holdingsOf(system.books, customer)).toEqual(EVERYTHING);
    expect(await refundsOf(order)).toBe(1);
  });

  it('paid, with its messages delivered again after the inboxes forgot them: nothing goes back twice', async () => {
    const { customer, order, payId } = await paidOrder();
    await system.shop.refund(order.orderId, { reason: 'x' });
    await system.settled();
    const { orderId, userId, payAmount } = order;
    await system.books.forgetMessage(['trade_goods', 'trade_coupon', 'trade_user', 'trade_order'], orderId);
    await system.books.forgetMessage(['trade_pay', 'trade_user'], payId!);
    const publisher = new Publisher({ endpoint: system.brokerAddress });
    await publisher.onApplicationBootstrap();
    await eventually(() => publisher.ready);
    const undo = { orderId, ...customer, goodsNumber: 1, userMoney: '30.00', reason: 'x' };
    await publisher.publish(messages.orderCancelled, undo);
    await publisher.publish(messages.paymentRefused, { payId: payId!, orderId, userId, payAmount, reason: 'x' });
    await publisher.onApplicationShutdown();
    await eventually(async () => {
      for (const database of ['trade_goods', 'trade_coupon', 'trade_user', 'trade_order'])
        expect(await system.books.consumed(database, 'order_cancel', orderId)).toMatchObject([{ status: 1 }]);
      for (const database of ['trade_pay', 'trade_user'])
        expect(await system.books.consumed(database, 'pay_refused', payId!)).toMatchObject([{ status: 1 }]);
    });
    expect(await holdingsOf(system.books, customer)).toEqual(EVERYTHING);
    expect(await system.books.score(userId)).toBe(0);
    expect(await refundsOf(order)).toBe(1);
  });

  it('unpaid: gives everything back, and a payment that comes too late goes back as well', async () => {
    const customer = await aCustomer(system.books);
    const order = await placeOrder(system.shop, anOrderOf(customer));
    const { payId } = await openPayment(system.shop, order);
    expect(await system.shop.refund(order.orderId)).toMatchObject({ status: 409, code: 'SHOP_ORDER_NOT_PAID' });
    for (let times = 0; times < 2; times++) {
      expect(await system.shop.cancel(order.orderId)).toMatchObject({ status: 200, data: { orderStatus: CANCELLED } });
    }
    expect((await system.shop.callback({ payId, isPaid: 2 })).status).toBe(200);
    await eventually(async () => expect((await system.shop.payment(payId)).data.isPaid).toBe(REFUNDED));
    await system.settled();
    expect(await holdingsOf(system.books, customer)).toEqual(EVERYTHING);
    expect(await refundsOf(order)).toBe(1);
    expect(await system.shop.refund(order.orderId)).toMatchObject({ status: 409, code: 'SHOP_ORDER_STATUS_INVALID' });
  });

  it('at the moment in which it is paid: it is paid, or cancelled and the payment refunded', async () => {
    const orders = await Promise.all(
      Array.from({ length: 8 }, async () => placeOrder(system.shop, anOrderOf(await aCustomer(system.books)))),
    );
    const payments = await Promise.all(orders.map((order) => openPayment(system.shop, order)));
    const cancellations = await Promise.all(
      orders.map(async ({ orderId }, i) => {
        const [cancelled] = await Promise.all([
          system.shop.cancel(orderId),
          system.shop.callback({ payId: payments[i]!.payId, isPaid: 2 }),
        ]);
        return cancelled.success;
      }),
    );
    await eventually(async () => {
      for (const [i, { orderId }] of orders.entries()) {
        const [order, payment] = [await system.shop.order(orderId), await system.shop.payment(payments[i]!.payId)];
        expect({ orderStatus: order.data.orderStatus, isPaid: payment.data.isPaid }).toEqual(
          cancellations[i] ? { orderStatus: CANCELLED, isPaid: REFUNDED } : { orderStatus: CONFIRMED, isPaid: PAID },
        );
      }
    });
  });

  it('is one that exists, for a reason that can be stored', async () => {
    const { orderId } = await placeOrder(system.shop, anOrderOf(await aCustomer(system.books)));
    for (const end of ['cancel', 'refund'] as const) {
      expect(await system.shop[end](newId())).toMatchObject({ status: 404, code: 'SHOP_ORDER_NO_EXIST' });
      for (const body of [{ reason: 'x'.repeat(256) }, { reason: 7 }, { because: 'x' }]) {
        const url = `${system.stack.orderUrl}/order/${orderId}/${end}`;
        expect(await system.shop.post(url, body)).toMatchObject({ status: 400 });
      }
    }
    const withoutBody = await fetch(`${system.stack.orderUrl}/order/${orderId}/cancel`, { method: 'POST' });
    expect(withoutBody.status).toBe(200);
  });

  describe('and its payments', () => {
    it('a failed one makes room for another one', async () => {
      const order = await placeOrder(system.shop, anOrderOf(await aCustomer(system.books)));
      const { payId } = await openPayment(system.shop, order);
      expect(await system.shop.callback({ payId, isPaid: FAILED })).toMatchObject({ data: { isPaid: FAILED } });
      const { payId: second } = await payOrder(system.shop, order);
      expect(second).not.toBe(payId);
      await paymentArrived(system.books, order);
    });

    it('two that are both paid, because the first one had only seemed to fail: one is kept, the other refunded', async () => {
      const order = await placeOrder(system.shop, anOrderOf(await aCustomer(system.books)));
      const { payId: first } = await openPayment(system.shop, order);
      await system.shop.callback({ payId: first, isPaid: FAILED });
      const { payId: second } = await openPayment(system.shop, order);
      for (const payId of [first, second]) await system.shop.callback({ payId, isPaid: 2 });
      await eventually(async () => {
        const states = await Promise.all(
          [first, second].map(async (id) => (await system.shop.payment(id)).data.isPaid),
        );
        expect(states.sort()).toEqual([PAID, REFUNDED]);
      });
      expect(await refundsOf(order)).toBe(1);
    });
  });
});
