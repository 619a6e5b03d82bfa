// Original file: proto/coupon.proto

import type { Long } from '@grpc/proto-loader';

export interface UseCouponRequest {
  'orderId'?: (number | string | Long);
  'couponId'?: (number | string | Long);
  'userId'?: (number | string | Long);
}

export interface UseCouponRequest__Output {
  'orderId': (string);
  'couponId': (string);
  'userId': (string);
}
