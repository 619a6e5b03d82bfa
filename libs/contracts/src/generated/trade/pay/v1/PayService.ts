// Original file: proto/pay.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetPaymentRequest as _trade_pay_v1_GetPaymentRequest, GetPaymentRequest__Output as _trade_pay_v1_GetPaymentRequest__Output } from '../../../trade/pay/v1/GetPaymentRequest.js';
import type { Payment as _trade_pay_v1_Payment, Payment__Output as _trade_pay_v1_Payment__Output } from '../../../trade/pay/v1/Payment.js';

export interface PayServiceClient extends grpc.Client {
  GetPayment(argument: _trade_pay_v1_GetPaymentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_pay_v1_Payment__Output>): grpc.ClientUnaryCall;
  GetPayment(argument: _trade_pay_v1_GetPaymentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_pay_v1_Payment__Output>): grpc.ClientUnaryCall;
  GetPayment(argument: _trade_pay_v1_GetPaymentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_pay_v1_Payment__Output>): grpc.ClientUnaryCall;
  GetPayment(argument: _trade_pay_v1_GetPaymentRequest, callback: grpc.requestCallback<_trade_pay_v1_Payment__Output>): grpc.ClientUnaryCall;
  getPayment(argument: _trade_pay_v1_GetPaymentRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_pay_v1_Payment__Output>): grpc.ClientUnaryCall;
  getPayment(argument: _trade_pay_v1_GetPaymentRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_pay_v1_Payment__Output>): grpc.ClientUnaryCall;
  getPayment(argument: _trade_pay_v1_GetPaymentRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_pay_v1_Payment__Output>): grpc.ClientUnaryCall;
  getPayment(argument: _trade_pay_v1_GetPaymentRequest, callback: grpc.requestCallback<_trade_pay_v1_Payment__Output>): grpc.ClientUnaryCall;
  
}

export interface PayServiceHandlers extends grpc.UntypedServiceImplementation {
  GetPayment: grpc.handleUnaryCall<_trade_pay_v1_GetPaymentRequest__Output, _trade_pay_v1_Payment>;
  
}

export interface PayServiceDefinition extends grpc.ServiceDefinition {
  GetPayment: MethodDefinition<_trade_pay_v1_GetPaymentRequest, _trade_pay_v1_Payment, _trade_pay_v1_GetPaymentRequest__Output, _trade_pay_v1_Payment__Output>
}
