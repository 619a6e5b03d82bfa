import type { ConfirmOrderRequest } from '@trade/client';

/** Ids of the sample rows (sql/seed.sql). */
export const sample = {
  userId: '345963634385633280',
  otherUserId: '345963634385633281',
  goodsId: '345959443973935104',
  /** Unused, 20.00 each, of `userId`. */
  couponIds: Array.from({ length: 10 }, (_, index) => String(345988230098857985n + BigInt(index))),
  /** Unused, of `otherUserId`. */
  otherUsersCouponId: '345988230098857995',
  /** One left, at 388.88. */
  lastOneGoodsId: '345959443973935107',
  paidOrderId: '352537369385242624',
  payId: '352542415984402432',
} as const;

/** A request that the sample rows can fulfil: one course at 1000.00 without coupon or balance. */
export function anOrder(overrides: Partial<ConfirmOrderRequest> = {}): ConfirmOrderRequest {
  return {
    userId: sample.userId,
    goodsId: sample.goodsId,
    goodsNumber: 1,
    goodsPrice: '1000.00',
    orderAmount: '1000.00',
    shippingFee: '0.00',
    address: '北京',
    ...overrides,
  };
}
