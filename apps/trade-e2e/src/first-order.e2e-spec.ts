import { grpcServices } from '@trade/contracts';
import { eventually, sample } from '@trade/testing';
import { paymentArrived } from './customer.js';
import { grpcHealth, reflectedServices } from './grpc-caller.js';
import type { OrderView } from './shop-client.js';
import { TradeSystem } from './trade-system.js';

/** What the case's own client posts: ids above 2^53 as JSON integers. */
const FIRST_ORDER = `{
  "goodsId": 345959443973935104, "userId": 345963634385633280, "goodsNumber": 1, "address": "北京",
  "goodsPrice": 1000, "orderAmount": 1000, "moneyPaid": 100, "couponId": 345988230098857986, "shippingFee": 0
}`;
const COUPON_ID = '345988230098857986';
/** A command line as npm start prints it. */
const PRINTED_ORDER = /curl -s (\S+\/order\/confirm) -H 'content-type: application\/json' -d '([^']+)'/;

let system: TradeSystem;

beforeAll(async () => {
  system = await TradeSystem.start();
});
afterAll(() => system?.stop());

describe('the first order on a new system', () => {
  let order: OrderView;
  let payId: string;

  it('is confirmed by the curl that npm start prints', async () => {
    const [, url, body] = PRINTED_ORDER.exec(system.stack.output)!;
    const answer = await system.shop.post<OrderView>(url!, body!);
    expect(answer).toMatchObject({ status: 200, data: { orderStatus: 1, payAmount: '880.00' } });
    expect(await system.books.stock(sample.goodsId)).toBe(998);
    expect(await system.books.balance(sample.userId)).toBe('800.00');
  });

  it("is confirmed from the case's own request, with every digit of its ids", async () => {
    const answer = await system.shop.confirm(FIRST_ORDER);
    expect(answer).toMatchObject({ status: 200, success: true, code: 'SHOP_SUCCESS' });
    order = answer.data;
    expect(order).toMatchObject({
      userId: sample.userId,
      goodsId: sample.goodsId,
      goodsNumber: 1,
      orderStatus: 1,
      payStatus: 0,
      shippingStatus: 0,
      couponId: COUPON_ID,
      goodsAmount: '1000.00',
      shippingFee: '0.00',
      orderAmount: '1000.00',
      couponPaid: '20.00',
      moneyPaid: '100.00',
      payAmount: '880.00',
    });
    expect(answer.text).toMatch(/"orderId":"\d{18,19}"/);
  });

  it('is in MySQL, and stock, coupon and balance have changed', async () => {
    const rows = await system.books.rows(
      'SELECT user_id, order_status, address, pay_amount FROM trade_order.trade_order WHERE order_id = ?',
      [order.orderId],
    );
    expect(rows).toEqual([{ user_id: sample.userId, order_status: 1, address: '北京', pay_amount: '880.00' }]);
    expect(await system.books.stock(sample.goodsId)).toBe(997);
    expect(await system.books.balance(sample.userId)).toBe('700.00');
    expect(await system.books.couponOrder(COUPON_ID)).toBe(order.orderId);
  });

  it('can be read, alone and among the orders of its user', async () => {
    const one = await system.shop.order(order.orderId);
    expect(one).toMatchObject({ status: 200, data: order });
    const { data: orders } = await system.shop.orders(sample.userId);
    expect(orders).toHaveLength(3);
    expect(orders[0]).toEqual(order);
    expect(orders[2]?.orderId).toBe(sample.paidOrderId);
  });

  it('has told others by order_confirm that it is confirmed', async () => {
    await eventually(async () => (await system.books.waitingMessages()) === 0);
    await system.settled();
  });

  it('gets one payment of what is due, however often it is opened', async () => {
    const body = `{"orderId": ${order.orderId}, "payAmount": 880}`;
    const answer = await system.shop.createPayment(body);
    expect(answer).toMatchObject({ status: 200, data: { orderId: order.orderId, payAmount: '880.00', isPaid: 0 } });
    payId = answer.data.payId;
    const again = await Promise.all([1, 2, 3].map(() => system.shop.createPayment(body)));
    expect(again.map(({ data }) => data.payId)).toEqual([payId, payId, payId]);
    expect((await system.shop.payment(payId)).data).toMatchObject({ payId, isPaid: 0 });
  });

  it('is paid by the signed callback: order, score and pay log hear of it', async () => {
    const scoreBefore = await system.books.score(sample.userId);
    const answer = await system.shop.callback(`{"payId": ${payId}, "isPaid": 2}`);
    expect(answer).toMatchObject({ status: 200, data: { payId, isPaid: 2 } });
    await paymentArrived(system.books, order);
    expect((await system.shop.order(order.orderId)).data.payStatus).toBe(2);
    expect(await system.books.score(sample.userId)).toBeGreaterThan(scoreBefore);
    await system.settled();
  });

  it('stays as it is when the callback is repeated', async () => {
    const before = await system.books.rowCounts();
    const score = await system.books.score(sample.userId);
    const answer = await system.shop.callback({ payId, isPaid: 2 });
    expect(answer).toMatchObject({ status: 200, data: { payId, isPaid: 2 } });
    await system.settled();
    expect(await system.books.rowCounts()).toEqual(before);
    expect(await system.books.score(sample.userId)).toBe(score);
    expect(await system.shop.createPayment({ orderId: order.orderId, payAmount: '880.00' })).toMatchObject({
      status: 409,
      code: 'SHOP_ORDER_PAY_STATUS_IS_PAY',
    });
  });
});

