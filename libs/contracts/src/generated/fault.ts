import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ArmRequest as _trade_fault_v1_ArmRequest, ArmRequest__Output as _trade_fault_v1_ArmRequest__Output } from './trade/fault/v1/ArmRequest.js';
import type { Armed as _trade_fault_v1_Armed, Armed__Output as _trade_fault_v1_Armed__Output } from './trade/fault/v1/Armed.js';
import type { FaultServiceClient as _trade_fault_v1_FaultServiceClient, FaultServiceDefinition as _trade_fault_v1_FaultServiceDefinition } from './trade/fault/v1/FaultService.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  trade: {
    fault: {
      v1: {
        ArmRequest: MessageTypeDefinition<_trade_fault_v1_ArmRequest, _trade_fault_v1_ArmRequest__Output>
        Armed: MessageTypeDefinition<_trade_fault_v1_Armed, _trade_fault_v1_Armed__Output>
        FaultService: SubtypeConstructor<typeof grpc.Client, _trade_fault_v1_FaultServiceClient> & { service: _trade_fault_v1_FaultServiceDefinition }
      }
    }
  }
}

