import { Duplex } from 'node:stream';
import {
  ChannelCredentials,
  connectivityState,
  type CallOptions,
  type Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { RpcClientManager, type BaseClient, type Endpoints, type ILogger } from 'rocketmq-client-nodejs';
import servicePb from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/service_pb.js';
import type * as rpc from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/service_pb.js';
import { MessagingServiceClient } from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/service_grpc_pb.js';
import { MessagingError } from '../messaging-error.js';

/**
 * Defaults that hurt: reconnecting backs off up to two minutes, a changed DNS answer is not looked at for 30 s, and a
 * batch that holds one 4 MiB message exceeds the 4 MiB limit for receiving, for ever. Equal options let all clients of
 * a process share one TCP connection. Retries are ours: grpc-js's layer for them costs CPU on every call.
 */
const CHANNEL_OPTIONS = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.dns_min_time_between_resolutions_ms': 1_000,
  'grpc.max_receive_message_length': 130 * 1024 * 1024,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.enable_retries': 0,
};
const tlsCredentials = ChannelCredentials.createSsl();
const plainCredentials = ChannelCredentials.createInsecure();

type TelemetryStream = ReturnType<RpcClientManager['telemetry']>;
type ReceiveCall = ReturnType<MessagingServiceClient['receiveMessage']>;

/**
 * One gRPC channel a broker address, for one client. Takes the place of the library's own manager, which opens a new
 * channel at every route refresh, cannot set channel options, and cannot cancel a long poll.
 */
export class BrokerConnections extends RpcClientManager {
  readonly #client: BaseClient;
  readonly #channels = new Map<string, MessagingServiceClient>();
  readonly #receiving = new Set<ReceiveCall>();
  readonly #telemetry = new Set<TelemetryStream>();
  #metadata?: Metadata;
  #metadataAtMs = 0;
  #closed = false;

  constructor(client: BaseClient, logger: ILogger) {
    super(client, logger);
    super.close(); // stops its timer, which watches over channels that it does not have here
    this.#client = client;
  }

  /** Whether the connection to this address stands; opens it when it does not. */
  isConnected(endpoints: Endpoints): boolean {
    return (
      !this.#closed && this.#channel(endpoints).getChannel().getConnectivityState(true) === connectivityState.READY
    );
  }

  /** Calls back with every change of isConnected, and keeps the connection open, until closed. */
  watch(endpoints: Endpoints, changed: (connected: boolean) => void): void {
    const channel = this.#channel(endpoints).getChannel();
    let connected = false;
    const look = () => {
      if (this.#closed) return;
      const state = channel.getConnectivityState(true);
      if ((state === connectivityState.READY) !== connected) changed((connected = !connected));
      channel.watchConnectivityState(state, Infinity, look);
    };
    look();
  }

  /** Ends every long poll: each rejects with CANCELLED, and the broker keeps what it had not delivered. */
  abortReceives(): void {
    for (const call of this.#receiving) call.cancel();
  }

  override close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.abortReceives();
    for (const stream of this.#telemetry) stream.cancel();
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }

  /**
   * The library re-opens a broken stream after a second, for ever, also when it was closed meanwhile: then it gets one
   * that stays silent. And it takes its 'error' listener off a stream that is still open, so that a broker that goes
   * away after a clean shutdown would crash the process: one listener stays.
   */
  override telemetry(endpoints: Endpoints, metadata: Metadata): TelemetryStream {
    if (this.#closed) return silentStream();
    const stream = this.#channel(endpoints).telemetry(metadata);
    const removeAllListeners = stream.removeAllListeners.bind(stream);
    stream.removeAllListeners = () => {
      removeAllListeners();
      return stream.on('error', ignoreReleasedStream).resume();
    };
    this.#telemetry.add(stream);
    stream.once('close', () => this.#telemetry.delete(stream));
    return stream;
  }

  /**
   * Resolves with all that arrived. A poll that breaks after messages came still delivers them: they are leased to this
   * client, and dropping them would delay them by the whole lease.
   */
  override receiveMessage(endpoints: Endpoints, request: rpc.ReceiveMessageRequest, durationMs: number) {
    return new Promise<rpc.ReceiveMessageResponse[]>((resolve, reject) => {
      const responses: rpc.ReceiveMessageResponse[] = [];
      const call = this.#channel(endpoints).receiveMessage(request, this.#headers(), {
        deadline: Date.now() + durationMs,
      });
      this.#receiving.add(call);
      const settle = (error?: Error) => {
        this.#receiving.delete(call);
        if (error && !responses.some((response) => response.hasMessage())) reject(error);
        else resolve(responses);
      };
      call.on('data', (response: rpc.ReceiveMessageResponse) => responses.push(response));
      call.once('end', () => settle());
      call.on('error', settle);
    });
  }

  override queryRoute(endpoints: Endpoints, request: rpc.QueryRouteRequest, durationMs: number) {
    return this.#call<rpc.QueryRouteResponse>(endpoints, durationMs, (c, m, o, done) =>
      c.queryRoute(request, m, o, done),
    );
  }

  override heartbeat(endpoints: Endpoints, request: rpc.HeartbeatRequest, durationMs: number) {
    return this.#call<rpc.HeartbeatResponse>(endpoints, durationMs, (c, m, o, done) =>
      c.heartbeat(request, m, o, done),
    );
  }

