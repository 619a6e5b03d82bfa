import { Client, type ServiceError } from '@grpc/grpc-js';
import type { MethodDefinition } from '@grpc/proto-loader';
import { Injectable } from '@nestjs/common';
import type { GrpcServiceContract } from '@trade/contracts';
import { Breaker } from './breaker.js';
import { CallBatcher } from './call-batcher.js';
import { fromGrpcError, isTransient } from './grpc-errors.js';
import { breakable } from '../faults/faults.js';
import { callName, recordedCall } from '../timeline/recorders.js';
import { ObservedRpc } from './observed-rpc.js';
import { Peers } from './peers.js';
import { serviceConstructor } from './service-constructor.js';

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

/**
 * Calls go round the instances that are connected. One that is gone is left out at once, one that hangs when it has not
 * answered a ping; it is tried again within a second, however long it was away.
 */
const CHANNEL_OPTIONS = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 5_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  // bookkeeping of each call that nobody reads: channelz, buffers for retries that we do ourselves
  'grpc.enable_channelz': 0,
  'grpc.enable_retries': 0,
};

/**
 * A client of another service. Calls that the contract names as idempotent are sent again after a transient failure;
 * a call that timed out never is, since it may still have happened: what to do then is the caller's business.
 */
@Injectable()
export class GrpcClientFactory {
  private readonly clients: Client[] = [];
  private readonly batchers: CallBatcher[] = [];

  constructor(private readonly peers: Peers) {}

  /** @param addresses as a setting made by addresses() in config.ts */
  connect<Definition>(
    contract: GrpcServiceContract<Definition>,
    addresses: string,
    { deadlineMs = DEFAULT_DEADLINE_MS }: GrpcClientOptions = {},
  ): GrpcClient<Definition> {
    const { service } = serviceConstructor(contract);
    const client = new Client(targetOf(addresses), this.peers.channelCredentials(), CHANNEL_OPTIONS);
    this.clients.push(client);
    const batcher = new CallBatcher(client, this.peers);
    this.batchers.push(batcher);
    const breaker = new Breaker(contract.serviceName);
    const calls = Object.entries(service).map(([name, method]) => {
      const attempts = contract.idempotentCalls.includes(name) ? MAX_ATTEMPTS : 1;
      const rpc = new ObservedRpc('client', contract, name);
      const send = breakable(`call ${callName(contract, name)}`, (request, deadline: number) =>
        rpc.call(() => batcher.call(method, request, deadline)),
      );
      const attempt = recordedCall('call', callName(contract, name), send);
      const call = (request: object) => breaker.execute(() => callWithRetries(attempt, request, deadlineMs, attempts));
      return [uncapitalize(name), call];
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
    for (const batcher of this.batchers) batcher.close();
  }
}

function targetOf(addresses: string): string {
  return addresses.includes(',') ? `ipv4:${addresses}` : addresses;
}

async function callWithRetries(
  call: (request: object, deadline: number) => Promise<object>,
  request: object,
  deadlineMs: number,
  attempts: number,
): Promise<object> {
  const deadline = Date.now() + deadlineMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(request, deadline);
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

function uncapitalize(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
