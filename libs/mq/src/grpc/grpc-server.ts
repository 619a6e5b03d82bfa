import type { Broker } from '../broker/broker.js';
import { BrokerError, Code } from '../broker/code.js';
import type { Delivery } from '../broker/delivery.js';
import type { Log } from '../broker/log.js';
import type { AccessControl, Need } from '../security/access-control.js';
import { ackMessage } from './ack-message.js';
import { OK, statusOf, type CallContext, type ServerFacts } from './call-context.js';
import { changeInvisibleDuration } from './change-invisible-duration.js';
import { deliveredMessage } from './delivered-message.js';
import { endTransaction } from './end-transaction.js';
import { forwardMessageToDeadLetterQueue } from './forward-message-to-dead-letter-queue.js';
import { heartbeat } from './heartbeat.js';
import { actFor, actForAny, needsOfSettings, publish, publishOrRead, read } from './needs.js';
import { notifyClientTermination } from './notify-client-termination.js';
import { queryAssignment } from './query-assignment.js';
import { queryRoute } from './query-route.js';
import { recallMessage } from './recall-message.js';
import { receiveMessage } from './receive-message.js';
import { sendMessage } from './send-message.js';
import { TelemetrySession } from './telemetry.js';
import type { GrpcCall, Method } from './transport/grpc-call.js';
import { GrpcStatus } from './transport/grpc-status.js';
import { GrpcTransport } from './transport/grpc-transport.js';
import type { TransportLimits } from './transport/usage.js';
import {
  Codec,
  fromMs,
  receiveResponseCodec,
  telemetryCodec,
  type HeartbeatRequest,
  type ReceiveMessageRequest,
} from './wire.js';

const SERVICE = '/apache.rocketmq.v2.MessagingService/';
/** Delivered messages are sent in pieces of about this size; the next is put together when the client has read the last. */
const PIECE_BYTES = 64 << 10;

type Rpc<T> = (request: T, context: CallContext) => Promise<object>;

export interface GrpcServerOptions {
  broker: Broker;
  log: Log;
  host: string;
  port: number;
  brokerName: string;
  advertised: { host: string; port: number } | undefined;
  longPollingMs: number;
  /** PEM. Unset: plaintext only. */
  tls: { cert: string | Buffer; key: string | Buffer } | undefined;
  limits: TransportLimits;
  /** Unset: everybody may do everything. */
  access: AccessControl | undefined;
}

/** The rpcs on the transport; the rpc functions know nothing of it. */
export class GrpcServer {
  readonly #methods = new Map<string, Method>();
  #transport!: GrpcTransport;
  facts!: ServerFacts;

  private constructor(private readonly options: GrpcServerOptions) {}

  /** Rejects when the port cannot be bound. */
  static async listen(options: GrpcServerOptions): Promise<GrpcServer> {
    const server = new GrpcServer(options);
    server.#register();
    const { host, brokerName, advertised, longPollingMs } = options;
    // Every response has its status in field 1, so one message will do for all rpcs.
    const flowLimit = receiveResponseCodec.encode({ status: { code: Code.TOO_MANY_REQUESTS, message: 'flow limit' } });
    server.#transport = await GrpcTransport.listen({ ...options, methods: server.#methods, flowLimit });
    server.facts = { brokerName, host, port: server.port, advertised, longPollingMs };
    return server;
  }

  get port(): number {
    return this.#transport.port;
  }

  /** Connections and calls under way, waiting polls included. */
  get load(): { connections: number; calls: number } {
    return this.#transport.load;
  }

