import { status } from '@grpc/grpc-js';
import { grpcServices } from '@trade/contracts';
import { sample } from '@trade/testing';
import { newId } from './books.js';
import { aCustomer, aPlainOrderOf, anOrderOf, openPayment, placeOrder, type Customer } from './customer.js';
import { callGrpc, callGrpcWithBytes, grpcHealth } from './grpc-caller.js';
import type { Answer } from './shop-client.js';
import { TradeSystem } from './trade-system.js';
import {
  brokenBodies,
  optional,
  wrongAmounts,
  wrongIds,
  wrongIdTexts,
  wrongPaidStates,
  wrongQuantities,
  wrongTexts,
  type WrongValues,
} from './wrong-values.js';

type ServiceName = keyof typeof grpcServices;

const TEN_MEGABYTES = 10_000_000;
const STACK_TRACE = /\bat .+:\d+|node_modules|\.js\b|\.ts\b|SELECT|QueryFailed|\bER_|ECONN/;

let system: TradeSystem;
let customer: Customer;
let payId: string;
let orderId: string;
let rowsBefore: Record<string, number>;

beforeAll(async () => {
  system = await TradeSystem.start();
  customer = await aCustomer(system.books);
  const order = await placeOrder(system.shop, aPlainOrderOf(await aCustomer(system.books)));
  orderId = order.orderId;
  ({ payId } = await openPayment(system.shop, order));
  await system.settled();
  rowsBefore = await system.books.rowCounts();
});
afterAll(() => system?.stop());

/** A door: a valid request, and how to send any text to it. */
const doors = {
  'POST /order/confirm': {
    valid: () => ({ ...anOrderOf(customer), consignee: 'Li Lei' }),
    send: (body: string) => system.shop.confirm(body),
    fields: {
      userId: wrongIds,
      goodsId: wrongIds,
      goodsNumber: wrongQuantities,
      goodsPrice: wrongAmounts,
      orderAmount: wrongAmounts,
      shippingFee: wrongAmounts,
      couponId: optional(wrongIds),
      moneyPaid: optional(wrongAmounts),
      address: wrongTexts,
      consignee: optional(wrongTexts),
    },
  },
  'POST /pay/createPayment': {
    valid: () => ({ orderId, payAmount: '100.00' }),
    send: (body: string) => system.shop.createPayment(body),
    fields: { orderId: wrongIds, payAmount: wrongAmounts },
  },
  'POST /pay/callbackPayment': {
    valid: () => ({ payId, isPaid: 2 }),
    send: (body: string) => system.shop.callback(body),
    fields: {
      payId: wrongIds,
      isPaid: wrongPaidStates,
      payAmount: optional(wrongAmounts),
      orderId: optional(wrongIds),
    },
  },
};

describe.each(Object.entries(doors))('%s', (_door, { valid, send, fields }) => {
  const cases = Object.entries<WrongValues>(fields).flatMap(([field, values]) =>
    Object.entries(values)
      .filter(([what, value]) => value !== undefined || what === 'missing')
      .map(([what, value]) => [field, what, value] as const),
  );

  it.each(cases)('refuses %s: %s', async (field, _what, value) => {
    expectRefused(await send(bodyWith(valid(), field, value)), 400, field);
  });

  it('refuses a field that it does not know', async () => {
    expectRefused(await send(bodyWith(valid(), 'colour', '"red"')), 400, 'colour');
  });

  it.each(Object.entries(brokenBodies))('refuses %s', async (_what, body) => {
    expectRefused(await send(body), 400);
  });

  it('refuses 10 MB', async () => {
    expectRefused(await send(bodyWith(valid(), 'address', `"${'x'.repeat(TEN_MEGABYTES)}"`)), 413);
  });
});

