// Original file: proto/goods.proto

import type { Goods as _trade_goods_v1_Goods, Goods__Output as _trade_goods_v1_Goods__Output } from '../../../trade/goods/v1/Goods.js';

export interface ListGoodsResponse {
  'goods'?: (_trade_goods_v1_Goods)[];
}

export interface ListGoodsResponse__Output {
  'goods': (_trade_goods_v1_Goods__Output)[];
}
