import {
  Metadata,
  status,
  type handleUnaryCall,
  type Server,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { batchService, type Answer, type Call__Output, type RunRequest__Output } from '@trade/contracts';
import { SHOP_CODE_KEY, TRACEPARENT_KEY } from './grpc-errors.js';
import { serviceConstructor } from './service-constructor.js';

type Batch = ServerWritableStream<RunRequest__Output, { answers: Answer[] }>;

interface UnaryCall {
  deserialize(bytes: Buffer): unknown;
  serialize(response: unknown): Buffer;
  handle: handleUnaryCall<unknown, unknown>;
}

/**
 * Adds trade.batch.v1.BatchService to a server, for all unary calls of the services that are added to it afterwards. A call
 * in a batch meets the same handler, filters and interceptors as one of its own.
 */
export function serveBatches(server: Server): void {
  const calls = new Map<string, UnaryCall>();
  const addService = server.addService.bind(server);
  addService(serviceConstructor(batchService).service, { Run: (batch: Batch) => runBatch(batch, calls) });
  server.addService = (definition, implementation) => {
    for (const [name, method] of Object.entries(definition)) {
      if (method.requestStream || method.responseStream) continue;
      calls.set(method.path, {
        deserialize: method.requestDeserialize,
        serialize: method.responseSerialize,
        handle: (implementation[name] ?? implementation[method.originalName!]) as handleUnaryCall<unknown, unknown>,
      });
    }
    addService(definition, implementation);
  };
}

/** Answers that are there at the same moment leave together. */
function runBatch(batch: Batch, calls: ReadonlyMap<string, UnaryCall>): void {
  let open = batch.request.calls.length;
  let answers: Answer[] = [];
  const send = (): void => {
    if (!batch.cancelled) batch.write({ answers });
    answers = [];
    if (open === 0) batch.end();
  };
  if (open === 0) batch.end();
  batch.request.calls.forEach((call, index) => {
    runCall(call, calls.get(call.path), (answer) => {
      open -= 1;
      if (answers.push({ index, ...answer }) === 1) setImmediate(send);
    });
  });
}

function runCall(call: Call__Output, unary: UnaryCall | undefined, done: (answer: Answer) => void): void {
  if (!unary) {
    done({ status: status.UNIMPLEMENTED, details: `there is no ${call.path}` });
    return;
  }
  const metadata = new Metadata();
  if (call.traceparent) metadata.set(TRACEPARENT_KEY, call.traceparent);
  let request: unknown;
  try {
    request = unary.deserialize(call.request);
  } catch {
    done({ status: status.INVALID_ARGUMENT, details: `the request of ${call.path} cannot be read` });
    return;
  }
  unary.handle({ request, metadata } as ServerUnaryCall<unknown, unknown>, (error, response) =>
    done(error ? failure(error) : success(unary, response)),
  );
}

function success(unary: UnaryCall, response: unknown): Answer {
  try {
    return { response: unary.serialize(response) };
  } catch {
    return { status: status.INTERNAL, details: 'the response cannot be written' };
  }
}

function failure(error: Partial<ServiceError>): Answer {
  return {
    status: error.code ?? status.UNKNOWN,
    details: error.details ?? '',
    shopCode: error.metadata?.get(SHOP_CODE_KEY)[0]?.toString() ?? '',
  };
}
