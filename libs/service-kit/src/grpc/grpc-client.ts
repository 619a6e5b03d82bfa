import {
  Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type GrpcObject,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync, type MethodDefinition } from '@grpc/proto-loader';
import { protoLoaderOptions, type GrpcServiceContract } from '@trade/contracts';
import { currentTraceparent } from '../trace.js';
import { fromGrpcError, isTransient } from './grpc-errors.js';

/** The calls of a service as functions that answer with a promise and throw ShopErrors. */
export type GrpcClient<Definition> = {
  [
    Call in keyof Definition as string extends Call ? never : Uncapitalize<Call & string>
  ]: Definition[Call] extends MethodDefinition<infer Request, never, unknown, infer Response>
    ? (request: Request) => Promise<Response>
    : never;
};

export interface GrpcClientOptions {
  /** Every call ends after this time, its retries included. */
  deadlineMs?: number;
}

const DEFAULT_DEADLINE_MS = 3_000;
const MAX_ATTEMPTS = 3;
const FIRST_RETRY_DELAY_MS = 50;

/** A connection is tried again within this time after it was lost, however long the other side was away. */
const CHANNEL_OPTIONS = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.lb_policy_name': 'round_robin',
  // bookkeeping of each call that nobody reads: channelz, buffers for retries that we do ourselves
  'grpc.enable_channelz': 0,
  'grpc.enable_retries': 0,
};

type UnaryCall = (
  request: object,
  metadata: Metadata,
  options: { deadline: number },
  done: (error: ServiceError | null, response?: object) => void,
) => void;

/**
 * A client of another service. Calls that the contract names as idempotent are sent again after a transient failure;
 * a call that timed out never is, since it may still have happened: what to do then is the caller's business.
 */
export class GrpcClientFactory {
  private readonly clients: Client[] = [];

  connect<Definition>(
    contract: GrpcServiceContract<Definition>,
    address: string,
    { deadlineMs = DEFAULT_DEADLINE_MS }: GrpcClientOptions = {},
  ): GrpcClient<Definition> {
    const Service = serviceOf(contract);
    const client = new Service(address, credentials.createInsecure(), CHANNEL_OPTIONS);
    this.clients.push(client);
    const calls = Object.keys(Service.service).map((name) => {
      const call = (client[name] as UnaryCall).bind(client);
      const attempts = contract.idempotentCalls.includes(name) ? MAX_ATTEMPTS : 1;
      return [uncapitalize(name), (request: object) => callWithRetries(call, request, deadlineMs, attempts)];
    });
    return Object.fromEntries(calls) as GrpcClient<Definition>;
  }

  /** Connects to all of them, so that the first request does not find a service that is just starting. */
  async waitUntilConnected(timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    const errors = await Promise.all(
      this.clients.map((client) => new Promise((resolve) => client.waitForReady(deadline, resolve))),
    );
    return errors.every((error) => error === undefined);
  }

  /** Nest calls this when the process ends. */
  onApplicationShutdown(): void {
    for (const client of this.clients) client.close();
  }
}

async function callWithRetries(
  call: UnaryCall,
  request: object,
  deadlineMs: number,
  attempts: number,
): Promise<object> {
  const deadline = Date.now() + deadlineMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await callOnce(call, request, deadline);
    } catch (error) {
      const serviceError = error as ServiceError;
      const delayMs = FIRST_RETRY_DELAY_MS * 2 ** (attempt - 1);
      if (attempt >= attempts || !isTransient(serviceError) || Date.now() + delayMs >= deadline) {
        throw fromGrpcError(serviceError);
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
}

function callOnce(call: UnaryCall, request: object, deadline: number): Promise<object> {
  const metadata = new Metadata();
  const traceparent = currentTraceparent();
  if (traceparent) metadata.set('traceparent', traceparent);
  return new Promise((resolve, reject) => {
    call(request, metadata, { deadline }, (error, response) => (error ? reject(error) : resolve(response!)));
  });
}

function serviceOf(contract: GrpcServiceContract<unknown>): ServiceClientConstructor {
  const root = loadPackageDefinition(loadSync(contract.protoPath, protoLoaderOptions));
  const scope = contract.packageName.split('.').reduce<GrpcObject>((object, name) => object[name] as GrpcObject, root);
  return scope[contract.serviceName] as ServiceClientConstructor;
}

function uncapitalize(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