describe('what is well formed but not right', () => {
  it.each([
    ['unknown goods', { goodsId: newId() }, 404, 'SHOP_GOODS_NO_EXIST'],
    ['an unknown user', { userId: newId() }, 404, 'SHOP_USER_NO_EXIST'],
    ['an unknown coupon', { couponId: newId() }, 404, 'SHOP_COUPON_NO_EXIST'],
    ['an old price', { goodsPrice: '99.99' }, 409, 'SHOP_GOODS_PRICE_INVALID'],
    ['a price of zero', { goodsPrice: '0.00' }, 409, 'SHOP_GOODS_PRICE_INVALID'],
    ['more than is in stock', { goodsNumber: 11, orderAmount: '1100.00' }, 409, 'SHOP_GOODS_NUM_NOT_ENOUGH'],
    ['a wrong sum', { orderAmount: '99.99' }, 400, 'SHOP_ORDERAMOUNT_INVALID'],
    ['a sum of zero', { orderAmount: '0' }, 400, 'SHOP_ORDERAMOUNT_INVALID'],
    ['a wrong shipping fee', { shippingFee: '0.01' }, 400, 'SHOP_ORDER_SHIPPINGFEE_INVALID'],
    ['more balance than is due', { moneyPaid: '80.01' }, 400, 'SHOP_MONEY_PAID_TOO_MUCH'],
    ['more balance than there is', { moneyPaid: '500.01' }, 409, 'SHOP_MONEY_PAID_INVALID'],
    ['a used coupon', { userId: sample.userId, couponId: '345988230098857984' }, 409, 'SHOP_COUPON_ISUSED'],
  ])('an order with %s is refused', async (_what, wrong, status, code) => {
    const answer = await system.shop.confirm(anOrderOf(customer, wrong));
    expectRefused(answer, status);
    expect(answer.code).toBe(code);
  });

  it.each([
    ['an unknown order', () => ({ orderId: newId(), payAmount: '100.00' }), 404],
    ['another amount than is due', () => ({ orderId, payAmount: '99.99' }), 400],
    ['an amount of zero', () => ({ orderId, payAmount: '0.00' }), 400],
    ['a paid order', () => ({ orderId: sample.paidOrderId, payAmount: '880.00' }), 409],
  ])('a payment of %s is refused', async (_what, body, status) => {
    expectRefused(await system.shop.createPayment(body()), status);
  });

  it.each([
    ['an unknown payment', () => ({ payId: newId(), isPaid: 2 }), 404],
    ['another amount', () => ({ payId, isPaid: 2, payAmount: '99.99' }), 400],
    ['another order', () => ({ payId, isPaid: 2, orderId: sample.paidOrderId }), 400],
  ])('a callback of %s is refused', async (_what, body, status) => {
    expectRefused(await system.shop.callback(body()), status);
  });
});

describe('reading', () => {
  const order = (path: string) => system.shop.get(`${system.stack.orderUrl}${path}`);
  const pay = (path: string) => system.shop.get(`${system.stack.payUrl}${path}`);

  it.each(wrongIdTexts)('refuses %s as an id, naming the field', async (id) => {
    expectRefused(await order(`/order/${id}`), 400, 'orderId');
    expectRefused(await order(`/goods/${id}`), 400, 'goodsId');
    expectRefused(await pay(`/pay/${id}`), 400, 'payId');
    expectRefused(await order(`/order?userId=${id}`), 400, 'userId');
    expectRefused(await order(`/order?userId=1&before=${id}`), 400, 'before');
    expectRefused(await order(`/goods?after=${id}`), 400, 'after');
  });

  it('answers 404 for ids that nobody has', async () => {
    expectRefused(await order(`/order/${newId()}`), 404);
    expectRefused(await order(`/goods/${newId()}`), 404);
    expectRefused(await pay(`/pay/${newId()}`), 404);
    expect(await order(`/order?userId=${newId()}`)).toMatchObject({ status: 200, data: [] });
  });

  it.each(['0', '-1', '101', 'abc', '1.5', '1e1', ''])('refuses a limit of "%s"', async (limit) => {
    expectRefused(await order(`/goods?limit=${limit}`), 400, 'limit');
    expectRefused(await order(`/order?userId=1&limit=${limit}`), 400, 'limit');
  });

  it('refuses parameters that are missing, given twice, or unknown', async () => {
    expectRefused(await order('/order'), 400, 'userId');
    expectRefused(await order('/order?userId=1&userId=2'), 400, 'userId');
    expectRefused(await order('/order?userId[$ne]=1'), 400);
    expectRefused(await order('/goods?colour=red'), 400, 'colour');
  });

  it.each(['/nothing', '/order/1/2', '/%', '/../../etc/passwd', '/pay/createPayment/'])(
    '%s is no address',
    async (path) => {
      for (const answer of [await order(path), await pay(path)]) {
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expectRefused(answer, answer.status);
      }
    },
  );

  it.each(['PUT', 'PATCH', 'DELETE'])('%s is no method of an order', async (method) => {
    const response = await fetch(`${system.stack.orderUrl}/order/confirm`, { method });
    expect([404, 405]).toContain(response.status);
  });

  it('refuses a body of another media type', async () => {
    const body = new URLSearchParams({ userId: '1' });
    const response = await fetch(`${system.stack.orderUrl}/order/confirm`, { method: 'POST', body });
    expect(response.status).toBe(415);
  });
});

