// Original file: proto/order.proto

import type { Long } from '@grpc/proto-loader';

export interface GetOrderRequest {
  'orderId'?: (number | string | Long);
}

export interface GetOrderRequest__Output {
  'orderId': (string);
}
