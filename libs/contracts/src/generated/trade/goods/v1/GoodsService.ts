// Original file: proto/goods.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetGoodsRequest as _trade_goods_v1_GetGoodsRequest, GetGoodsRequest__Output as _trade_goods_v1_GetGoodsRequest__Output } from '../../../trade/goods/v1/GetGoodsRequest.js';
import type { Goods as _trade_goods_v1_Goods, Goods__Output as _trade_goods_v1_Goods__Output } from '../../../trade/goods/v1/Goods.js';
import type { HoldStockRequest as _trade_goods_v1_HoldStockRequest, HoldStockRequest__Output as _trade_goods_v1_HoldStockRequest__Output } from '../../../trade/goods/v1/HoldStockRequest.js';
import type { HoldStockResponse as _trade_goods_v1_HoldStockResponse, HoldStockResponse__Output as _trade_goods_v1_HoldStockResponse__Output } from '../../../trade/goods/v1/HoldStockResponse.js';
import type { ListGoodsRequest as _trade_goods_v1_ListGoodsRequest, ListGoodsRequest__Output as _trade_goods_v1_ListGoodsRequest__Output } from '../../../trade/goods/v1/ListGoodsRequest.js';
import type { ListGoodsResponse as _trade_goods_v1_ListGoodsResponse, ListGoodsResponse__Output as _trade_goods_v1_ListGoodsResponse__Output } from '../../../trade/goods/v1/ListGoodsResponse.js';

export interface GoodsServiceClient extends grpc.Client {
  GetGoods(argument: _trade_goods_v1_GetGoodsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_Goods__Output>): grpc.ClientUnaryCall;
  GetGoods(argument: _trade_goods_v1_GetGoodsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_goods_v1_Goods__Output>): grpc.ClientUnaryCall;
  GetGoods(argument: _trade_goods_v1_GetGoodsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_Goods__Output>): grpc.ClientUnaryCall;
  GetGoods(argument: _trade_goods_v1_GetGoodsRequest, callback: grpc.requestCallback<_trade_goods_v1_Goods__Output>): grpc.ClientUnaryCall;
  getGoods(argument: _trade_goods_v1_GetGoodsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_Goods__Output>): grpc.ClientUnaryCall;
  getGoods(argument: _trade_goods_v1_GetGoodsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_goods_v1_Goods__Output>): grpc.ClientUnaryCall;
  getGoods(argument: _trade_goods_v1_GetGoodsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_Goods__Output>): grpc.ClientUnaryCall;
  getGoods(argument: _trade_goods_v1_GetGoodsRequest, callback: grpc.requestCallback<_trade_goods_v1_Goods__Output>): grpc.ClientUnaryCall;
  
  HoldStock(argument: _trade_goods_v1_HoldStockRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_HoldStockResponse__Output>): grpc.ClientUnaryCall;
  HoldStock(argument: _trade_goods_v1_HoldStockRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_goods_v1_HoldStockResponse__Output>): grpc.ClientUnaryCall;
  HoldStock(argument: _trade_goods_v1_HoldStockRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_HoldStockResponse__Output>): grpc.ClientUnaryCall;
  HoldStock(argument: _trade_goods_v1_HoldStockRequest, callback: grpc.requestCallback<_trade_goods_v1_HoldStockResponse__Output>): grpc.ClientUnaryCall;
  holdStock(argument: _trade_goods_v1_HoldStockRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_HoldStockResponse__Output>): grpc.ClientUnaryCall;
  holdStock(argument: _trade_goods_v1_HoldStockRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_goods_v1_HoldStockResponse__Output>): grpc.ClientUnaryCall;
  holdStock(argument: _trade_goods_v1_HoldStockRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_HoldStockResponse__Output>): grpc.ClientUnaryCall;
  holdStock(argument: _trade_goods_v1_HoldStockRequest, callback: grpc.requestCallback<_trade_goods_v1_HoldStockResponse__Output>): grpc.ClientUnaryCall;
  
  ListGoods(argument: _trade_goods_v1_ListGoodsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_ListGoodsResponse__Output>): grpc.ClientUnaryCall;
  ListGoods(argument: _trade_goods_v1_ListGoodsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_goods_v1_ListGoodsResponse__Output>): grpc.ClientUnaryCall;
  ListGoods(argument: _trade_goods_v1_ListGoodsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_ListGoodsResponse__Output>): grpc.ClientUnaryCall;
  ListGoods(argument: _trade_goods_v1_ListGoodsRequest, callback: grpc.requestCallback<_trade_goods_v1_ListGoodsResponse__Output>): grpc.ClientUnaryCall;
  listGoods(argument: _trade_goods_v1_ListGoodsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_ListGoodsResponse__Output>): grpc.ClientUnaryCall;
  listGoods(argument: _trade_goods_v1_ListGoodsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_goods_v1_ListGoodsResponse__Output>): grpc.ClientUnaryCall;
  listGoods(argument: _trade_goods_v1_ListGoodsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_goods_v1_ListGoodsResponse__Output>): grpc.ClientUnaryCall;
  listGoods(argument: _trade_goods_v1_ListGoodsRequest, callback: grpc.requestCallback<_trade_goods_v1_ListGoodsResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface GoodsServiceHandlers extends grpc.UntypedServiceImplementation {
  GetGoods: grpc.handleUnaryCall<_trade_goods_v1_GetGoodsRequest__Output, _trade_goods_v1_Goods>;
  
  HoldStock: grpc.handleUnaryCall<_trade_goods_v1_HoldStockRequest__Output, _trade_goods_v1_HoldStockResponse>;
  
  ListGoods: grpc.handleUnaryCall<_trade_goods_v1_ListGoodsRequest__Output, _trade_goods_v1_ListGoodsResponse>;
  
}

export interface GoodsServiceDefinition extends grpc.ServiceDefinition {
  GetGoods: MethodDefinition<_trade_goods_v1_GetGoodsRequest, _trade_goods_v1_Goods, _trade_goods_v1_GetGoodsRequest__Output, _trade_goods_v1_Goods__Output>
  HoldStock: MethodDefinition<_trade_goods_v1_HoldStockRequest, _trade_goods_v1_HoldStockResponse, _trade_goods_v1_HoldStockRequest__Output, _trade_goods_v1_HoldStockResponse__Output>
  ListGoods: MethodDefinition<_trade_goods_v1_ListGoodsRequest, _trade_goods_v1_ListGoodsResponse, _trade_goods_v1_ListGoodsRequest__Output, _trade_goods_v1_ListGoodsResponse__Output>
}
