import type { ConfirmOrderRequest } from '@trade/client';
import { eventually, freePort } from '@trade/testing';
import { aCustomer, anOrderOf, holdingsOf, type Customer } from './customer.js';
import { noAnswer, ShopClient, type Answer, type OrderView } from './shop-client.js';
import { CALLBACK_SECRET, TradeSystem } from './trade-system.js';

const CONFIRMED = 1;

describe('an order that is sent again with its Idempotency-Key', () => {
  let system: TradeSystem;
  let secondInstance: ShopClient;
  let customer: Customer;

  beforeAll(async () => {
    system = await TradeSystem.start({ behindProxies: true });
    secondInstance = await startSecondInstance();
  });
  afterAll(() => system?.stop());
  beforeEach(async () => {
    customer = await aCustomer(system.books);
  });
  afterEach(async () => {
    system.heal();
    await system.settled();
  });

  async function startSecondInstance(): Promise<ShopClient> {
    const [httpPort, grpcPort] = [await freePort(), await freePort()];
    system.startInstance('order-service', {
      DATABASE_URL: system.databaseUrl('trade_order'),
      GOODS_GRPC_ADDRESS: system.proxies.goods.address,
      COUPON_GRPC_ADDRESS: system.proxies.coupon.address,
      USER_GRPC_ADDRESS: system.proxies.user.address,
      ORDER_HTTP_PORT: String(httpPort),
      ORDER_GRPC_PORT: String(grpcPort),
    });
    const url = `http://127.0.0.1:${httpPort}`;
    await eventually(async () => (await fetch(`${url}/health/ready`)).ok, { timeoutMs: 30_000 });
    return new ShopClient(url, system.stack.payUrl, CALLBACK_SECRET);
  }

  const confirm = (order: ConfirmOrderRequest | string, at = system.shop): Promise<Answer<OrderView>> =>
    at.confirm(order, { 'idempotency-key': 'my order' });

  /** The customer has one order, and it alone holds something. */
  async function isTheOnlyOrder({ data }: Answer<OrderView>): Promise<void> {
    await system.settled();
    const orders = await system.books.ordersOf(customer.userId);
    expect(orders.filter(({ orderStatus }) => orderStatus === CONFIRMED)).toMatchObject([{ orderId: data.orderId }]);
    expect(await holdingsOf(system.books, customer)).toEqual({
      stock: 9,
      balance: '470.00',
      couponOrder: data.orderId,
    });
  }

  it('is one order with one answer, at any instance, in whatever way its fields are written', async () => {
    const order = anOrderOf(customer);
    const first = await confirm(order);
    expect(first.status).toBe(200);
    expect((await confirm(order)).text).toBe(first.text);
    const sameOrder = JSON.stringify({ ...Object.fromEntries(Object.entries(order).reverse()), orderAmount: 100 });
    expect((await confirm(sameOrder, secondInstance)).text).toBe(first.text);
    expect(await confirm({ ...order, address: '上海' })).toMatchObject({
      status: 422,
      code: 'SHOP_IDEMPOTENCY_KEY_REUSED',
    });
    await isTheOnlyOrder(first);
  });

  it('is refused with the same words again, although it would be possible now', async () => {
    const order = anOrderOf(customer, { moneyPaid: '500.01', goodsNumber: 9, orderAmount: '900.00' });
    const first = await confirm(order);
    expect(first).toMatchObject({ status: 409, code: 'SHOP_MONEY_PAID_INVALID' });
    await system.books.rows(
      'UPDATE trade_user.trade_user SET user_money = 900, initial_user_money = 900 WHERE user_id = ?',
      [customer.userId],
    );
    expect((await confirm(order)).text).toBe(first.text);
    expect(await system.books.ordersOf(customer.userId)).toEqual([]);
  });

  it('hears that the first one is still under way', async () => {
    system.proxies.user.fail('PayFromBalance', 'holdReply');
    const first = confirm(anOrderOf(customer));
    await eventually(() => system.proxies.user.faultsMet('PayFromBalance') === 1);
    for (const instance of [system.shop, secondInstance]) {
      expect(await confirm(anOrderOf(customer), instance)).toMatchObject({
        status: 409,
        code: 'SHOP_REQUEST_IN_PROGRESS',
      });
    }
    system.heal();
    await isTheOnlyOrder(await first);
  });

  it('after a failure on our side is tried afresh', async () => {
    system.proxies.user.fail('PayFromBalance', 'refuse');
    expect((await confirm(anOrderOf(customer))).status).toBe(503);
    system.heal();
    // refused as long as the coupon is not given back
    const second = await eventually(async () => {
      const answer = await confirm(anOrderOf(customer));
      return answer.status === 200 && answer;
    });
    await isTheOnlyOrder(second);
  });

  it.each([
    ['created the order', 'goods', 'HoldStock', 'holdRequest'],
    ['took coupon and balance', 'user', 'PayFromBalance', 'holdReply'],
  ] as const)('after order-service died when it %s becomes that order', async (_when, service, rpc, fault) => {
    system.proxies[service].fail(rpc, fault, 1);
    const unanswered = confirm(anOrderOf(customer)).catch(noAnswer);
    await eventually(() => system.proxies[service].faultsMet(rpc) === 1);
    await system.stack.restart('order-service');
    expect(await unanswered).toBeUndefined();
    system.heal();
    const { orderId } = await system.books.orderOf(customer.userId);
    expect(await confirm(anOrderOf(customer))).toMatchObject({ status: 409, code: 'SHOP_REQUEST_IN_PROGRESS' });
    await system.books.endLeases();
    const answer = await confirm(anOrderOf(customer));
    expect(answer.data.orderId).toBe(orderId);
    await isTheOnlyOrder(answer);
  });

  it('while order-service seemed dead and was only asleep is one order', async () => {
    system.proxies.goods.fail('HoldStock', 'holdReply', 1);
    const slow = confirm(anOrderOf(customer));
    await eventually(() => system.proxies.goods.faultsMet('HoldStock') === 1);
    const asleep = system.stack.process('order-service');
    asleep.kill('SIGSTOP');
    try {
      await system.books.endLeases();
      const answer = await confirm(anOrderOf(customer), secondInstance);
      expect(answer.status).toBe(200);
      system.heal();
    } finally {
      asleep.kill('SIGCONT');
    }
    await isTheOnlyOrder(await slow);
  });

  it('by impatient customers to dying instances that take each other for dead is one order each', async () => {
    const customers = await Promise.all(Array.from({ length: 24 }, () => aCustomer(system.books)));
    let killing = true;
    /** Sends until it is answered, to both instances, never waiting for one of them. */
    const orderIds = async (buyer: Customer): Promise<Set<string>> => {
      const seen = new Set<string>();
      const send = async (at: ShopClient) => {
        const answer = await confirm(anOrderOf(buyer), at).catch(noAnswer);
        if (answer?.status === 200) seen.add(answer.data.orderId);
      };
      await eventually(
        async () => {
          await Promise.all([send(system.shop), send(secondInstance)]);
          return seen.size > 0 && !killing;
        },
        { timeoutMs: 60_000 },
      );
      return seen;
    };
    const answered = customers.map(orderIds);
    for (let kills = 0; kills < 2; kills++) {
      for (let i = 0; i < 5; i++) await system.books.endLeases();
      await system.stack.restart('order-service');
    }
    await system.books.endLeases();
    killing = false;
    const seen = await Promise.all(answered);
    await system.settled();
    for (const [i, { userId }] of customers.entries()) {
      const confirmed = (await system.books.ordersOf(userId)).filter(({ orderStatus }) => orderStatus === CONFIRMED);
      expect(confirmed.map(({ orderId }) => orderId)).toEqual([...seen[i]!]);
    }
  });
});
