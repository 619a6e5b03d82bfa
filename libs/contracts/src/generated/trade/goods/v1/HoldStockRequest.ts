// Original file: proto/goods.proto

import type { Long } from '@grpc/proto-loader';

export interface HoldStockRequest {
  'orderId'?: (number | string | Long);
  'goodsId'?: (number | string | Long);
  'quantity'?: (number);
}

export interface HoldStockRequest__Output {
  'orderId': (string);
  'goodsId': (string);
  'quantity': (number);
}
