import {
  Metadata,
  status,
  type Client,
  type ClientReadableStream,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { batchService, type Answer__Output, type Answers__Output, type Call } from '@trade/contracts';
import { currentTraceparent } from '../trace.js';
import { SHOP_CODE_KEY, TRACEPARENT_KEY } from './grpc-errors.js';
import { serviceConstructor } from './service-constructor.js';

const MAX_CALLS = 64;
const { Run } = serviceConstructor(batchService).service as unknown as {
  Run: MethodDefinition<object, Answers__Output>;
};

export type UnaryMethod = MethodDefinition<object, object>;

interface PendingCall {
  method: UnaryMethod;
  request: Buffer;
  /** Unix time in ms. */
  deadline: number;
  traceparent: string | undefined;
  resolve(response: object): void;
  reject(error: unknown): void;
}

/**
 * Makes unary calls to a server. Calls of the same turn of the event loop travel as one rpc (see batch.proto); a call that
 * is alone travels as itself. Measured with bench/orders at 48 in flight: order-service takes 37 % less processor time an
 * order, the participants 10 to 15 % less.
 */
export class CallBatcher {
  private pending: PendingCall[] = [];
  /** False once the server said that it knows no batches: another implementation of the contract, or an older one. */
  private serverTakesBatches = true;

  constructor(private readonly client: Client) {}

  /** Rejects with a ServiceError, or with what serializing a message threw. */
  call(method: UnaryMethod, request: object, deadline: number): Promise<object> {
    const traceparent = currentTraceparent();
    return new Promise((resolve, reject) => {
      const call = { method, request: method.requestSerialize(request), deadline, traceparent, resolve, reject };
      if (this.pending.push(call) === 1) setImmediate(() => this.send());
    });
  }

  private send(): void {
    const calls = this.pending.splice(0, MAX_CALLS);
    if (this.pending.length > 0) setImmediate(() => this.send());
    if (calls.length > 1 && this.serverTakesBatches) this.sendBatch(calls);
    else for (const call of calls) this.sendOne(call);
  }

  private sendOne({ method, request, deadline, traceparent, resolve, reject }: PendingCall): void {
    const metadata = new Metadata();
    if (traceparent) metadata.set(TRACEPARENT_KEY, traceparent);
    this.client.makeUnaryRequest(
      method.path,
      (bytes: Buffer) => bytes,
      method.responseDeserialize,
      request,
      metadata,
      { deadline },
      (error, response) => (error ? reject(error) : resolve(response!)),
    );
  }

  private sendBatch(calls: PendingCall[]): void {
    const open = new Set(calls);
    const request = { calls: calls.map(wireCall) };
    const deadline = Math.max(...calls.map((call) => call.deadline));
    const batch: ClientReadableStream<Answers__Output> = this.client.makeServerStreamRequest(
      Run.path,
      Run.requestSerialize,
      Run.responseDeserialize,
      request,
      new Metadata(),
      { deadline },
    );
    batch.on('data', ({ answers }: Answers__Output) => {
      for (const answer of answers) {
        const call = calls[answer.index];
        if (!call || !open.delete(call)) continue;
        settle(call, answer);
      }
    });
    batch.on('error', (error: ServiceError) => {
      if (error.code === status.UNIMPLEMENTED) {
        this.serverTakesBatches = false;
        for (const call of open) this.sendOne(call);
        return;
      }
      for (const call of open) call.reject(error);
    });
    batch.on('status', ({ code }) => {
      // after the last data, which may be on its way out of the stream still
      if (code === status.OK) setImmediate(() => open.forEach((call) => call.reject(unanswered())));
    });
  }
}

function wireCall({ method, request, traceparent }: PendingCall): Call {
  return { path: method.path, request, traceparent };
}

function settle({ method, resolve, reject }: PendingCall, answer: Answer__Output): void {
  if (answer.status !== status.OK) {
    reject(serviceError(answer));
    return;
  }
  try {
    resolve(method.responseDeserialize(answer.response));
  } catch (error) {
    reject(error);
  }
}

function serviceError({ status: code, details, shopCode }: Answer__Output): ServiceError {
  const metadata = new Metadata();
  if (shopCode) metadata.set(SHOP_CODE_KEY, shopCode);
  return Object.assign(new Error(details), { code, details, metadata });
}

function unanswered(): ServiceError {
  const details = 'the batch ended without an answer to this call';
  return Object.assign(new Error(details), { code: status.INTERNAL, details, metadata: new Metadata() });
}
