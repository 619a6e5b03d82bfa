import { ShopError } from '@trade/service-kit';

/** The values of trade_order.order_status. */
export enum OrderStatus {
  Unconfirmed = 0,
  Confirmed = 1,
  Cancelled = 2,
  Invalid = 3,
  Refunded = 4,
}

/** Reasons of cancellations that nobody asked for. */
export const NOT_CONFIRMED_IN_TIME = 'not confirmed in time';
export const NOT_PAID_IN_TIME = 'not paid in time';

/** The values of trade_order.pay_status. */
export enum PayStatus {
  Unpaid = 0,
  Paying = 1,
  Paid = 2,
}

/** Where an order may go from each status. */
const MOVES: Record<OrderStatus, readonly OrderStatus[]> = {
  [OrderStatus.Unconfirmed]: [OrderStatus.Confirmed, OrderStatus.Cancelled, OrderStatus.Invalid],
  [OrderStatus.Confirmed]: [OrderStatus.Cancelled, OrderStatus.Refunded],
  [OrderStatus.Cancelled]: [],
  [OrderStatus.Invalid]: [],
  [OrderStatus.Refunded]: [],
};

/** @throws {ShopError} SHOP_ORDER_STATUS_INVALID when no order may make this move */
export function assertMove(from: OrderStatus, to: OrderStatus): void {
  if (MOVES[from].includes(to)) return;
  throw new ShopError(
    'SHOP_ORDER_STATUS_INVALID',
    `An order cannot go from ${OrderStatus[from]} to ${OrderStatus[to]}`,
  );
}
