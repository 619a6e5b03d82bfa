import { eventually } from '@trade/testing';
import { aCustomer, anOrderOf, holdingsOf, openPayment, paymentArrived, placeOrder } from './customer.js';
import { TradeSystem } from './trade-system.js';

const CANCELLED = 2;
/** What a caller takes for "at once": far below any timeout on the way to a broker. */
const AT_ONCE_MS = 1_000;

describe('while the broker is down', () => {
  let system: TradeSystem;

  beforeAll(async () => {
    system = await TradeSystem.start({ behindProxies: true });
  });
  afterAll(() => system?.stop());
  beforeEach(() => system.breakBroker());
  afterEach(() => system.heal());

  it('a payment callback is answered at once, and the payment arrives when the broker is back', async () => {
    const order = await placeOrder(system.shop, anOrderOf(await aCustomer(system.books)));
    const { payId } = await openPayment(system.shop, order);
    const startedAtMs = performance.now();
    expect(await system.shop.callback({ payId, isPaid: 2 })).toMatchObject({ status: 200, data: { isPaid: 2 } });
    expect(performance.now() - startedAtMs).toBeLessThan(AT_ONCE_MS);
    expect(await system.books.count('trade_pay.trade_mq_producer_temp', 'msg_key = ?', payId)).toBe(1);
    expect((await system.books.orderOf(order.userId)).payStatus).toBe(0);
    system.healBroker();
    await paymentArrived(system.books, order);
    await system.settled();
  });

  it('an order is cancelled at once, and what was taken comes back when the broker is back', async () => {
    const customer = await aCustomer(system.books);
    const before = await holdingsOf(system.books, customer);
    system.proxies.user.fail('PayFromBalance', 'refuse');
    expect(await system.shop.confirm(anOrderOf(customer))).toMatchObject({ status: 503 });
    expect((await system.books.orderOf(customer.userId)).orderStatus).toBe(CANCELLED);
    expect(await system.books.stock(customer.goodsId)).toBe(before.stock - 1);
    system.healBroker();
    await eventually(async () => expect(await holdingsOf(system.books, customer)).toEqual(before), {
      timeoutMs: 20_000,
    });
    await system.settled();
  });

  it('orders are confirmed, and every service says that it is ready', async () => {
    const order = await placeOrder(system.shop, anOrderOf(await aCustomer(system.books)));
    expect(order.orderStatus).toBe(1);
    for (const url of [system.stack.orderUrl, system.stack.payUrl]) {
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    }
    system.healBroker();
    await system.settled();
  });
});
