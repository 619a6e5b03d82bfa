import type { ApiExamples } from '@trade/service-kit';

/** Requests to try, as the sample rows (sql/seed.sql) answer them: sent one after the other, down this file. */

const ORDER_ID = '912598894959923200';
const CANCELLED_ORDER_ID = '912598894959923201';
const PAID_ORDER_ID = '352537369385242624';
const NO_SUCH_ID = '1';

const anOrder = {
  userId: '345963634385633280',
  goodsId: '345959443973935104',
  goodsNumber: 1,
  goodsPrice: '1000.00',
  shippingFee: '0.00',
  orderAmount: '1000.00',
  address: '1 Chang’an Avenue, Beijing',
  consignee: 'Li Lei',
};
const anOrderWithCoupon = { ...anOrder, couponId: '345988230098857985', moneyPaid: '100.00' };

const confirmed = { payStatus: 0, payTime: null, payId: null };
const withoutCoupon = { couponId: null, couponPaid: '0.00', moneyPaid: '0.00', payAmount: '1000.00' };

export const confirmRequests: ApiExamples = {
  'an order': { body: anOrder, data: { orderId: ORDER_ID, ...confirmed, ...withoutCoupon } },
  'an order with a coupon and a balance part': {
    body: anOrderWithCoupon,
    data: { orderId: CANCELLED_ORDER_ID, ...confirmed, couponId: anOrderWithCoupon.couponId },
  },
  SHOP_REQUEST_PARAMETER_INVALID: { body: { ...anOrder, goodsNumber: 0 } },
  SHOP_ACCESS_DENIED: { body: { ...anOrder, userId: '345963634385633281' } },
  SHOP_GOODS_NO_EXIST: { body: { ...anOrder, goodsId: NO_SUCH_ID } },
  SHOP_GOODS_PRICE_INVALID: { body: { ...anOrder, goodsPrice: '1.00', orderAmount: '1.00' } },
  SHOP_GOODS_NUM_NOT_ENOUGH: { body: { ...anOrder, goodsNumber: 99_999, orderAmount: '99999000.00' } },
  SHOP_COUPON_NO_EXIST: { body: { ...anOrder, couponId: NO_SUCH_ID } },
  SHOP_COUPON_NOT_OWNED: { body: { ...anOrder, couponId: '345988230098857995' } },
  SHOP_MONEY_PAID_INVALID: { body: { ...anOrder, moneyPaid: '999.99' } },
  SHOP_ORDER_SHIPPINGFEE_INVALID: { body: { ...anOrder, shippingFee: '8.00', orderAmount: '1008.00' } },
  SHOP_ORDERAMOUNT_INVALID: { body: { ...anOrder, orderAmount: '999.00' } },
};

export const cancelRequests: ApiExamples = {
  'an unpaid order': {
    parameters: { orderId: CANCELLED_ORDER_ID },
    data: {
      orderId: CANCELLED_ORDER_ID,
      ...confirmed,
      couponId: anOrderWithCoupon.couponId,
      orderStatus: 2,
      cancelTime: '2019-07-27T17:00:00.000Z',
      cancelReason: 'ordered by mistake',
    },
  },
  SHOP_ORDER_NO_EXIST: { parameters: { orderId: NO_SUCH_ID } },
};

export const refundRequests: ApiExamples = {
  'a paid order': {
    parameters: { orderId: PAID_ORDER_ID },
    data: { orderStatus: 4, cancelTime: '2019-07-28T09:00:00.000Z', cancelReason: 'ordered by mistake' },
  },
  SHOP_ORDER_NOT_PAID: { parameters: { orderId: ORDER_ID } },
  SHOP_ORDER_STATUS_INVALID: { parameters: { orderId: CANCELLED_ORDER_ID } },
};

export const readRequests: ApiExamples = {
  'a paid order': {},
  SHOP_ORDER_NO_EXIST: { parameters: { orderId: NO_SUCH_ID } },
};

export const listRequests: ApiExamples = {
  'the orders of a user': { parameters: { limit: 3, before: '999999999999999999' } },
  SHOP_ACCESS_DENIED: { parameters: { userId: '345963634385633281' } },
};
