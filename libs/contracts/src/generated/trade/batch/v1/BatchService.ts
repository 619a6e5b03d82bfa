// Original file: proto/batch.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Answers as _trade_batch_v1_Answers, Answers__Output as _trade_batch_v1_Answers__Output } from '../../../trade/batch/v1/Answers.js';
import type { Calls as _trade_batch_v1_Calls, Calls__Output as _trade_batch_v1_Calls__Output } from '../../../trade/batch/v1/Calls.js';

export interface BatchServiceClient extends grpc.Client {
  Run(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_trade_batch_v1_Calls, _trade_batch_v1_Answers__Output>;
  Run(options?: grpc.CallOptions): grpc.ClientDuplexStream<_trade_batch_v1_Calls, _trade_batch_v1_Answers__Output>;
  run(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_trade_batch_v1_Calls, _trade_batch_v1_Answers__Output>;
  run(options?: grpc.CallOptions): grpc.ClientDuplexStream<_trade_batch_v1_Calls, _trade_batch_v1_Answers__Output>;
  
}

export interface BatchServiceHandlers extends grpc.UntypedServiceImplementation {
  Run: grpc.handleBidiStreamingCall<_trade_batch_v1_Calls__Output, _trade_batch_v1_Answers>;
  
}

export interface BatchServiceDefinition extends grpc.ServiceDefinition {
  Run: MethodDefinition<_trade_batch_v1_Calls, _trade_batch_v1_Answers, _trade_batch_v1_Calls__Output, _trade_batch_v1_Answers__Output>
}
