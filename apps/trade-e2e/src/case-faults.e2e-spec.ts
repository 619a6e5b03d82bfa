import { eventually, freePort } from '@trade/testing';
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
import { REDELIVERED_WITHIN_MS, TradeSystem } from './trade-system.js';

const CANCELLED = 2;
const CONFIRMED = 1;

/** The fourteen faults of the case study, each as the rule that must hold instead. */
describe('what the case gets wrong', () => {
  let system: TradeSystem;
  const books = () => system.books;
  const shop = () => system.shop;

  beforeAll(async () => {
    // the sweeper runs every 3 s
    system = await TradeSystem.start({
      behindProxies: true,
      env: { ORDER_CONFIRM_LIMIT_MS: '12000', SHIPPING_FEE_YUAN: '8.00' },
    });
  });
  afterAll(() => system?.stop());
  afterEach(async () => {
    system.heal();
    await system.settled();
  });

  it('fault 1: the last unit in stock can be bought', async () => {
    const customer = await aCustomer(books(), { stock: 1 });
    const order = await placeOrder(shop(), anOrderOf(customer));
    expect(order.orderStatus).toBe(CONFIRMED);
    expect(await books().stock(customer.goodsId)).toBe(0);
    expect(await shop().confirm(aPlainOrderOf(customer))).toMatchObject({
      status: 409,
      code: 'SHOP_GOODS_NUM_NOT_ENOUGH',
    });
  });

  it('fault 2: 200 concurrent orders on 50 in stock sell exactly 50', async () => {
    const customer = await aCustomer(books(), { stock: 50 });
    const answers = await Promise.all(Array.from({ length: 200 }, () => shop().confirm(aPlainOrderOf(customer))));
    const sold = answers.filter(({ success }) => success);
    const refused = answers.filter(({ success }) => !success);
    expect(sold).toHaveLength(50);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['SHOP_GOODS_NUM_NOT_ENOUGH']));
    await system.settled();
    expect(await books().stock(customer.goodsId)).toBe(0);
    const orders = await books().ordersOf(customer.userId);
    expect(orders.filter(({ orderStatus }) => orderStatus === CONFIRMED)).toHaveLength(50);
  });

  it('fault 3: a cancelled order gives back only what it took', async () => {
    const customer = await aCustomer(books(), { balance: '30.00' });
    system.proxies.goods.fail('HoldStock', 'holdReply', 1);
    const late = shop().confirm(anOrderOf(customer));
    await eventually(() => system.proxies.goods.faultsMet('HoldStock') === 1);
    const winner = await placeOrder(shop(), anOrderOf(customer));
    system.proxies.goods.release();
    expect((await late).status).toBe(409);
    await system.settled();
    expect(await holdingsOf(books(), customer)).toEqual({ stock: 9, balance: '0.00', couponOrder: winner.orderId });
  });

  it('fault 4: a cancellation reaches everybody although the broker is down', async () => {
    const customer = await aCustomer(books());
    system.breakBroker();
    system.proxies.coupon.fail('UseCoupon', 'refuse');
    expect((await shop().confirm(anOrderOf(customer))).success).toBe(false);
    expect((await books().orderOf(customer.userId)).orderStatus).toBe(CANCELLED);
    system.healBroker();
    await system.settled();
    expect(await holdingsOf(books(), customer)).toEqual({ stock: 10, balance: '500.00', couponOrder: null });
  });

  it('fault 5: the shipping fee is part of what is due', async () => {
    const customer = await aCustomer(books(), { price: '10.00', coupon: '5.05' });
    const small = { goodsNumber: 2, goodsPrice: '10.00', moneyPaid: '0.90' };
    const withoutFee = await shop().confirm(
      anOrderOf(customer, { ...small, shippingFee: '0.00', orderAmount: '20.00' }),
    );
    expect(withoutFee).toMatchObject({ status: 400, code: 'SHOP_ORDER_SHIPPINGFEE_INVALID' });
    const feeThrownAway = await shop().confirm(
      anOrderOf(customer, { ...small, shippingFee: '8.00', orderAmount: '20.00' }),
    );
    expect(feeThrownAway).toMatchObject({ status: 400, code: 'SHOP_ORDERAMOUNT_INVALID' });
    const order = await placeOrder(
      shop(),
      anOrderOf(customer, { ...small, shippingFee: '8.00', orderAmount: '28.00' }),
    );
    expect(order).toMatchObject({ shippingFee: '8.00', orderAmount: '28.00', payAmount: '22.05' });
  });

  it('fault 6: two instances of a consumer refund once, and a failed try is repeated', async () => {
    const customer = await aCustomer(books());
    const [httpPort, grpcPort] = [await freePort(), await freePort()];
    const second = system.startInstance('user-service', {
      DATABASE_URL: system.databaseUrl('trade_user'),
      USER_HTTP_PORT: String(httpPort),
      USER_GRPC_PORT: String(grpcPort),
    });
    await eventually(async () => (await fetch(`http://127.0.0.1:${httpPort}/health/ready`)).ok, { timeoutMs: 30_000 });
    system.proxies.user.fail('PayFromBalance', 'loseReply');
    const answer = shop().confirm(anOrderOf(customer));
    await eventually(() => system.proxies.user.faultsMet('PayFromBalance') === 1);
    const putBack = await books().takeTableAway('trade_user.trade_user_money_log');
    try {
      expect((await answer).success).toBe(false);
      const { orderId } = await books().orderOf(customer.userId);
      await eventually(async () =>
        expect(await books().consumed('trade_user', 'order_cancel', orderId)).toMatchObject([{ status: 2 }]),
      );
      expect(await books().balance(customer.userId)).toBe('470.00');
    } finally {
      await putBack();
    }
    await system.settled();
    expect(await books().balance(customer.userId)).toBe('500.00');
    second.process.kill('SIGTERM');
  });

  it('fault 7: a roll-back has a log row beside the deduction', async () => {
    const customer = await aCustomer(books());
    system.proxies.user.fail('PayFromBalance', 'loseReply');
    expect((await shop().confirm(anOrderOf(customer))).success).toBe(false);
    const { orderId } = await books().orderOf(customer.userId);
    await system.settled();
    const goodsLog =
      'SELECT log_type, goods_number FROM trade_goods.trade_goods_number_log WHERE order_id = ? ORDER BY log_type';
    expect(await books().rows(goodsLog, [orderId])).toEqual([
      { log_type: 1, goods_number: -1 },
      { log_type: 2, goods_number: 1 },
    ]);
    const moneyLog =
      'SELECT money_log_type, use_money FROM trade_user.trade_user_money_log WHERE order_id = ? ORDER BY money_log_type';
    expect(await books().rows(moneyLog, [orderId])).toEqual([
      { money_log_type: 1, use_money: '30.00' },
      { money_log_type: 2, use_money: '30.00' },
    ]);
  });

  it('fault 8: a message whose consumer dies in the middle is processed by the next one', async () => {
    const customer = await aCustomer(books());
    system.proxies.user.fail('PayFromBalance', 'loseReply');
    const answer = shop().confirm(anOrderOf(customer));
    await eventually(() => system.proxies.user.faultsMet('PayFromBalance') === 1);
    const unlock = await books().lockUser(customer.userId);
    expect((await answer).success).toBe(false);
    await books().updateWaiting('trade_user');
    await system.stack.restart('user-service');
    await unlock();
    await eventually(async () => expect(await books().balance(customer.userId)).toBe('500.00'), {
      timeoutMs: REDELIVERED_WITHIN_MS,
    });
  });

  it('fault 9: a callback is signed, has the right amount, counts once, and commits together with its message', async () => {
    const customer = await aCustomer(books());
    const order = await placeOrder(shop(), anOrderOf(customer));
    const { payId } = await openPayment(shop(), order);
    expect(await shop().callbackSigned(JSON.stringify({ payId, isPaid: 2 }), undefined)).toMatchObject({ status: 401 });
    expect(await shop().callback({ payId, isPaid: 2, payAmount: '49.99' })).toMatchObject({
      status: 400,
      code: 'SHOP_PAY_AMOUNT_INVALID',
    });
    // without its message, the payment is not paid either
    const putBack = await books().takeTableAway('trade_pay.trade_mq_producer_temp');
    try {
      expect((await shop().callback({ payId, isPaid: 2 })).success).toBe(false);
      expect((await shop().payment(payId)).data.isPaid).toBe(0);
    } finally {
      await putBack();
    }
    const paid = () => shop().callback({ payId, isPaid: 2, payAmount: '50.00' });
    const answers = [...(await Promise.all([paid(), paid(), paid()])), await paid()];
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, data: { isPaid: 2 } });
    await paymentArrived(books(), order);
    await system.settled();
    expect(await books().consumed('trade_pay', 'pay_success', payId)).toEqual([{ status: 1, times: 1 }]);
  });

  it('fault 10: cents are kept', async () => {
    const customer = await aCustomer(books(), { price: '79.99', balance: '250.55', coupon: '5.05' });
    const body = anOrderOf(customer, { goodsNumber: 3, orderAmount: '239.97' });
    // amounts as JSON numbers, as the case's client writes them
    const { data: order } = await shop().confirm(JSON.stringify({ ...body, goodsPrice: 79.99, moneyPaid: 0.55 }));
    expect(order).toMatchObject({
      goodsAmount: '239.97',
      orderAmount: '239.97',
      couponPaid: '5.05',
      moneyPaid: '0.55',
      payAmount: '234.37',
    });
    expect(await books().balance(customer.userId)).toBe('250.00');
    await payOrder(shop(), order);
    await paymentArrived(books(), order);
  });

  it('fault 11: a balance never goes below zero', async () => {
    const customer = await aCustomer(books(), { balance: '100.00' });
    const order = aPlainOrderOf(customer, { moneyPaid: '30.00' });
    const tooMuch = await shop().confirm({ ...order, moneyPaid: '100.01', goodsNumber: 2, orderAmount: '200.00' });
    expect(tooMuch).toMatchObject({ status: 409, code: 'SHOP_MONEY_PAID_INVALID' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => shop().confirm(order)));
    expect(answers.filter(({ success }) => success)).toHaveLength(3);
    await system.settled();
    expect(await books().balance(customer.userId)).toBe('10.00');
    expect(await books().stock(customer.goodsId)).toBe(7);
  });

  it.each([
    ['HoldStock', 'goods'],
    ['UseCoupon', 'coupon'],
    ['PayFromBalance', 'user'],
  ] as const)('fault 12: %s, asked again because its answer got lost, takes once', async (rpc, service) => {
    const customer = await aCustomer(books());
    system.proxies[service].fail(rpc, 'cutReply', 1);
    const order = await placeOrder(shop(), anOrderOf(customer));
    expect(system.proxies[service].answered(rpc)).toBe(2);
    expect(await holdingsOf(books(), customer)).toEqual({ stock: 9, balance: '470.00', couponOrder: order.orderId });
  });

  it("fault 13: nobody uses another one's coupon", async () => {
    const [owner, stranger] = [await aCustomer(books()), await aCustomer(books())];
    const answer = await shop().confirm(anOrderOf({ ...stranger, couponId: owner.couponId }));
    expect(answer).toMatchObject({ status: 403, code: 'SHOP_COUPON_NOT_OWNED' });
    expect(await books().ordersOf(stranger.userId)).toEqual([]);
    expect(await books().couponOrder(owner.couponId)).toBeNull();
  });

  it('fault 14: a crash between two steps leaves no stock held', async () => {
    const customer = await aCustomer(books());
    system.proxies.coupon.fail('UseCoupon', 'holdRequest');
    const answer = shop()
      .confirm(anOrderOf(customer))
      .catch((error: unknown) => error);
    await eventually(() => system.proxies.coupon.faultsMet('UseCoupon') === 1);
    expect(await books().stock(customer.goodsId)).toBe(9);
    await system.stack.restart('order-service');
    await answer;
    await books().ageOrder((await books().orderOf(customer.userId)).orderId);
    await eventually(async () => expect((await books().orderOf(customer.userId)).orderStatus).toBe(CANCELLED));
    await eventually(async () => expect(await books().stock(customer.goodsId)).toBe(10));
    system.proxies.coupon.release();
    await system.settled();
    expect(await holdingsOf(books(), customer)).toEqual({ stock: 10, balance: '500.00', couponOrder: null });
  });
});
