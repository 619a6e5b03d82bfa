import { Server, type handleUnaryCall, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import type { INestApplicationContext } from '@nestjs/common';
import { protoLoaderOptions, type GrpcServiceContract } from '@trade/contracts';
import { HealthImplementation } from 'grpc-health-check';
import { Log } from '../logging.js';
import { asShopError } from '../shop-error.js';
import { breakable } from '../faults/faults.js';
import { callName, recordedCall } from '../timeline/recorders.js';
import { BatchServer, type ServedCall } from './batch-server.js';
import { toGrpcError, TRACEPARENT_KEY, type GrpcError } from './grpc-errors.js';
import { grpcHandlers, type GrpcHandler } from './grpc-handlers.js';
import { ObservedRpc } from './observed-rpc.js';
import type { Peers } from './peers.js';
import { serviceConstructor } from './service-constructor.js';

const MAX_REQUEST_BYTES = 64 * 1024;
/**
 * A caller that does not answer a ping is gone. Without pings a connection would stay for ever when its caller ended it in
 * the middle of a frame, or its machine went away.
 */
const PING_EVERY_MS = 10_000;
const PING_ANSWERED_WITHIN_MS = 10_000;
/** A caller that connects again asks the name again, and finds instances that have come. What is under way is answered. */
const MAX_CONNECTION_AGE_MS = 60_000;

export interface GrpcServerOptions {
  /** Beside the contract of the service. */
  alsoServes?: GrpcServiceContract<unknown>[];
  reflection?: boolean;
  maxConnectionAgeMs?: number;
}

/**
 * The gRPC door of a service: its contract, alone and in batches, for the other services only; grpc.health.v1 and
 * reflection for everyone. With the errors and the trace of the shop.
 */
export class GrpcServer {
  private readonly log = new Log(GrpcServer.name);
  private readonly server: Server;
  private readonly health: HealthImplementation;
  private readonly batches: BatchServer;

  /** @throws {Error} when a call of the contract has no @GrpcMethod */
  constructor(
    app: INestApplicationContext,
    private readonly contract: GrpcServiceContract<unknown>,
    private readonly peers: Peers,
    { alsoServes = [], reflection = true, maxConnectionAgeMs = MAX_CONNECTION_AGE_MS }: GrpcServerOptions = {},
  ) {
    this.server = new Server({
      'grpc.max_receive_message_length': MAX_REQUEST_BYTES,
      'grpc.enable_channelz': 0,
      'grpc.keepalive_time_ms': PING_EVERY_MS,
      'grpc.keepalive_timeout_ms': PING_ANSWERED_WITHIN_MS,
      'grpc.max_connection_age_ms': maxConnectionAgeMs,
    });
    this.health = new HealthImplementation({ '': 'NOT_SERVING', [this.fullName]: 'NOT_SERVING' });
    const contracts = [contract, ...alsoServes];
    const calls = new Map(contracts.flatMap((each) => [...this.servedCalls(app, each)]));
    this.batches = new BatchServer(calls, this.peers);
    for (const { service } of contracts.map(serviceConstructor)) {
      this.server.addService(service, unaryImplementation(service, calls, this.peers));
    }
    this.batches.addTo(this.server);
    this.health.addToServer(this.server);
    if (reflection) new ReflectionService(loadSync(contract.protoPath, protoLoaderOptions)).addToServer(this.server);
  }

  /**
   * @param address host:port; port 0 is any free one
   * @returns the port. Rejects when it is taken.
   */
  listen(address: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.bindAsync(address, this.peers.serverCredentials(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }

  startServing(): void {
    this.setHealth('SERVING');
  }

  /** Sends callers elsewhere, and resolves when what they sent before is answered. */
  async close(): Promise<void> {
    this.setHealth('NOT_SERVING');
    this.batches.close();
    await new Promise<void>((resolve) => this.server.tryShutdown(() => resolve()));
  }

  private servedCalls(app: INestApplicationContext, contract: GrpcServiceContract<unknown>): Map<string, ServedCall> {
    const { service } = serviceConstructor(contract);
    const handlers = grpcHandlers(app, contract);
    return new Map(
      Object.entries(service).map(([name, { path, requestDeserialize, responseSerialize }]) => {
        const handler = handlers.get(name);
        if (!handler) throw new Error(`no controller has @GrpcMethod('${contract.serviceName}', '${name}')`);
        const rpc = new ObservedRpc('server', contract, name);
        const answer = breakable(`serve ${callName(contract, name)}`, (request) => this.handle(handler, request));
        const recorded = recordedCall('serve', callName(contract, name), answer);
        const handle = (request: object, traceparent?: string) => rpc.serve(traceparent, () => recorded(request));
        return [path, { deserialize: requestDeserialize, serialize: responseSerialize, handle }];
      }),
    );
  }

  /** Business errors keep their shop code; our own faults are logged here and hidden. Rejects with a GrpcError. */
  private async handle(handler: GrpcHandler, request: object): Promise<object> {
    try {
      return await handler(request);
    } catch (error) {
      if (asShopError(error).httpStatus >= 500) this.log.error('gRPC call failed', error);
      throw toGrpcError(error);
    }
  }

  private setHealth(status: 'SERVING' | 'NOT_SERVING'): void {
    for (const name of ['', this.fullName]) this.health.setStatus(name, status);
  }

  private get fullName(): string {
    return `${this.contract.packageName}.${this.contract.serviceName}`;
  }
}

/** The calls one by one, for clients that know no batches. */
function unaryImplementation(
  service: ServiceDefinition,
  calls: ReadonlyMap<string, ServedCall>,
  peers: Peers,
): Record<string, handleUnaryCall<object, object>> {
  return Object.fromEntries(
    Object.entries(service).map(([name, { path }]) => {
      const { handle } = calls.get(path)!;
      const implementation: handleUnaryCall<object, object> = (call, callback) => {
        const refusal = peers.refusal(call.metadata);
        if (refusal) {
          callback(refusal);
          return;
        }
        handle(call.request, call.metadata.get(TRACEPARENT_KEY)[0]?.toString()).then(
          (response) => callback(null, response),
          (error: GrpcError) => callback(error),
        );
      };
      return [name, implementation];
    }),
  );
}
