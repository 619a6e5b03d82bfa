import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { CheckPasswordRequest as _trade_user_v1_CheckPasswordRequest, CheckPasswordRequest__Output as _trade_user_v1_CheckPasswordRequest__Output } from './trade/user/v1/CheckPasswordRequest.js';
import type { CheckPasswordResponse as _trade_user_v1_CheckPasswordResponse, CheckPasswordResponse__Output as _trade_user_v1_CheckPasswordResponse__Output } from './trade/user/v1/CheckPasswordResponse.js';
import type { GetUserRequest as _trade_user_v1_GetUserRequest, GetUserRequest__Output as _trade_user_v1_GetUserRequest__Output } from './trade/user/v1/GetUserRequest.js';
import type { PayFromBalanceRequest as _trade_user_v1_PayFromBalanceRequest, PayFromBalanceRequest__Output as _trade_user_v1_PayFromBalanceRequest__Output } from './trade/user/v1/PayFromBalanceRequest.js';
import type { PayFromBalanceResponse as _trade_user_v1_PayFromBalanceResponse, PayFromBalanceResponse__Output as _trade_user_v1_PayFromBalanceResponse__Output } from './trade/user/v1/PayFromBalanceResponse.js';
import type { User as _trade_user_v1_User, User__Output as _trade_user_v1_User__Output } from './trade/user/v1/User.js';
import type { UserServiceClient as _trade_user_v1_UserServiceClient, UserServiceDefinition as _trade_user_v1_UserServiceDefinition } from './trade/user/v1/UserService.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  trade: {
    user: {
      v1: {
        CheckPasswordRequest: MessageTypeDefinition<_trade_user_v1_CheckPasswordRequest, _trade_user_v1_CheckPasswordRequest__Output>
        CheckPasswordResponse: MessageTypeDefinition<_trade_user_v1_CheckPasswordResponse, _trade_user_v1_CheckPasswordResponse__Output>
        GetUserRequest: MessageTypeDefinition<_trade_user_v1_GetUserRequest, _trade_user_v1_GetUserRequest__Output>
        PayFromBalanceRequest: MessageTypeDefinition<_trade_user_v1_PayFromBalanceRequest, _trade_user_v1_PayFromBalanceRequest__Output>
        PayFromBalanceResponse: MessageTypeDefinition<_trade_user_v1_PayFromBalanceResponse, _trade_user_v1_PayFromBalanceResponse__Output>
        User: MessageTypeDefinition<_trade_user_v1_User, _trade_user_v1_User__Output>
        UserService: SubtypeConstructor<typeof grpc.Client, _trade_user_v1_UserServiceClient> & { service: _trade_user_v1_UserServiceDefinition }
      }
    }
  }
}