describe('over gRPC', () => {
  const address = (service: ServiceName) => `127.0.0.1:${system.stack.port(`${service.toUpperCase()}_GRPC_PORT`)}`;
  const call = (service: ServiceName, rpc: string, request: object) =>
    callGrpc(address(service), grpcServices[service], rpc, request);
  const id = () => newId();

  it.each<[ServiceName, string, string, () => object]>([
    ['goods', 'GetGoods', 'nothing', () => ({})],
    ['goods', 'GetGoods', 'a negative id', () => ({ goodsId: -1 })],
    ['goods', 'ListGoods', 'no limit', () => ({})],
    ['goods', 'ListGoods', 'a negative limit', () => ({ limit: -1 })],
    ['goods', 'HoldStock', 'nothing', () => ({})],
    ['goods', 'HoldStock', 'no order', () => ({ goodsId: customer.goodsId, quantity: 1 })],
    ['goods', 'HoldStock', 'no quantity', () => ({ orderId: id(), goodsId: customer.goodsId })],
    ['goods', 'HoldStock', 'a negative quantity', () => ({ orderId: id(), goodsId: customer.goodsId, quantity: -5 })],
    ['coupon', 'GetCoupon', 'nothing', () => ({})],
    ['coupon', 'UseCoupon', 'no user', () => ({ orderId: id(), couponId: customer.couponId })],
    ['coupon', 'UseCoupon', 'a negative order', () => ({ ...customer, orderId: -1 })],
    ['user', 'GetUser', 'nothing', () => ({})],
    ['user', 'PayFromBalance', 'a negative amount', () => ({ orderId: id(), userId: customer.userId, amountFen: -1 })],
    ['user', 'PayFromBalance', 'no amount', () => ({ orderId: id(), userId: customer.userId })],
    ['order', 'GetOrder', 'nothing', () => ({})],
    ['pay', 'GetPayment', 'a negative id', () => ({ payId: -1 })],
  ])('%s-service refuses %s with %s', async (service, rpc, _what, request) => {
    await expect(call(service, rpc, request())).rejects.toMatchObject({
      status: status.INVALID_ARGUMENT,
      shopCode: 'SHOP_REQUEST_PARAMETER_INVALID',
    });
  });

  it.each<[ServiceName, string, () => object, status, string]>([
    ['goods', 'GetGoods', () => ({ goodsId: id() }), status.NOT_FOUND, 'SHOP_GOODS_NO_EXIST'],
    [
      'goods',
      'HoldStock',
      () => ({ orderId: id(), goodsId: id(), quantity: 1 }),
      status.NOT_FOUND,
      'SHOP_GOODS_NO_EXIST',
    ],
    [
      'goods',
      'HoldStock',
      () => ({ orderId: id(), goodsId: customer.goodsId, quantity: 2_147_483_647 }),
      status.FAILED_PRECONDITION,
      'SHOP_GOODS_NUM_NOT_ENOUGH',
    ],
    ['coupon', 'GetCoupon', () => ({ couponId: id() }), status.NOT_FOUND, 'SHOP_COUPON_NO_EXIST'],
    [
      'coupon',
      'UseCoupon',
      () => ({ orderId: id(), couponId: customer.couponId, userId: id() }),
      status.PERMISSION_DENIED,
      'SHOP_COUPON_NOT_OWNED',
    ],
    ['user', 'GetUser', () => ({ userId: id() }), status.NOT_FOUND, 'SHOP_USER_NO_EXIST'],
    [
      'user',
      'PayFromBalance',
      () => ({ orderId: id(), userId: customer.userId, amountFen: '9223372036854775807' }),
      status.FAILED_PRECONDITION,
      'SHOP_MONEY_PAID_INVALID',
    ],
    ['order', 'GetOrder', () => ({ orderId: id() }), status.NOT_FOUND, 'SHOP_ORDER_NO_EXIST'],
    ['pay', 'GetPayment', () => ({ payId: id() }), status.NOT_FOUND, 'SHOP_PAYMENT_NOT_FOUND'],
  ])('%s-service answers %s of what is not there with its shop code', async (service, rpc, request, code, shopCode) => {
    await expect(call(service, rpc, request())).rejects.toMatchObject({ status: code, shopCode });
  });

  it.each(Object.keys(grpcServices) as ServiceName[])(
    '%s-service survives bytes that are no message',
    async (service) => {
      const [rpc] = grpcServices[service].idempotentCalls;
      for (const bytes of [Buffer.alloc(200, 0xff), Buffer.alloc(TEN_MEGABYTES)]) {
        const refused = callGrpcWithBytes(address(service), grpcServices[service], rpc!, bytes);
        await expect(refused).rejects.toMatchObject({ message: expect.not.stringMatching(STACK_TRACE) });
      }
      expect(await grpcHealth(address(service), '')).toBe('SERVING');
    },
  );
});

describe('after all of that', () => {
  it('nothing was written', async () => expect(await system.books.rowCounts()).toEqual(rowsBefore));
});

function bodyWith(valid: object, field: string, value: string | undefined): string {
  const members = Object.entries(valid)
    .filter(([name]) => name !== field)
    .map(([name, own]) => `"${name}":${JSON.stringify(own)}`);
  if (value !== undefined) members.push(`"${field}":${value}`);
  return `{${members.join(',')}}`;
}

/** A problem body with this status that names the field, and tells nothing of the inside. */
function expectRefused(answer: Answer<unknown>, status: number, field?: string): void {
  expect(answer).toMatchObject({ status, success: false });
  expect(answer.contentType).toContain('application/problem+json');
  expect(answer.code).toMatch(/^SHOP_/);
  expect(answer.message).not.toBe('');
  if (field !== undefined) {
    expect(answer.errors.map((error) => error.field)).toContain(field);
    expect(answer.message).toContain(field);
  }
  expect(answer.text).not.toMatch(STACK_TRACE);
}
