import type { Coupon, Goods, User } from '@trade/contracts';
import { formatYuan, ShopError, type Fen } from '@trade/service-kit';
import type { ConfirmOrderRequest } from './confirm-order.request.js';
import type { Participants } from './participants.js';
import { shippingFeeFen, type ShippingRule } from './shipping-fee.js';

/** What the other services know about an order's goods, user and coupon. */
export interface OrderFacts {
  goods: Goods;
  user: User;
  coupon: Coupon | undefined;
}

export interface OrderAmounts {
  goodsAmountFen: Fen;
  shippingFeeFen: Fen;
  orderAmountFen: Fen;
  couponPaidFen: Fen;
  moneyPaidFen: Fen;
  payAmountFen: Fen;
}

/** @throws {ShopError} SHOP_…_NO_EXIST when the goods, the user or the coupon is unknown */
export async function readFacts(
  request: ConfirmOrderRequest,
  { goods, users, coupons }: Participants,
): Promise<OrderFacts> {
  const [goodsFound, user, coupon] = await Promise.all([
    goods.getGoods({ goodsId: request.goodsId }),
    users.getUser({ userId: request.userId }),
    request.couponId ? coupons.getCoupon({ couponId: request.couponId }) : undefined,
  ]);
  return { goods: goodsFound, user, coupon };
}

/**
 * Every check before an order is created, against facts that may have changed by the time they are used: each participant
 * checks its own part again when it takes it.
 * @throws {ShopError} with the code of the first thing that is not right
 */
export function checkOrder(request: ConfirmOrderRequest, facts: OrderFacts, shipping: ShippingRule): OrderAmounts {
  const { goods, user, coupon } = facts;

  if (request.goodsPrice !== BigInt(goods.priceFen)) throw new ShopError('SHOP_GOODS_PRICE_INVALID');
  if (request.goodsNumber > goods.stock) throw new ShopError('SHOP_GOODS_NUM_NOT_ENOUGH');

  const goodsAmountFen = request.goodsPrice * BigInt(request.goodsNumber);
  const feeFen = shippingFeeFen(goodsAmountFen, shipping);
  if (request.shippingFee !== feeFen) {
    throw new ShopError('SHOP_ORDER_SHIPPINGFEE_INVALID', `The shipping fee of this order is ${formatYuan(feeFen)}`);
  }
  const orderAmountFen = goodsAmountFen + feeFen;
  if (request.orderAmount !== orderAmountFen) throw new ShopError('SHOP_ORDERAMOUNT_INVALID');

  if (coupon && coupon.userId !== user.userId) throw new ShopError('SHOP_COUPON_NOT_OWNED');
  if (coupon?.used) throw new ShopError('SHOP_COUPON_ISUSED');
  const couponPaidFen = coupon ? min(BigInt(coupon.valueFen), orderAmountFen) : 0n;
  const dueFen = orderAmountFen - couponPaidFen;
  const moneyPaidFen = request.moneyPaid ?? 0n;
  if (moneyPaidFen > BigInt(user.balanceFen)) throw new ShopError('SHOP_MONEY_PAID_INVALID');
  if (moneyPaidFen > dueFen) throw new ShopError('SHOP_MONEY_PAID_TOO_MUCH');

  return {
    goodsAmountFen,
    shippingFeeFen: feeFen,
    orderAmountFen,
    couponPaidFen,
    moneyPaidFen,
    payAmountFen: dueFen - moneyPaidFen,
  };
}

function min(a: Fen, b: Fen): Fen {
  return a < b ? a : b;
}