  /** Every rpc with what its caller must be allowed to do. */
  #register(): void {
    this.#unary('QueryRoute', queryRoute, ({ topic }) => [publishOrRead(topic)]);
    this.#unary('Heartbeat', heartbeat, ({ group }: HeartbeatRequest) => actForAny(group));
    this.#unary('SendMessage', sendMessage, ({ messages }) => messages.map(({ topic }) => publish(topic)));
    this.#unary('QueryAssignment', queryAssignment, ({ topic, group }) => [read(topic), actFor(group)]);
    this.#unary('AckMessage', ackMessage, ({ topic, group }) => [read(topic), actFor(group)]);
    this.#unary('ChangeInvisibleDuration', changeInvisibleDuration, ({ group }) => [actFor(group)]);
    this.#unary('ForwardMessageToDeadLetterQueue', forwardMessageToDeadLetterQueue, ({ topic, group }) => [
      read(topic),
      actFor(group),
    ]);
    this.#unary('EndTransaction', endTransaction, ({ topic }) => [publish(topic)]);
    this.#unary('RecallMessage', recallMessage, ({ topic }) => [publish(topic)]);
    this.#unary('NotifyClientTermination', notifyClientTermination, ({ group }: HeartbeatRequest) => actForAny(group));
    this.#methods.set(`${SERVICE}ReceiveMessage`, {
      clientStream: false,
      // In a turn of its own: what the polls before it were given is counted before this one asks for more.
      onMessage: (call, request) => setImmediate(() => void this.#receive(call, request)),
    });
    this.#methods.set(`${SERVICE}Telemetry`, this.#telemetry());
  }

  /** Errors go into the status of the response body; the gRPC call itself succeeds. */
  #unary<T extends object>(name: string, rpc: Rpc<T>, needs: (request: T) => Need[]): void {
    const requestCodec = new Codec<T>(`${name}Request`);
    const responseCodec = new Codec<object>(`${name}Response`);
    const answer = async (call: GrpcCall, bytes: Buffer): Promise<void> => {
      let response: Buffer;
      try {
        const context = this.#context(call);
        const request = decode(requestCodec, bytes);
        if (this.options.access) this.#authorize(call, needs(request));
        response = responseCodec.encode(await rpc(request, context));
      } catch (error) {
        response = responseCodec.encode({ status: this.#failure(name, error) });
      }
      call.finish([response]);
    };
    this.#methods.set(SERVICE + name, { clientStream: false, onMessage: (call, bytes) => void answer(call, bytes) });
  }

  /** On the wire: status, messages, delivery time; an error is one status. */
  async #receive(call: GrpcCall, bytes: Buffer): Promise<void> {
    if (call.closed) return;
    const encode = (response: object) => receiveResponseCodec.encode(response);
    try {
      const context = this.#context(call);
      const request = decode(receiveRequestCodec, bytes);
      if (this.options.access) this.#authorize(call, [read(request.messageQueue?.topic), actFor(request.group)]);
      if (!call.connection.takesAnswers) throw new BrokerError(Code.TOO_MANY_REQUESTS, 'flow limit');
      const poll = receiveMessage(request, context);
      call.onClosed = call.onShutdown = poll.cancel;
      await this.#deliver(call, await poll.deliveries);
    } catch (error) {
      call.finish([encode({ status: this.#failure('ReceiveMessage', error) }), encode({ deliveryTimestamp: now() })]);
    }
  }

  /** What does not reach the client is given back. */
  async #deliver(call: GrpcCall, deliveries: Delivery[]): Promise<void> {
    const giveBack = () => deliveries.forEach((delivery) => delivery.progress.releaseDelivery(delivery, Date.now()));
    if (call.closed) {
      giveBack();
      return;
    }
    call.onClosed = (delivered) => {
      if (!delivered) giveBack();
    };
    const status = deliveries.length > 0 ? OK : { code: Code.MESSAGE_NOT_FOUND, message: 'no new message' };
    let piece = [receiveResponseCodec.encode({ status })];
    let pieceBytes = 0;
    call.hold(
      deliveries.reduce((bytes, { record }) => bytes + record.payload.length + record.systemProperties.length, 0),
    );
    for (const delivery of deliveries) {
      const message = deliveredMessage(delivery);
      piece.push(message);
      pieceBytes += message.length;
      if (pieceBytes < PIECE_BYTES) continue;
      if (!call.write(piece)) await call.drained();
      if (call.closed) return;
      piece = [];
      pieceBytes = 0;
    }
    piece.push(receiveResponseCodec.encode({ deliveryTimestamp: now() }));
    call.finish(piece);
  }

  #telemetry(): Method {
    const sessions = new WeakMap<GrpcCall, TelemetrySession>();
    const open = (call: GrpcCall) => {
      const session = new TelemetrySession(this.#context(call), (command) => call.write([command]));
      sessions.set(call, session);
      call.onClosed = () => session.close();
      call.onShutdown = () => call.finish([]);
      return session;
    };
    return {
      clientStream: true,
      onMessage: (call, bytes) => {
        try {
          const session = sessions.get(call) ?? open(call);
          const command = decode(telemetryCodec, bytes);
          if (this.options.access) this.#authorize(call, needsOfSettings(command));
          session.onCommand(command);
        } catch (error) {
          const { code, message } = this.#failure('Telemetry', error);
          const status = code < Code.INTERNAL_SERVER_ERROR ? GrpcStatus.INVALID_ARGUMENT : GrpcStatus.INTERNAL;
          call.fail(status, `process client telemetryCommand failed. ${message}`);
        }
      },
      onEnd: (call) => {
        sessions.get(call)?.close();
        call.finish([]);
      },
    };
  }

  /** Throws BrokerError CLIENT_ID_REQUIRED. */
  #context({ headers, deadlineMs }: GrpcCall): CallContext {
    const clientId = headers.get('x-mq-client-id') ?? '';
    if (clientId.trim() === '') throw new BrokerError(Code.CLIENT_ID_REQUIRED, 'client id cannot be empty');
    return {
      broker: this.options.broker,
      server: this.facts,
      clientId,
      language: headers.get('x-mq-language') ?? '',
      clientVersion: headers.get('x-mq-client-version') ?? '',
      deadlineMs,
    };
  }

  /** Throws BrokerError UNAUTHORIZED. */
  #authorize({ headers, connection }: GrpcCall, needs: Need[]): void {
    const { access } = this.options;
    if (!access) return;
    const user = access.authenticate(headers.get('authorization'), headers.get('x-mq-date-time'), connection);
    access.authorize(user, needs, connection.remoteAddress);
  }

  #failure(rpc: string, error: unknown): { code: number; message: string } {
    if (error instanceof BrokerError) return statusOf(error);
    this.options.log('error', 'rpc_failed', {
      rpc,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return { code: Code.INTERNAL_SERVER_ERROR, message: 'internal error' };
  }

  /** Ends all calls and connections; clients connect again by themselves. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

const receiveRequestCodec = new Codec<ReceiveMessageRequest>('ReceiveMessageRequest');
const now = () => fromMs(Date.now());

function decode<T extends object>(codec: Codec<T>, bytes: Buffer): T {
  try {
    return codec.decode(bytes);
  } catch (error) {
    throw new BrokerError(Code.BAD_REQUEST, `the request cannot be decoded: ${String(error)}`);
  }
}
