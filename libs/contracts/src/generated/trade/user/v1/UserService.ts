// Original file: proto/user.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CheckPasswordRequest as _trade_user_v1_CheckPasswordRequest, CheckPasswordRequest__Output as _trade_user_v1_CheckPasswordRequest__Output } from '../../../trade/user/v1/CheckPasswordRequest.js';
import type { CheckPasswordResponse as _trade_user_v1_CheckPasswordResponse, CheckPasswordResponse__Output as _trade_user_v1_CheckPasswordResponse__Output } from '../../../trade/user/v1/CheckPasswordResponse.js';
import type { GetUserRequest as _trade_user_v1_GetUserRequest, GetUserRequest__Output as _trade_user_v1_GetUserRequest__Output } from '../../../trade/user/v1/GetUserRequest.js';
import type { PayFromBalanceRequest as _trade_user_v1_PayFromBalanceRequest, PayFromBalanceRequest__Output as _trade_user_v1_PayFromBalanceRequest__Output } from '../../../trade/user/v1/PayFromBalanceRequest.js';
import type { PayFromBalanceResponse as _trade_user_v1_PayFromBalanceResponse, PayFromBalanceResponse__Output as _trade_user_v1_PayFromBalanceResponse__Output } from '../../../trade/user/v1/PayFromBalanceResponse.js';
import type { User as _trade_user_v1_User, User__Output as _trade_user_v1_User__Output } from '../../../trade/user/v1/User.js';

export interface UserServiceClient extends grpc.Client {
  CheckPassword(argument: _trade_user_v1_CheckPasswordRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_CheckPasswordResponse__Output>): grpc.ClientUnaryCall;
  CheckPassword(argument: _trade_user_v1_CheckPasswordRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_user_v1_CheckPasswordResponse__Output>): grpc.ClientUnaryCall;
  CheckPassword(argument: _trade_user_v1_CheckPasswordRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_CheckPasswordResponse__Output>): grpc.ClientUnaryCall;
  CheckPassword(argument: _trade_user_v1_CheckPasswordRequest, callback: grpc.requestCallback<_trade_user_v1_CheckPasswordResponse__Output>): grpc.ClientUnaryCall;
  checkPassword(argument: _trade_user_v1_CheckPasswordRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_CheckPasswordResponse__Output>): grpc.ClientUnaryCall;
  checkPassword(argument: _trade_user_v1_CheckPasswordRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_user_v1_CheckPasswordResponse__Output>): grpc.ClientUnaryCall;
  checkPassword(argument: _trade_user_v1_CheckPasswordRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_CheckPasswordResponse__Output>): grpc.ClientUnaryCall;
  checkPassword(argument: _trade_user_v1_CheckPasswordRequest, callback: grpc.requestCallback<_trade_user_v1_CheckPasswordResponse__Output>): grpc.ClientUnaryCall;
  
  GetUser(argument: _trade_user_v1_GetUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_User__Output>): grpc.ClientUnaryCall;
  GetUser(argument: _trade_user_v1_GetUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_user_v1_User__Output>): grpc.ClientUnaryCall;
  GetUser(argument: _trade_user_v1_GetUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_User__Output>): grpc.ClientUnaryCall;
  GetUser(argument: _trade_user_v1_GetUserRequest, callback: grpc.requestCallback<_trade_user_v1_User__Output>): grpc.ClientUnaryCall;
  getUser(argument: _trade_user_v1_GetUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_User__Output>): grpc.ClientUnaryCall;
  getUser(argument: _trade_user_v1_GetUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_user_v1_User__Output>): grpc.ClientUnaryCall;
  getUser(argument: _trade_user_v1_GetUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_User__Output>): grpc.ClientUnaryCall;
  getUser(argument: _trade_user_v1_GetUserRequest, callback: grpc.requestCallback<_trade_user_v1_User__Output>): grpc.ClientUnaryCall;
  
  PayFromBalance(argument: _trade_user_v1_PayFromBalanceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_PayFromBalanceResponse__Output>): grpc.ClientUnaryCall;
  PayFromBalance(argument: _trade_user_v1_PayFromBalanceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_user_v1_PayFromBalanceResponse__Output>): grpc.ClientUnaryCall;
  PayFromBalance(argument: _trade_user_v1_PayFromBalanceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_PayFromBalanceResponse__Output>): grpc.ClientUnaryCall;
  PayFromBalance(argument: _trade_user_v1_PayFromBalanceRequest, callback: grpc.requestCallback<_trade_user_v1_PayFromBalanceResponse__Output>): grpc.ClientUnaryCall;
  payFromBalance(argument: _trade_user_v1_PayFromBalanceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_PayFromBalanceResponse__Output>): grpc.ClientUnaryCall;
  payFromBalance(argument: _trade_user_v1_PayFromBalanceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_user_v1_PayFromBalanceResponse__Output>): grpc.ClientUnaryCall;
  payFromBalance(argument: _trade_user_v1_PayFromBalanceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_user_v1_PayFromBalanceResponse__Output>): grpc.ClientUnaryCall;
  payFromBalance(argument: _trade_user_v1_PayFromBalanceRequest, callback: grpc.requestCallback<_trade_user_v1_PayFromBalanceResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface UserServiceHandlers extends grpc.UntypedServiceImplementation {
  CheckPassword: grpc.handleUnaryCall<_trade_user_v1_CheckPasswordRequest__Output, _trade_user_v1_CheckPasswordResponse>;
  
  GetUser: grpc.handleUnaryCall<_trade_user_v1_GetUserRequest__Output, _trade_user_v1_User>;
  
  PayFromBalance: grpc.handleUnaryCall<_trade_user_v1_PayFromBalanceRequest__Output, _trade_user_v1_PayFromBalanceResponse>;
  
}

export interface UserServiceDefinition extends grpc.ServiceDefinition {
  CheckPassword: MethodDefinition<_trade_user_v1_CheckPasswordRequest, _trade_user_v1_CheckPasswordResponse, _trade_user_v1_CheckPasswordRequest__Output, _trade_user_v1_CheckPasswordResponse__Output>
  GetUser: MethodDefinition<_trade_user_v1_GetUserRequest, _trade_user_v1_User, _trade_user_v1_GetUserRequest__Output, _trade_user_v1_User__Output>
  PayFromBalance: MethodDefinition<_trade_user_v1_PayFromBalanceRequest, _trade_user_v1_PayFromBalanceResponse, _trade_user_v1_PayFromBalanceRequest__Output, _trade_user_v1_PayFromBalanceResponse__Output>
}
