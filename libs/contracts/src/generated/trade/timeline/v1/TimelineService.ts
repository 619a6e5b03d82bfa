// Original file: proto/timeline.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetOrderEventsRequest as _trade_timeline_v1_GetOrderEventsRequest, GetOrderEventsRequest__Output as _trade_timeline_v1_GetOrderEventsRequest__Output } from '../../../trade/timeline/v1/GetOrderEventsRequest.js';
import type { OrderEvents as _trade_timeline_v1_OrderEvents, OrderEvents__Output as _trade_timeline_v1_OrderEvents__Output } from '../../../trade/timeline/v1/OrderEvents.js';

export interface TimelineServiceClient extends grpc.Client {
  GetOrderEvents(argument: _trade_timeline_v1_GetOrderEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_timeline_v1_OrderEvents__Output>): grpc.ClientUnaryCall;
  GetOrderEvents(argument: _trade_timeline_v1_GetOrderEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_timeline_v1_OrderEvents__Output>): grpc.ClientUnaryCall;
  GetOrderEvents(argument: _trade_timeline_v1_GetOrderEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_timeline_v1_OrderEvents__Output>): grpc.ClientUnaryCall;
  GetOrderEvents(argument: _trade_timeline_v1_GetOrderEventsRequest, callback: grpc.requestCallback<_trade_timeline_v1_OrderEvents__Output>): grpc.ClientUnaryCall;
  getOrderEvents(argument: _trade_timeline_v1_GetOrderEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_timeline_v1_OrderEvents__Output>): grpc.ClientUnaryCall;
  getOrderEvents(argument: _trade_timeline_v1_GetOrderEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_timeline_v1_OrderEvents__Output>): grpc.ClientUnaryCall;
  getOrderEvents(argument: _trade_timeline_v1_GetOrderEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_timeline_v1_OrderEvents__Output>): grpc.ClientUnaryCall;
  getOrderEvents(argument: _trade_timeline_v1_GetOrderEventsRequest, callback: grpc.requestCallback<_trade_timeline_v1_OrderEvents__Output>): grpc.ClientUnaryCall;
  
}

export interface TimelineServiceHandlers extends grpc.UntypedServiceImplementation {
  GetOrderEvents: grpc.handleUnaryCall<_trade_timeline_v1_GetOrderEventsRequest__Output, _trade_timeline_v1_OrderEvents>;
  
}

export interface TimelineServiceDefinition extends grpc.ServiceDefinition {
  GetOrderEvents: MethodDefinition<_trade_timeline_v1_GetOrderEventsRequest, _trade_timeline_v1_OrderEvents, _trade_timeline_v1_GetOrderEventsRequest__Output, _trade_timeline_v1_OrderEvents__Output>
}
