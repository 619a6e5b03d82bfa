// Original file: proto/fault.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ArmRequest as _trade_fault_v1_ArmRequest, ArmRequest__Output as _trade_fault_v1_ArmRequest__Output } from '../../../trade/fault/v1/ArmRequest.js';
import type { Armed as _trade_fault_v1_Armed, Armed__Output as _trade_fault_v1_Armed__Output } from '../../../trade/fault/v1/Armed.js';

export interface FaultServiceClient extends grpc.Client {
  Arm(argument: _trade_fault_v1_ArmRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_fault_v1_Armed__Output>): grpc.ClientUnaryCall;
  Arm(argument: _trade_fault_v1_ArmRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_fault_v1_Armed__Output>): grpc.ClientUnaryCall;
  Arm(argument: _trade_fault_v1_ArmRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_fault_v1_Armed__Output>): grpc.ClientUnaryCall;
  Arm(argument: _trade_fault_v1_ArmRequest, callback: grpc.requestCallback<_trade_fault_v1_Armed__Output>): grpc.ClientUnaryCall;
  arm(argument: _trade_fault_v1_ArmRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_fault_v1_Armed__Output>): grpc.ClientUnaryCall;
  arm(argument: _trade_fault_v1_ArmRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_fault_v1_Armed__Output>): grpc.ClientUnaryCall;
  arm(argument: _trade_fault_v1_ArmRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_fault_v1_Armed__Output>): grpc.ClientUnaryCall;
  arm(argument: _trade_fault_v1_ArmRequest, callback: grpc.requestCallback<_trade_fault_v1_Armed__Output>): grpc.ClientUnaryCall;
  
}

export interface FaultServiceHandlers extends grpc.UntypedServiceImplementation {
  Arm: grpc.handleUnaryCall<_trade_fault_v1_ArmRequest__Output, _trade_fault_v1_Armed>;
  
}

export interface FaultServiceDefinition extends grpc.ServiceDefinition {
  Arm: MethodDefinition<_trade_fault_v1_ArmRequest, _trade_fault_v1_Armed, _trade_fault_v1_ArmRequest__Output, _trade_fault_v1_Armed__Output>
}
