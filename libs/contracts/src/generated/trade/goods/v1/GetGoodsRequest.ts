// Original file: proto/goods.proto

import type { Long } from '@grpc/proto-loader';

export interface GetGoodsRequest {
  'goodsId'?: (number | string | Long);
}

export interface GetGoodsRequest__Output {
  'goodsId': (string);
}