describe('the doors of the system', () => {
  const services = ['order', 'pay', 'goods', 'coupon', 'user'] as const;
  const address = (name: string) => `127.0.0.1:${system.stack.port(`${name.toUpperCase()}_GRPC_PORT`)}`;

  it('goods can be listed page by page, and read one by one', async () => {
    const { data: all } = await system.shop.goods();
    expect(all[0]).toMatchObject({ goodsId: sample.goodsId, goodsPrice: '1000.00' });
    const { data: page } = await system.shop.goods({ limit: 2, after: sample.goodsId });
    expect(page).toEqual(all.slice(1, 3));
    expect((await system.shop.goodsById(sample.goodsId)).data).toEqual(all[0]);
  });

  it('order-service and pay-service show their OpenAPI page', async () => {
    for (const url of [system.stack.orderUrl, system.stack.payUrl]) {
      const page = await fetch(`${url}/docs`);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toContain('text/html');
      const openApi = (await (await fetch(`${url}/docs/openapi.json`)).json()) as { paths: Record<string, unknown> };
      expect(Object.keys(openApi.paths).length).toBeGreaterThan(2);
    }
  });

  it('npm start says that requests need no token, and prints one that is checked', async () => {
    expect(system.stack.output).toContain('ANYONE MAY SEE AND DO EVERYTHING');
    const token = /TOKEN=(\S+)/.exec(system.stack.output)![1]!;
    const ordersOf = (userId: string, authorization: string) =>
      fetch(`${system.stack.orderUrl}/order?userId=${userId}`, { headers: { authorization } });
    expect((await ordersOf(sample.userId, `Bearer ${token}`)).status).toBe(200);
    expect((await ordersOf('1', `Bearer ${token}`)).status).toBe(403);
    expect((await ordersOf(sample.userId, `Bearer ${token}x`)).status).toBe(401);
    expect(system.stack.log('order-service')).toMatch(/"level":"warn".*requests without a token are taken/);
  });

  it.each(services)('%s-service is alive and ready over HTTP', async (name) => {
    const url = `http://127.0.0.1:${system.stack.port(`${name.toUpperCase()}_HTTP_PORT`)}`;
    for (const check of ['live', 'ready']) {
      const answer = await fetch(`${url}/health/${check}`);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ status: 'ok' });
    }
  });

  it.each(services)('%s-service tells its health and its rpcs over gRPC', async (name) => {
    const { packageName, serviceName } = grpcServices[name];
    const service = `${packageName}.${serviceName}`;
    expect(await grpcHealth(address(name), service)).toBe('SERVING');
    expect(await grpcHealth(address(name), '')).toBe('SERVING');
    expect(await reflectedServices(address(name))).toContain(service);
  });
});
