// Original file: proto/batch.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Answers as _trade_batch_v1_Answers, Answers__Output as _trade_batch_v1_Answers__Output } from '../../../trade/batch/v1/Answers.js';
import type { RunRequest as _trade_batch_v1_RunRequest, RunRequest__Output as _trade_batch_v1_RunRequest__Output } from '../../../trade/batch/v1/RunRequest.js';

export interface BatchServiceClient extends grpc.Client {
  Run(argument: _trade_batch_v1_RunRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_trade_batch_v1_Answers__Output>;
  Run(argument: _trade_batch_v1_RunRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_trade_batch_v1_Answers__Output>;
  run(argument: _trade_batch_v1_RunRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_trade_batch_v1_Answers__Output>;
  run(argument: _trade_batch_v1_RunRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_trade_batch_v1_Answers__Output>;
  
}

export interface BatchServiceHandlers extends grpc.UntypedServiceImplementation {
  Run: grpc.handleServerStreamingCall<_trade_batch_v1_RunRequest__Output, _trade_batch_v1_Answers>;
  
}

export interface BatchServiceDefinition extends grpc.ServiceDefinition {
  Run: MethodDefinition<_trade_batch_v1_RunRequest, _trade_batch_v1_Answers, _trade_batch_v1_RunRequest__Output, _trade_batch_v1_Answers__Output>
}
