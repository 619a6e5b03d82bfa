// Original file: proto/goods.proto

import type { Long } from '@grpc/proto-loader';

export interface Goods {
  'goodsId'?: (number | string | Long);
  'goodsName'?: (string);
  'goodsDesc'?: (string);
  'priceFen'?: (number | string | Long);
  'stock'?: (number);
}

export interface Goods__Output {
  'goodsId': (string);
  'goodsName': (string);
  'goodsDesc': (string);
  'priceFen': (string);
  'stock': (number);
}
