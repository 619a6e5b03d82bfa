// Original file: proto/user.proto

import type { Long } from '@grpc/proto-loader';

export interface PayFromBalanceRequest {
  'orderId'?: (number | string | Long);
  'userId'?: (number | string | Long);
  'amountFen'?: (number | string | Long);
}

export interface PayFromBalanceRequest__Output {
  'orderId': (string);
  'userId': (string);
  'amountFen': (string);
}
