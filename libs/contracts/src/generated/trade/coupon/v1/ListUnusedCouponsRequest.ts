// Original file: proto/coupon.proto

import type { Long } from '@grpc/proto-loader';

export interface ListUnusedCouponsRequest {
  'userId'?: (number | string | Long);
}

export interface ListUnusedCouponsRequest__Output {
  'userId': (string);
}
