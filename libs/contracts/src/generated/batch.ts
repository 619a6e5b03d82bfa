import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Answer as _trade_batch_v1_Answer, Answer__Output as _trade_batch_v1_Answer__Output } from './trade/batch/v1/Answer.js';
import type { Answers as _trade_batch_v1_Answers, Answers__Output as _trade_batch_v1_Answers__Output } from './trade/batch/v1/Answers.js';
import type { BatchServiceClient as _trade_batch_v1_BatchServiceClient, BatchServiceDefinition as _trade_batch_v1_BatchServiceDefinition } from './trade/batch/v1/BatchService.js';
import type { Call as _trade_batch_v1_Call, Call__Output as _trade_batch_v1_Call__Output } from './trade/batch/v1/Call.js';
import type { Calls as _trade_batch_v1_Calls, Calls__Output as _trade_batch_v1_Calls__Output } from './trade/batch/v1/Calls.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  trade: {
    batch: {
      v1: {
        Answer: MessageTypeDefinition<_trade_batch_v1_Answer, _trade_batch_v1_Answer__Output>
        Answers: MessageTypeDefinition<_trade_batch_v1_Answers, _trade_batch_v1_Answers__Output>
        BatchService: SubtypeConstructor<typeof grpc.Client, _trade_batch_v1_BatchServiceClient> & { service: _trade_batch_v1_BatchServiceDefinition }
        Call: MessageTypeDefinition<_trade_batch_v1_Call, _trade_batch_v1_Call__Output>
        Calls: MessageTypeDefinition<_trade_batch_v1_Calls, _trade_batch_v1_Calls__Output>
      }
    }
  }
}