  override sendMessage(endpoints: Endpoints, request: rpc.SendMessageRequest, durationMs: number) {
    return this.#call<rpc.SendMessageResponse>(endpoints, durationMs, (c, m, o, done) =>
      c.sendMessage(request, m, o, done),
    );
  }

  override queryAssignment(endpoints: Endpoints, request: rpc.QueryAssignmentRequest, durationMs: number) {
    return this.#call<rpc.QueryAssignmentResponse>(endpoints, durationMs, (c, m, o, done) =>
      c.queryAssignment(request, m, o, done),
    );
  }

  override ackMessage(endpoints: Endpoints, request: rpc.AckMessageRequest, durationMs: number) {
    return this.#call<rpc.AckMessageResponse>(endpoints, durationMs, (c, m, o, done) =>
      c.ackMessage(request, m, o, done),
    );
  }

  override changeInvisibleDuration(
    endpoints: Endpoints,
    request: rpc.ChangeInvisibleDurationRequest,
    durationMs: number,
  ) {
    return this.#call<rpc.ChangeInvisibleDurationResponse>(endpoints, durationMs, (c, m, o, done) =>
      c.changeInvisibleDuration(request, m, o, done),
    );
  }

  override forwardMessageToDeadLetterQueue(
    endpoints: Endpoints,
    request: rpc.ForwardMessageToDeadLetterQueueRequest,
    durationMs: number,
  ) {
    return this.#call<rpc.ForwardMessageToDeadLetterQueueResponse>(endpoints, durationMs, (c, m, o, done) =>
      c.forwardMessageToDeadLetterQueue(request, m, o, done),
    );
  }

  override endTransaction(endpoints: Endpoints, request: rpc.EndTransactionRequest, durationMs: number) {
    return this.#call<rpc.EndTransactionResponse>(endpoints, durationMs, (c, m, o, done) =>
      c.endTransaction(request, m, o, done),
    );
  }

  override notifyClientTermination(
    endpoints: Endpoints,
    request: rpc.NotifyClientTerminationRequest,
    durationMs: number,
  ) {
    return this.#call<rpc.NotifyClientTerminationResponse>(endpoints, durationMs, (c, m, o, done) =>
      c.notifyClientTermination(request, m, o, done),
    );
  }

  #call<R>(
    endpoints: Endpoints,
    durationMs: number,
    start: (
      channel: MessagingServiceClient,
      metadata: Metadata,
      options: CallOptions,
      done: (error: ServiceError | null, response: R) => void,
    ) => void,
  ): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      start(this.#channel(endpoints), this.#headers(), { deadline: Date.now() + durationMs }, (error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
  }

  #channel(endpoints: Endpoints): MessagingServiceClient {
    if (this.#closed) throw new MessagingError('the connection to the broker is closed', { retriable: true });
    let channel = this.#channels.get(endpoints.facade);
    if (!channel) {
      const credentials = this.#client.sslEnabled ? tlsCredentials : plainCredentials;
      channel = new MessagingServiceClient(endpoints.facade, credentials, CHANNEL_OPTIONS);
      this.#channels.set(endpoints.facade, channel);
    }
    return channel;
  }

  /** The headers sign a date-time of one-second precision: they are the same for a second. */
  #headers(): Metadata {
    const nowMs = Date.now();
    if (!this.#metadata || nowMs - this.#metadataAtMs >= 1_000) {
      this.#metadata = this.#client.getRequestMetadata();
      this.#metadataAtMs = nowMs;
    }
    return this.#metadata;
  }
}

function ignoreReleasedStream(): void {
  // The session was released: whatever happens to its stream is of no interest.
}

/** Accepts writes, never says anything. */
function silentStream(): TelemetryStream {
  const stream = new Duplex({ objectMode: true, read: () => undefined, write: (_command, _encoding, done) => done() });
  return stream as unknown as TelemetryStream;
}

export const { SendMessageRequest, AckMessageResponse } = servicePb;
