import { once } from 'node:events';
import { eventually, freePort, tcpProxy } from '@trade/testing';
import { aCustomer, anOrderOf, holdingsOf, type Customer, type Holdings } from './customer.js';
import { ShopClient } from './shop-client.js';
import { CALLBACK_SECRET, TradeSystem } from './trade-system.js';

const CONFIRMED = 1;
const CANCELLED = 2;
/** The sweeper runs four times within the confirm limit: an aged order is found before a held call meets its deadline. */
const RPC_DEADLINE_MS = 1_500;
const CONFIRM_LIMIT_MS = 3_200;

describe('an order that fails on the way', () => {
  let system: TradeSystem;
  let customer: Customer;
  let before: Holdings;

  beforeAll(async () => {
    system = await TradeSystem.start({
      behindProxies: true,
      env: { RPC_DEADLINE_MS: String(RPC_DEADLINE_MS), ORDER_CONFIRM_LIMIT_MS: String(CONFIRM_LIMIT_MS) },
    });
  });
  afterAll(() => system?.stop());

  beforeEach(async () => {
    customer = await aCustomer(system.books);
    before = await holdingsOf(system.books, customer);
  });
  afterEach(() => {
    for (const proxy of Object.values(system.proxies)) proxy.heal();
  });

  /** The step, its service, and its rpc. */
  const steps = [
    ['hold stock', 'goods', 'HoldStock'],
    ['use coupon', 'coupon', 'UseCoupon'],
    ['pay from balance', 'user', 'PayFromBalance'],
  ] as const;

  async function everythingIsAsBefore(): Promise<void> {
    const order = await eventually(async () => {
      const found = await system.books.orderOf(customer.userId);
      expect(found.orderStatus).toBe(CANCELLED);
      return found;
    });
    await eventually(async () => expect(await holdingsOf(system.books, customer)).toEqual(before));
    await system.settled();
    // late consequences would have come by now
    expect(await holdingsOf(system.books, customer)).toEqual(before);
    expect((await system.shop.order(order.orderId)).data.orderStatus).toBe(CANCELLED);
  }

  it.each(steps)('%s refused: the order is cancelled and nothing stays taken', async (_step, service, rpc) => {
    system.proxies[service].fail(rpc, 'refuse');
    const answer = await system.shop.confirm(anOrderOf(customer));
    expect(answer).toMatchObject({ status: 503, success: false, code: 'SHOP_SERVICE_UNAVAILABLE' });
    await everythingIsAsBefore();
  });

  it.each(steps)('%s done but its reply lost: what was done is undone', async (_step, service, rpc) => {
    system.proxies[service].fail(rpc, 'loseReply');
    const answer = await system.shop.confirm(anOrderOf(customer));
    expect(answer).toMatchObject({ status: 504, success: false, code: 'SHOP_SERVICE_TIMEOUT' });
    expect(system.proxies[service].faultsMet(rpc)).toBe(1);
    await everythingIsAsBefore();
  });

  it.each(steps)('%s arrives only after the order was cancelled: it is refused', async (_step, service, rpc) => {
    system.proxies[service].fail(rpc, 'holdRequest');
    const answer = await system.shop.confirm(anOrderOf(customer));
    expect(answer).toMatchObject({ status: 504, code: 'SHOP_SERVICE_TIMEOUT' });
    const { orderId } = await system.books.orderOf(customer.userId);
    await cancellationReached(service, orderId);
    const calls = system.proxies[service].answered(rpc);
    system.proxies[service].release();
    await eventually(() => system.proxies[service].answered(rpc) > calls);
    await everythingIsAsBefore();
  });

  it('a business refusal of a participant reaches the buyer and undoes the other steps', async () => {
    // the balance is spent between the check and the deduction
    system.proxies.goods.fail('HoldStock', 'holdReply');
    const answer = system.shop.confirm(anOrderOf(customer));
    await eventually(() => system.proxies.goods.faultsMet('HoldStock') === 1);
    await system.books.spendBalance(customer.userId);
    system.proxies.goods.release();
    expect(await answer).toMatchObject({ status: 409, code: 'SHOP_MONEY_PAID_INVALID' });
    before = { ...before, balance: '0.00' };
    await everythingIsAsBefore();
  });

  it('confirm refused: the order was cancelled while its last step was on its way', async () => {
    system.proxies.user.fail('PayFromBalance', 'holdReply');
    const answer = system.shop.confirm(anOrderOf(customer));
    await eventually(() => system.proxies.user.faultsMet('PayFromBalance') === 1);
    const { orderId } = await system.books.orderOf(customer.userId);
    await system.books.ageOrder(orderId);
    await eventually(async () => (await system.books.orderOf(customer.userId)).orderStatus === CANCELLED);
    system.proxies.user.release();
    expect(await answer).toMatchObject({ success: false });
    await everythingIsAsBefore();
  });

  it('confirm in doubt: its connection to the database breaks before the commit', async () => {
    system.proxies.user.fail('PayFromBalance', 'holdReply');
    const answer = system.shop.confirm(anOrderOf(customer));
    await eventually(() => system.proxies.user.faultsMet('PayFromBalance') === 1);
    const { orderId } = await system.books.orderOf(customer.userId);
    const unlock = await system.books.lockOrder(orderId);
    system.proxies.user.release();
    await system.books.killWaitingUpdate('trade_order');
    await unlock();
    expect((await answer).success).toBe(false);
    await everythingIsAsBefore();
  });

  it('confirm in doubt: the answer to its commit gets lost, and the order is confirmed all the same', async () => {
    const database = await tcpProxy(Number(new URL(system.stack.databaseUrl).port));
    const { shop, stop } = await orderServiceBehind(database.address);
    system.proxies.user.fail('PayFromBalance', 'holdReply');
    const answer = shop.confirm(anOrderOf(customer));
    await eventually(() => system.proxies.user.faultsMet('PayFromBalance') === 1);
    database.setMode('swallowReplies');
    system.proxies.user.release();
    await eventually(async () => (await system.books.orderOf(customer.userId)).orderStatus === CONFIRMED);
    database.setMode('pass');
    expect(await answer).toMatchObject({ status: 200, data: { orderStatus: CONFIRMED } });
    await system.settled();
    expect((await holdingsOf(system.books, customer)).stock).toBe(before.stock - 1);
    await stop();
    await database.stop();
  });

  /** One more order-service, whose way to the database is another. */
  async function orderServiceBehind(databaseAddress: string) {
    const [httpPort, grpcPort] = [await freePort(), await freePort()];
    const { goods, coupon, user } = system.proxies;
    const { process } = system.startInstance('order-service', {
      DATABASE_URL: Object.assign(new URL(system.databaseUrl('trade_order')), { host: databaseAddress }).href,
      ORDER_HTTP_PORT: String(httpPort),
      ORDER_GRPC_PORT: String(grpcPort),
      GOODS_GRPC_ADDRESS: goods.address,
      COUPON_GRPC_ADDRESS: coupon.address,
      USER_GRPC_ADDRESS: user.address,
    });
    const url = `http://127.0.0.1:${httpPort}`;
    await eventually(async () => (await fetch(`${url}/health/ready`)).ok, { timeoutMs: 30_000 });
    const stop = async (): Promise<void> => {
      process.kill('SIGTERM');
      await once(process, 'exit');
    };
    return { shop: new ShopClient(url, system.stack.payUrl, CALLBACK_SECRET), stop };
  }

  /** Waits until a participant has seen the order's cancellation. */
  async function cancellationReached(service: keyof TradeSystem['proxies'], orderId: string): Promise<void> {
    await eventually(
      async () =>
        (await system.books.count(
          `trade_${service}.trade_mq_consumer_log`,
          "msg_tag = 'order_cancel' AND msg_key = ? AND consumer_status = 1",
          orderId,
        )) === 1,
      { timeoutMs: 20_000 },
    );
  }
});
