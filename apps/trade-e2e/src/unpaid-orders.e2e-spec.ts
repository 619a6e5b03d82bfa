import { eventually } from '@trade/testing';
import { aCustomer, anOrderOf, holdingsOf, openPayment, paymentArrived, payOrder, placeOrder } from './customer.js';
import { TradeSystem } from './trade-system.js';

const CANCELLED = 2;
const CONFIRMED = 1;
const REFUNDED = 3;
const UNPAID_LIMIT_MS = 3_000;
const CANCELLED_WITHIN_MS = UNPAID_LIMIT_MS + 10_000;

describe('an order and its time to pay', () => {
  let system: TradeSystem;

  beforeAll(async () => {
    system = await TradeSystem.start({ env: { ORDER_UNPAID_LIMIT_MS: String(UNPAID_LIMIT_MS) } });
  });
  afterAll(() => system?.stop());
  afterEach(async () => {
    system.heal();
    await system.settled();
  });

  const isCancelled = (userId: string) =>
    eventually(async () => expect((await system.books.orderOf(userId)).orderStatus).toBe(CANCELLED), {
      timeoutMs: CANCELLED_WITHIN_MS,
    });

  it('an unpaid order is cancelled when its time is over, not before, and gives everything back', async () => {
    const customer = await aCustomer(system.books);
    const before = await holdingsOf(system.books, customer);
    await placeOrder(system.shop, anOrderOf(customer));
    await isCancelled(customer.userId);
    const [times] = await system.books.rows<{ waitedMs: string }>(
      `SELECT TIMESTAMPDIFF(MICROSECOND, confirm_time, cancel_time) DIV 1000 AS waitedMs
       FROM trade_order.trade_order WHERE user_id = ?`,
      [customer.userId],
    );
    expect(Number(times?.waitedMs)).toBeGreaterThanOrEqual(UNPAID_LIMIT_MS);
    await eventually(async () => expect(await holdingsOf(system.books, customer)).toEqual(before));
  });

  it('a paid order stays when the time is over', async () => {
    const paid = await placeOrder(system.shop, anOrderOf(await aCustomer(system.books)));
    await payOrder(system.shop, paid);
    await paymentArrived(system.books, paid);
    await eventually(
      async () =>
        expect(await system.books.consumed('trade_order', 'order_unpaid', paid.orderId)).toMatchObject([{ status: 1 }]),
      { timeoutMs: CANCELLED_WITHIN_MS },
    );
    expect((await system.books.orderOf(paid.userId)).orderStatus).toBe(CONFIRMED);
  });

  it('a payment that arrives for a cancelled order is refunded, not kept', async () => {
    const customer = await aCustomer(system.books);
    const order = await placeOrder(system.shop, anOrderOf(customer));
    const { payId } = await openPayment(system.shop, order);
    await isCancelled(customer.userId);
    expect(await system.shop.callback({ payId, isPaid: 2 })).toMatchObject({ status: 200 });
    await eventually(async () => expect((await system.shop.payment(payId)).data.isPaid).toBe(REFUNDED), {
      timeoutMs: 20_000,
    });
    const [refund] = await system.books.rows(
      'SELECT order_id, amount FROM trade_pay.trade_pay_refund WHERE pay_id = ?',
      [payId],
    );
    expect(refund).toEqual({ order_id: order.orderId, amount: order.payAmount });
    await system.settled();
    expect(await system.books.score(customer.userId)).toBe(0);
    expect((await system.books.orderOf(customer.userId)).payStatus).toBe(0);
    expect(await system.shop.callback({ payId, isPaid: 2 })).toMatchObject({ status: 200, data: { isPaid: REFUNDED } });
    expect(await system.books.count('trade_pay.trade_pay_refund', 'order_id = ?', order.orderId)).toBe(1);
  });

  it('no payment is opened for an order that was cancelled', async () => {
    const order = await placeOrder(system.shop, anOrderOf(await aCustomer(system.books)));
    await isCancelled(order.userId);
    expect(await system.shop.createPayment({ orderId: order.orderId, payAmount: order.payAmount })).toMatchObject({
      status: 409,
      code: 'SHOP_ORDER_CANCELLED',
    });
  });

  it('the delay survives a broker that is killed in the meantime', async () => {
    const customer = await aCustomer(system.books);
    const order = await placeOrder(system.shop, anOrderOf(customer));
    await eventually(async () => (await system.books.waitingMessages()) === 0);
    if (!process.env['ROCKETMQ_ENDPOINT']) await system.stack.restart('mq-broker');
    await isCancelled(order.userId);
  });
});
