// Original file: proto/coupon.proto

import type { Long } from '@grpc/proto-loader';

export interface Coupon {
  'couponId'?: (number | string | Long);
  'userId'?: (number | string | Long);
  'valueFen'?: (number | string | Long);
  'used'?: (boolean);
}

export interface Coupon__Output {
  'couponId': (string);
  'userId': (string);
  'valueFen': (string);
  'used': (boolean);
}
