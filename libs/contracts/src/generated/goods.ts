import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { GetGoodsRequest as _trade_goods_v1_GetGoodsRequest, GetGoodsRequest__Output as _trade_goods_v1_GetGoodsRequest__Output } from './trade/goods/v1/GetGoodsRequest.js';
import type { Goods as _trade_goods_v1_Goods, Goods__Output as _trade_goods_v1_Goods__Output } from './trade/goods/v1/Goods.js';
import type { GoodsServiceClient as _trade_goods_v1_GoodsServiceClient, GoodsServiceDefinition as _trade_goods_v1_GoodsServiceDefinition } from './trade/goods/v1/GoodsService.js';
import type { HoldStockRequest as _trade_goods_v1_HoldStockRequest, HoldStockRequest__Output as _trade_goods_v1_HoldStockRequest__Output } from './trade/goods/v1/HoldStockRequest.js';
import type { HoldStockResponse as _trade_goods_v1_HoldStockResponse, HoldStockResponse__Output as _trade_goods_v1_HoldStockResponse__Output } from './trade/goods/v1/HoldStockResponse.js';
import type { ListGoodsRequest as _trade_goods_v1_ListGoodsRequest, ListGoodsRequest__Output as _trade_goods_v1_ListGoodsRequest__Output } from './trade/goods/v1/ListGoodsRequest.js';
import type { ListGoodsResponse as _trade_goods_v1_ListGoodsResponse, ListGoodsResponse__Output as _trade_goods_v1_ListGoodsResponse__Output } from './trade/goods/v1/ListGoodsResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  trade: {
    goods: {
      v1: {
        GetGoodsRequest: MessageTypeDefinition<_trade_goods_v1_GetGoodsRequest, _trade_goods_v1_GetGoodsRequest__Output>
        Goods: MessageTypeDefinition<_trade_goods_v1_Goods, _trade_goods_v1_Goods__Output>
        GoodsService: SubtypeConstructor<typeof grpc.Client, _trade_goods_v1_GoodsServiceClient> & { service: _trade_goods_v1_GoodsServiceDefinition }
        HoldStockRequest: MessageTypeDefinition<_trade_goods_v1_HoldStockRequest, _trade_goods_v1_HoldStockRequest__Output>
        HoldStockResponse: MessageTypeDefinition<_trade_goods_v1_HoldStockResponse, _trade_goods_v1_HoldStockResponse__Output>
        ListGoodsRequest: MessageTypeDefinition<_trade_goods_v1_ListGoodsRequest, _trade_goods_v1_ListGoodsRequest__Output>
        ListGoodsResponse: MessageTypeDefinition<_trade_goods_v1_ListGoodsResponse, _trade_goods_v1_ListGoodsResponse__Output>
      }
    }
  }
}

