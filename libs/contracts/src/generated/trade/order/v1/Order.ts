// Original file: proto/order.proto

import type { Long } from '@grpc/proto-loader';

export interface Order {
  'orderId'?: (number | string | Long);
  'userId'?: (number | string | Long);
  'orderStatus'?: (number);
  'payStatus'?: (number);
  'payAmountFen'?: (number | string | Long);
  'moneyPaidFen'?: (number | string | Long);
}

export interface Order__Output {
  'orderId': (string);
  'userId': (string);
  'orderStatus': (number);
  'payStatus': (number);
  'payAmountFen': (string);
  'moneyPaidFen': (string);
}
