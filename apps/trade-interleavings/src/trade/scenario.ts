import type { ConfirmOrderRequest } from '../../../order-service/src/confirm-order.request.js';

/** What can go wrong besides bad timing. Each time it does, it takes one from the number of faults. */
export type FaultKind =
  /** An activity ends in the middle; a message that it handled comes again, its caller loses the connection. */
  | 'crash'
  /** A caller loses the connection while the call goes on (it calls again, where that is allowed). */
  | 'lost reply'
  /** A caller's deadline passes while the call goes on or before it begins, or it never arrives. */
  | 'timeout'
  /** A message is delivered twice, at any time; a callback comes twice. */
  | 'duplicate'
  /** The connection to the database breaks, before or after the commit. */
  | 'broken connection';

export const ALL_KINDS: readonly FaultKind[] = ['crash', 'lost reply', 'timeout', 'duplicate', 'broken connection'];

export interface Scenario {
  name: string;
  orders: readonly Partial<ConfirmOrderRequest>[];
  stock: number;
  balance: string;
  /** Value of the one coupon. */
  coupon: string;
  /** Begins when the orders are confirmed, and their messages on their way. */
  confirmed?: boolean;
  /** What others are asked before an order is created is answered at once: the orders know as little as can be of each other. */
  readsAtOnce?: boolean;
  /** Customers cancel their orders, and want their money back. */
  endsOrders?: boolean;
  /** The payment platform may say of the first payment that it failed, before or after it says that it is made. */
  failsPayments?: boolean;
  /** Customers send their orders again with the same Idempotency-Key, when a silent run is taken for dead. They do not pay. */
  insists?: boolean;
  /** How many things go wrong, at most. */
  faults: number;
  kinds: readonly FaultKind[];
}

export const GOODS_ID = '1001';
export const USER_ID = '2001';
export const COUPON_ID = '3001';
const PRICE_FEN = 1000_00n;

/** An order of one piece at 1000.00 with the coupon. */
export function requestOf(order: Partial<ConfirmOrderRequest>): ConfirmOrderRequest {
  return {
    userId: USER_ID,
    goodsId: GOODS_ID,
    goodsNumber: 1,
    goodsPrice: PRICE_FEN,
    orderAmount: PRICE_FEN,
    shippingFee: 0n,
    couponId: COUPON_ID,
    address: 'Beijing',
    ...order,
  };
}

/** The rows before the first order, by database. */
export function seed({ stock, balance, coupon }: Scenario) {
  return {
    trade_goods: [
      `INSERT INTO trade_goods (goods_id, goods_name, goods_number, initial_goods_number, goods_price)
       VALUES (${GOODS_ID}, 'Last one', ${stock}, ${stock}, 1000.00)`,
    ],
    trade_coupon: [
      `INSERT INTO trade_coupon (coupon_id, coupon_price, user_id) VALUES (${COUPON_ID}, ${coupon}, ${USER_ID})`,
    ],
    trade_user: [
      `INSERT INTO trade_user (user_id, user_name, user_password, user_money, initial_user_money)
       VALUES (${USER_ID}, 'buyer', '-', ${balance}, ${balance})`,
    ],
    trade_order: [],
    trade_pay: [],
  };
}

const base = { stock: 1, coupon: '20.00', balance: '980.00', kinds: ALL_KINDS };

export const scenarios = {
  /** 880.00 are left to pay. */
  payment: { ...base, name: 'one order and its payment', orders: [{ moneyPaid: 100_00n }], faults: 1 },
  covered: { ...base, name: 'one order that coupon and balance pay', orders: [{ moneyPaid: 980_00n }], faults: 1 },
  ended: {
    ...base,
    name: 'one order that is paid, cancelled and refunded on request',
    orders: [{ moneyPaid: 100_00n }],
    confirmed: true,
    endsOrders: true,
    faults: 1,
    kinds: ['crash', 'duplicate'],
  },
  failed: {
    ...base,
    name: 'one order whose payments fail and are made',
    orders: [{ moneyPaid: 100_00n }],
    confirmed: true,
    failsPayments: true,
    faults: 1,
    kinds: ['crash'],
  },
  insisted: {
    ...base,
    name: 'one order that is sent again with its key',
    orders: [{ couponId: null }],
    stock: 2,
    readsAtOnce: true,
    insists: true,
    faults: 1,
    kinds: ['crash', 'duplicate'],
  },
  two: {
    ...base,
    name: 'two orders for the last piece with the same coupon',
    orders: [{}, {}],
    coupon: '1000.00',
    readsAtOnce: true,
    faults: 1,
    kinds: ['crash', 'duplicate', 'lost reply'],
  },
} satisfies Record<string, Scenario>;
