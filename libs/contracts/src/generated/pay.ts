import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { GetPaymentRequest as _trade_pay_v1_GetPaymentRequest, GetPaymentRequest__Output as _trade_pay_v1_GetPaymentRequest__Output } from './trade/pay/v1/GetPaymentRequest.js';
import type { PayServiceClient as _trade_pay_v1_PayServiceClient, PayServiceDefinition as _trade_pay_v1_PayServiceDefinition } from './trade/pay/v1/PayService.js';
import type { Payment as _trade_pay_v1_Payment, Payment__Output as _trade_pay_v1_Payment__Output } from './trade/pay/v1/Payment.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  trade: {
    pay: {
      v1: {
        GetPaymentRequest: MessageTypeDefinition<_trade_pay_v1_GetPaymentRequest, _trade_pay_v1_GetPaymentRequest__Output>
        PayService: SubtypeConstructor<typeof grpc.Client, _trade_pay_v1_PayServiceClient> & { service: _trade_pay_v1_PayServiceDefinition }
        Payment: MessageTypeDefinition<_trade_pay_v1_Payment, _trade_pay_v1_Payment__Output>
      }
    }
  }
}

