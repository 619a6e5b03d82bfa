// Original file: proto/goods.proto

import type { Long } from '@grpc/proto-loader';

export interface ListGoodsRequest {
  'afterGoodsId'?: (number | string | Long);
  'limit'?: (number);
}

export interface ListGoodsRequest__Output {
  'afterGoodsId': (string);
  'limit': (number);
}
