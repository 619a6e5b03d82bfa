// Original file: proto/coupon.proto

import type { Long } from '@grpc/proto-loader';

export interface GetCouponRequest {
  'couponId'?: (number | string | Long);
}

export interface GetCouponRequest__Output {
  'couponId': (string);
}
