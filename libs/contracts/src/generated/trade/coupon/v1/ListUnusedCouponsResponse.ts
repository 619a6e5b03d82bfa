// Original file: proto/coupon.proto

import type { Coupon as _trade_coupon_v1_Coupon, Coupon__Output as _trade_coupon_v1_Coupon__Output } from '../../../trade/coupon/v1/Coupon.js';

export interface ListUnusedCouponsResponse {
  'coupons'?: (_trade_coupon_v1_Coupon)[];
}

export interface ListUnusedCouponsResponse__Output {
  'coupons': (_trade_coupon_v1_Coupon__Output)[];
}
