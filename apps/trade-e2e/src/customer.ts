import type { ConfirmOrderRequest } from '@trade/client';
import { eventually } from '@trade/testing';
import type { Books } from './books.js';
import type { Answer, OrderView, PaymentView, ShopClient } from './shop-client.js';
import { REDELIVERED_WITHIN_MS } from './trade-system.js';

/** A user with a balance and a coupon, and goods that nobody else buys: what a test does touches no other test. */
export interface Customer {
  userId: string;
  goodsId: string;
  couponId: string;
}

/** What an order takes from. */
export interface Holdings {
  stock: number;
  balance: string;
  /** The order that uses the coupon. */
  couponOrder: string | null;
}

/** 10 in stock at 100.00, a balance of 500.00, a coupon of 20.00, where nothing else is said. */
export async function aCustomer(
  books: Books,
  { stock = 10, price = '100.00', balance = '500.00', coupon = '20.00' } = {},
): Promise<Customer> {
  const [goodsId, userId] = await Promise.all([books.newGoods({ stock, price }), books.newUser({ balance })]);
  return { userId, goodsId, couponId: await books.newCoupon(userId, coupon) };
}

/** One piece at 100.00, all of it due. */
export function aPlainOrderOf(
  { userId, goodsId }: Omit<Customer, 'couponId'>,
  overrides: Partial<ConfirmOrderRequest> = {},
): ConfirmOrderRequest {
  return {
    userId,
    goodsId,
    goodsNumber: 1,
    goodsPrice: '100.00',
    shippingFee: '0.00',
    orderAmount: '100.00',
    address: '北京',
    ...overrides,
  };
}

/** The same with coupon and a balance part of 30.00, so that every service takes part: 50.00 are due. */
export function anOrderOf(customer: Customer, overrides: Partial<ConfirmOrderRequest> = {}): ConfirmOrderRequest {
  return aPlainOrderOf(customer, { couponId: customer.couponId, moneyPaid: '30.00', ...overrides });
}

export async function holdingsOf(books: Books, { goodsId, userId, couponId }: Customer): Promise<Holdings> {
  const [stock, balance, couponOrder] = await Promise.all([
    books.stock(goodsId),
    books.balance(userId),
    books.couponOrder(couponId),
  ]);
  return { stock, balance, couponOrder };
}

/** A confirmed order. @throws {Error} with the answer when it is refused */
export async function placeOrder(shop: ShopClient, order: ConfirmOrderRequest): Promise<OrderView> {
  return dataOf(await shop.confirm(order));
}

/** Opens the payment of an order. @throws {Error} with the answer when it is refused */
export async function openPayment(shop: ShopClient, { orderId, payAmount }: OrderView): Promise<PaymentView> {
  return dataOf(await shop.createPayment({ orderId, payAmount }));
}

/** A payment that the platform has called back for. @throws {Error} with the answer when it is refused */
export async function payOrder(shop: ShopClient, order: OrderView): Promise<PaymentView> {
  const { payId } = await openPayment(shop, order);
  return dataOf(await shop.callback({ payId, isPaid: 2 }));
}

/** Waits until every consumer of pay_success has done its part. */
export async function paymentArrived(
  books: Books,
  { orderId, userId }: { orderId: string; userId: string },
): Promise<void> {
  await eventually(
    async () => {
      const order = (await books.ordersOf(userId)).find((row) => row.orderId === orderId);
      expect(order?.payStatus).toBe(2);
      expect(await books.count('trade_pay.trade_pay_log', 'order_id = ?', orderId)).toBe(1);
      expect(await books.count('trade_user.trade_user_score_log', 'order_id = ? AND state = 1', orderId)).toBe(1);
    },
    { timeoutMs: REDELIVERED_WITHIN_MS },
  );
}

function dataOf<Data>(answer: Answer<Data>): Data {
  if (!answer.success) throw new Error(`refused with ${answer.status}: ${answer.text}`);
  return answer.data;
}
