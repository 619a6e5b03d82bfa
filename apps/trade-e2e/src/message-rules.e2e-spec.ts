import { grpcServices, messages, type OrderCancelled, type PaymentSucceeded } from '@trade/contracts';
import { Publisher } from '@trade/messaging';
import { eventually } from '@trade/testing';
import { newId } from './books.js';
import { aCustomer, anOrderOf, holdingsOf, paymentArrived, payOrder, placeOrder } from './customer.js';
import { callGrpc } from './grpc-caller.js';
import { TradeSystem } from './trade-system.js';

/** Who consumes what: the database of its inbox. */
const CONSUMERS_OF_CANCEL = ['trade_goods', 'trade_coupon', 'trade_user', 'trade_order'];
const CONSUMERS_OF_PAYMENT = ['trade_order', 'trade_user', 'trade_pay'];

describe('a message', () => {
  let system: TradeSystem;
  let publisher: Publisher;

  beforeAll(async () => {
    system = await TradeSystem.start({ behindProxies: true });
    publisher = new Publisher({ endpoint: system.brokerAddress });
    await publisher.onApplicationBootstrap();
    await eventually(() => publisher.ready);
  });
  afterAll(async () => {
    await publisher?.onApplicationShutdown();
    await system?.stop();
  });
  afterEach(async () => {
    system.heal();
    await system.settled();
  });

  /** Waits until every consumer has seen the message so often, by its inbox. */
  async function deliveredTo(databases: string[], tag: string, key: string, times: number): Promise<void> {
    await eventually(
      async () => {
        for (const database of databases) {
          const [row, ...more] = await system.books.consumed(database, tag, key);
          expect(more).toEqual([]);
          expect(row?.status).toBe(1);
          expect(row?.times).toBeGreaterThanOrEqual(times);
        }
      },
      { timeoutMs: 20_000 },
    );
  }

  async function cancelledOrder(): Promise<{
    cancelled: OrderCancelled;
    customer: Awaited<ReturnType<typeof aCustomer>>;
  }> {
    const customer = await aCustomer(system.books);
    system.proxies.user.fail('PayFromBalance', 'cutReply');
    expect((await system.shop.confirm(anOrderOf(customer))).success).toBe(false);
    const { orderId, cancelReason } = await system.books.orderOf(customer.userId);
    const cancelled = { orderId, ...customer, goodsNumber: 1, userMoney: '30.00', reason: cancelReason ?? '' };
    await deliveredTo(CONSUMERS_OF_CANCEL, 'order_cancel', orderId, 1);
    return { cancelled, customer };
  }

  it('order_cancel, delivered again, changes nothing at goods, coupon, user and order', async () => {
    const { cancelled, customer } = await cancelledOrder();
    const asBefore = { stock: 10, balance: '500.00', couponOrder: null };
    expect(await holdingsOf(system.books, customer)).toEqual(asBefore);
    await publisher.publish(messages.orderCancelled, cancelled);
    await publisher.publish(messages.orderCancelled, cancelled);
    await deliveredTo(CONSUMERS_OF_CANCEL, 'order_cancel', cancelled.orderId, 3);
    expect(await holdingsOf(system.books, customer)).toEqual(asBefore);
  });

  it('order_cancel, delivered again after its inbox rows were cleaned up, still changes nothing', async () => {
    const { cancelled, customer } = await cancelledOrder();
    await system.books.forgetMessage(CONSUMERS_OF_CANCEL, cancelled.orderId);
    await publisher.publish(messages.orderCancelled, cancelled);
    await deliveredTo(CONSUMERS_OF_CANCEL, 'order_cancel', cancelled.orderId, 1);
    expect(await holdingsOf(system.books, customer)).toEqual({ stock: 10, balance: '500.00', couponOrder: null });
  });

  it('pay_success, delivered again, pays, scores and logs once', async () => {
    const order = await placeOrder(system.shop, anOrderOf(await aCustomer(system.books)));
    const { payId } = await payOrder(system.shop, order);
    await paymentArrived(system.books, order);
    const score = await system.books.score(order.userId);
    expect(score).toBeGreaterThan(0);
    const paid: PaymentSucceeded = {
      payId,
      orderId: order.orderId,
      userId: order.userId,
      payAmount: order.payAmount,
      moneyPaid: order.moneyPaid,
    };
    await publisher.publish(messages.paymentSucceeded, paid);
    await deliveredTo(CONSUMERS_OF_PAYMENT, 'pay_success', payId, 2);
    // score and pay log do not depend on the inbox
    await system.books.forgetMessage(['trade_user', 'trade_pay'], payId);
    await publisher.publish(messages.paymentSucceeded, paid);
    await deliveredTo(['trade_user', 'trade_pay'], 'pay_success', payId, 1);
    await system.settled();
    await paymentArrived(system.books, order);
    expect(await system.books.score(order.userId)).toBe(score);
    expect((await system.shop.payment(payId)).data.isPaid).toBe(2);
  });

  it('order_cancel that comes before the deed refuses the deed when it arrives', async () => {
    const customer = await aCustomer(system.books);
    const { userId, goodsId, couponId } = customer;
    const before = await holdingsOf(system.books, customer);
    const orderId = newId();
    const cancelled: OrderCancelled = {
      orderId,
      ...customer,
      goodsNumber: 1,
      userMoney: '30.00',
      reason: 'cancelled before it began',
    };
    await publisher.publish(messages.orderCancelled, cancelled);
    await deliveredTo(['trade_goods', 'trade_coupon', 'trade_user'], 'order_cancel', orderId, 1);
    const address = (variable: string) => `127.0.0.1:${system.stack.port(variable)}`;
    const deeds = [
      callGrpc(address('GOODS_GRPC_PORT'), grpcServices.goods, 'HoldStock', { orderId, goodsId, quantity: 1 }),
      callGrpc(address('COUPON_GRPC_PORT'), grpcServices.coupon, 'UseCoupon', { orderId, couponId, userId }),
      callGrpc(address('USER_GRPC_PORT'), grpcServices.user, 'PayFromBalance', { orderId, userId, amountFen: 3000 }),
    ];
    for (const deed of deeds) await expect(deed).rejects.toMatchObject({ shopCode: 'SHOP_ORDER_CANCELLED' });
    expect(await holdingsOf(system.books, customer)).toEqual(before);
  });

  it('pay_success of an order that coupon and balance pay is sent at its confirmation', async () => {
    const customer = await aCustomer(system.books);
    const order = await placeOrder(system.shop, anOrderOf(customer, { moneyPaid: '80.00' }));
    expect(order).toMatchObject({ payAmount: '0.00', payStatus: 2 });
    await paymentArrived(system.books, order);
    expect(await system.books.score(customer.userId)).toBeGreaterThan(0);
    expect(await system.shop.createPayment({ orderId: order.orderId, payAmount: '0.00' })).toMatchObject({
      success: false,
      code: 'SHOP_ORDER_PAY_STATUS_IS_PAY',
    });
  });

  it('that is nonsense does not block the others', async () => {
    const { topic, tag } = messages.paymentSucceeded;
    const key = newId();
    await publisher.send({ topic, tag, keys: [key], body: 'not JSON' });
    const order = await placeOrder(system.shop, anOrderOf(await aCustomer(system.books)));
    await payOrder(system.shop, order);
    await paymentArrived(system.books, order);
    // the record of its failure stays until somebody has looked at it
    await system.books.forgetMessage(CONSUMERS_OF_PAYMENT, key);
  });
});
