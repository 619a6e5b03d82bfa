// Original file: proto/order.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetOrderRequest as _trade_order_v1_GetOrderRequest, GetOrderRequest__Output as _trade_order_v1_GetOrderRequest__Output } from '../../../trade/order/v1/GetOrderRequest.js';
import type { Order as _trade_order_v1_Order, Order__Output as _trade_order_v1_Order__Output } from '../../../trade/order/v1/Order.js';

export interface OrderServiceClient extends grpc.Client {
  GetOrder(argument: _trade_order_v1_GetOrderRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_order_v1_Order__Output>): grpc.ClientUnaryCall;
  GetOrder(argument: _trade_order_v1_GetOrderRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_order_v1_Order__Output>): grpc.ClientUnaryCall;
  GetOrder(argument: _trade_order_v1_GetOrderRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_order_v1_Order__Output>): grpc.ClientUnaryCall;
  GetOrder(argument: _trade_order_v1_GetOrderRequest, callback: grpc.requestCallback<_trade_order_v1_Order__Output>): grpc.ClientUnaryCall;
  getOrder(argument: _trade_order_v1_GetOrderRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_order_v1_Order__Output>): grpc.ClientUnaryCall;
  getOrder(argument: _trade_order_v1_GetOrderRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_order_v1_Order__Output>): grpc.ClientUnaryCall;
  getOrder(argument: _trade_order_v1_GetOrderRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_order_v1_Order__Output>): grpc.ClientUnaryCall;
  getOrder(argument: _trade_order_v1_GetOrderRequest, callback: grpc.requestCallback<_trade_order_v1_Order__Output>): grpc.ClientUnaryCall;
  
}

export interface OrderServiceHandlers extends grpc.UntypedServiceImplementation {
  GetOrder: grpc.handleUnaryCall<_trade_order_v1_GetOrderRequest__Output, _trade_order_v1_Order>;
  
}

export interface OrderServiceDefinition extends grpc.ServiceDefinition {
  GetOrder: MethodDefinition<_trade_order_v1_GetOrderRequest, _trade_order_v1_Order, _trade_order_v1_GetOrderRequest__Output, _trade_order_v1_Order__Output>
}
