import { eventually } from '@trade/testing';
import { aCustomer, anOrderOf, holdingsOf, type Customer, type Holdings } from './customer.js';
import { TradeSystem } from './trade-system.js';

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
