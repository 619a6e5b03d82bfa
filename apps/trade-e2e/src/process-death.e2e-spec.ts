import { eventually } from '@trade/testing';
import {
  aCustomer,
  anOrderOf,
  aPlainOrderOf,
  holdingsOf,
  openPayment,
  paymentArrived,
  payOrder,
  placeOrder,
} from './customer.js';
import { TradeSystem } from './trade-system.js';

const CANCELLED = 2;
const CONFIRMED = 1;

describe('a process that is killed', () => {
  let system: TradeSystem;

  beforeAll(async () => {
    // the sweeper runs every second
    system = await TradeSystem.start({ behindProxies: true, env: { ORDER_CONFIRM_LIMIT_MS: '4000' } });
  });
  afterAll(() => system?.stop());
  afterEach(() => system.heal());

  /** Where the order stands when order-service dies: its next call is on the way. */
  it.each([
    ['after it created the order', 'goods', 'HoldStock', 'holdRequest'],
    ['after stock was held', 'coupon', 'UseCoupon', 'holdRequest'],
    ['after coupon and balance were taken', 'user', 'PayFromBalance', 'holdReply'],
  ] as const)(
    'order-service %s: the order is cancelled and nothing stays taken',
    async (_when, service, rpc, fault) => {
      const customer = await aCustomer(system.books);
      const before = await holdingsOf(system.books, customer);
      system.proxies[service].fail(rpc, fault);
      const unanswered = system.shop.confirm(anOrderOf(customer)).then(
        () => false,
        () => true,
      );
      await eventually(() => system.proxies[service].faultsMet(rpc) === 1);
      await system.stack.restart('order-service');
      expect(await unanswered).toBe(true);
      await eventually(async () => expect((await system.books.orderOf(customer.userId)).orderStatus).toBe(CANCELLED));
      system.heal();
      await system.settled();
      expect(await holdingsOf(system.books, customer)).toEqual(before);
    },
  );

  it('order-service right after an order was confirmed: the order stays, and its messages go out', async () => {
    const customer = await aCustomer(system.books);
    system.breakBroker();
    const order = await placeOrder(system.shop, anOrderOf(customer));
    await system.stack.restart('order-service');
    system.healBroker();
    await system.settled();
    expect((await system.shop.order(order.orderId)).data.orderStatus).toBe(CONFIRMED);
  });

  it('goods-service while orders come in: each one is confirmed or leaves nothing behind', async () => {
    const customer = await aCustomer(system.books, { stock: 100 });
    const answers = Array.from({ length: 30 }, () => system.shop.confirm(aPlainOrderOf(customer)));
    await Promise.race(answers);
    await system.stack.restart('goods-service');
    const confirmed = (await Promise.all(answers)).filter(({ success }) => success);
    await eventually(async () => {
      const orders = await system.books.ordersOf(customer.userId);
      expect(orders.filter(({ orderStatus }) => orderStatus === 0)).toEqual([]);
      expect(orders.filter(({ orderStatus }) => orderStatus === CONFIRMED)).toHaveLength(confirmed.length);
    });
    await system.settled();
    expect(await system.books.stock(customer.goodsId)).toBe(100 - confirmed.length);
    // whoever stopped calling it tries again once a second
    await eventually(async () => expect((await system.shop.confirm(aPlainOrderOf(customer))).success).toBe(true));
  });

  it('the broker while payments come in: every one of them counts', async () => {
    const orders = await Promise.all(
      Array.from({ length: 12 }, async () => placeOrder(system.shop, anOrderOf(await aCustomer(system.books)))),
    );
    const payments = orders.map((order) => payOrder(system.shop, order));
    await Promise.race(payments);
    await killBroker();
    await Promise.all(payments);
    await Promise.all(orders.map((order) => paymentArrived(system.books, order)));
    await system.settled();
  });

  it('pay-service right after it answered a callback: the payment still reaches everybody', async () => {
    const order = await placeOrder(system.shop, anOrderOf(await aCustomer(system.books)));
    const { payId } = await openPayment(system.shop, order);
    // the message cannot leave before the process dies
    system.breakBroker();
    expect((await system.shop.callback({ payId, isPaid: 2 })).success).toBe(true);
    await system.stack.restart('pay-service');
    system.healBroker();
    await paymentArrived(system.books, order);
    await system.settled();
  });

  /** The built-in broker is killed for real; an Apache RocketMQ that the tests were given is cut off for a while. */
  async function killBroker(): Promise<void> {
    if (!process.env['ROCKETMQ_ENDPOINT']) {
      await system.stack.restart('mq-broker');
      return;
    }
    system.breakBroker();
    await eventually(async () => (await system.books.waitingMessages()) > 0);
    system.healBroker();
  }
});
