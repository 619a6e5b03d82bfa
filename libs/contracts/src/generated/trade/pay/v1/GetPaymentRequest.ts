// Original file: proto/pay.proto

import type { Long } from '@grpc/proto-loader';

export interface GetPaymentRequest {
  'payId'?: (number | string | Long);
}

export interface GetPaymentRequest__Output {
  'payId': (string);
}
