// Original file: proto/pay.proto

import type { Long } from '@grpc/proto-loader';

export interface Payment {
  'payId'?: (number | string | Long);
  'orderId'?: (number | string | Long);
  'payAmountFen'?: (number | string | Long);
  'isPaid'?: (number);
}

export interface Payment__Output {
  'payId': (string);
  'orderId': (string);
  'payAmountFen': (string);
  'isPaid': (number);
}
