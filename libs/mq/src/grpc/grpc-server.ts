import * as grpc from '@grpc/grpc-js';
import type { Broker } from '../broker/broker.js';
import { BrokerError, Code } from '../broker/code.js';
import type { Log } from '../broker/log.js';
import { ackMessage } from './ack-message.js';
import { OK, statusOf, type CallContext, type ServerFacts } from './call-context.js';
import { changeInvisibleDuration } from './change-invisible-duration.js';
import { deliveredMessage } from './delivered-message.js';
import { endTransaction } from './end-transaction.js';
import { forwardMessageToDeadLetterQueue } from './forward-message-to-dead-letter-queue.js';
import { heartbeat } from './heartbeat.js';
import { notifyClientTermination } from './notify-client-termination.js';
import { queryAssignment } from './query-assignment.js';
import { queryRoute } from './query-route.js';
import { receiveMessage } from './receive-message.js';
import { sendMessage } from './send-message.js';
import { TelemetrySession } from './telemetry.js';
import { Codec, fromMs, receiveResponseCodec, telemetryCodec, type ReceiveMessageRequest } from './wire.js';

const SERVICE = '/apache.rocketmq.v2.MessagingService/';
const MAX_REQUEST_BYTES = 130 << 20;
const MAX_CONNECTION_IDLE_MS = 120_000;
/** A peer that vanished without closing its connection is noticed after these two. */
const KEEPALIVE_MS = 20_000;
const KEEPALIVE_TIMEOUT_MS = 10_000;
/** Calls under way beyond this are refused with TOO_MANY_REQUESTS. */
const MAX_CALLS = 20_000;

type Rpc<T> = (request: T, context: CallContext) => Promise<object>;

export interface GrpcServerOptions {
  broker: Broker;
  log: Log;
  host: string;
  port: number;
  brokerName: string;
  advertised: { host: string; port: number } | undefined;
  longPollingMs: number;
}

/** The rpcs on grpc-js. Everything transport is in this file; the rpc functions know nothing of it. */
export class GrpcServer {
  readonly #server = new grpc.Server({
    'grpc.max_receive_message_length': MAX_REQUEST_BYTES,
    'grpc.max_send_message_length': -1,
    'grpc.max_connection_idle_ms': MAX_CONNECTION_IDLE_MS,
    'grpc.keepalive_time_ms': KEEPALIVE_MS,
    'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
  });
  #facts!: ServerFacts;
  #calls = 0;

  private constructor(private readonly options: GrpcServerOptions) {}

  /** Rejects when the port cannot be bound. */
  static async listen(options: GrpcServerOptions): Promise<GrpcServer> {
    const server = new GrpcServer(options);
    server.#register();
    const address = `${options.host}:${options.port}`;
    const port = await new Promise<number>((resolve, reject) => {
      server.#server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error)
          reject(new Error(`cannot listen on ${address}, is the port taken? ${error.message}`, { cause: error }));
        else resolve(bound);
      });
    });
    const { brokerName, host, advertised, longPollingMs } = options;
    server.#facts = { brokerName, host, port, advertised, longPollingMs };
    return server;
  }

  get port(): number {
    return this.#facts.port;
  }

  #register(): void {
    this.#unary('QueryRoute', queryRoute);
    this.#unary('Heartbeat', heartbeat);
    this.#unary('SendMessage', sendMessage);
    this.#unary('QueryAssignment', queryAssignment);
    this.#unary('AckMessage', ackMessage);
    this.#unary('ChangeInvisibleDuration', changeInvisibleDuration);
    this.#unary('ForwardMessageToDeadLetterQueue', forwardMessageToDeadLetterQueue);
    this.#unary('EndTransaction', endTransaction);
    this.#unary('NotifyClientTermination', notifyClientTermination);
    this.#server.register<Buffer, Buffer>(
      `${SERVICE}ReceiveMessage`,
      (call: grpc.ServerWritableStream<Buffer, Buffer>) => void this.#receive(call),
      same,
      same,
      'serverStream',
    );
    this.#server.register<Buffer, Buffer>(
      `${SERVICE}Telemetry`,
      (call: grpc.ServerDuplexStream<Buffer, Buffer>) => this.#telemetry(call),
      same,
      same,
      'bidi',
    );
  }

  /** Errors go into the status of the response body; the gRPC call itself succeeds. */
  #unary<T extends object>(name: string, rpc: Rpc<T>): void {
    const requestCodec = new Codec<T>(`${name}Request`);
    const responseCodec = new Codec<object>(`${name}Response`);
    const handle = async (call: grpc.ServerUnaryCall<Buffer, Buffer>): Promise<Buffer> => {
      try {
        if (this.#calls >= MAX_CALLS) throw new BrokerError(Code.TOO_MANY_REQUESTS, 'flow limit');
        this.#calls++;
        const context = this.#context(call);
        return responseCodec.encode(await rpc(decode(requestCodec, call.request), context));
      } catch (error) {
        return responseCodec.encode({ status: this.#failure(name, error) });
      } finally {
        this.#calls--;
      }
    };
    this.#server.register<Buffer, Buffer>(
      SERVICE + name,
      (call: grpc.ServerUnaryCall<Buffer, Buffer>, callback: grpc.sendUnaryData<Buffer>) =>
        void handle(call).then((response) => callback(null, response)),
      same,
      same,
      'unary',
    );
  }

  /** On the wire: status, messages, delivery time; an error is one status. */
  async #receive(call: grpc.ServerWritableStream<Buffer, Buffer>): Promise<void> {
    const write = (response: object) => call.write(receiveResponseCodec.encode(response));
    try {
      const poll = receiveMessage(decode(receiveRequestCodec, call.request), this.#context(call));
      let gone = false;
      call.on('cancelled', () => {
        gone = true;
        poll.cancel();
      });
      const deliveries = await poll.deliveries;
      const giveBack = () => deliveries.forEach((delivery) => delivery.progress.releaseDelivery(delivery, Date.now()));
      if (gone) {
        giveBack();
        return;
      }
      // "cancelled" also comes after a normal end; "finish" means that the socket has taken everything.
      call.on('cancelled', giveBack);
      call.on('finish', () => call.off('cancelled', giveBack));
      write({ status: deliveries.length > 0 ? OK : { code: Code.MESSAGE_NOT_FOUND, message: 'no new message' } });
      for (const delivery of deliveries) call.write(deliveredMessage(delivery));
    } catch (error) {
      write({ status: this.#failure('ReceiveMessage', error) });
    }
    write({ deliveryTimestamp: fromMs(Date.now()) });
    call.end();
  }

  #telemetry(call: grpc.ServerDuplexStream<Buffer, Buffer>): void {
    const fail = (error: unknown) => {
      const { code, message } = this.#failure('Telemetry', error);
      const status = code < Code.INTERNAL_SERVER_ERROR ? grpc.status.INVALID_ARGUMENT : grpc.status.INTERNAL;
      // grpc-js ends the stream with the status of an emitted error; destroy() would reset it without one.
      call.emit('error', { code: status, details: `process client telemetryCommand failed. ${message}` });
    };
    let session: TelemetrySession | undefined;
    call.on('data', (bytes: Buffer) => {
      try {
        session ??= new TelemetrySession(this.#context(call), (command) => call.write(command));
        session.onCommand(decode(telemetryCodec, bytes));
      } catch (error) {
        fail(error);
      }
    });
    const close = () => session?.close();
    call.on('cancelled', close);
    call.on('error', close);
    call.on('end', () => {
      close();
      call.end();
    });
  }

  /** Throws BrokerError CLIENT_ID_REQUIRED. */
  #context(call: { metadata: grpc.Metadata; getDeadline(): grpc.Deadline }): CallContext {
    const header = (name: string) => String(call.metadata.get(name)[0] ?? '');
    const clientId = header('x-mq-client-id');
    if (clientId.trim() === '') throw new BrokerError(Code.CLIENT_ID_REQUIRED, 'client id cannot be empty');
    return {
      broker: this.options.broker,
      server: this.#facts,
      clientId,
      language: header('x-mq-language'),
      clientVersion: header('x-mq-client-version'),
      deadlineMs: Number(call.getDeadline()),
    };
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
  close(): void {
    this.#server.forceShutdown();
  }
}

const receiveRequestCodec = new Codec<ReceiveMessageRequest>('ReceiveMessageRequest');
const same = (bytes: Buffer) => bytes;

function decode<T extends object>(codec: Codec<T>, bytes: Buffer): T {
  try {
    return codec.decode(bytes);
  } catch (error) {
    throw new BrokerError(Code.BAD_REQUEST, `the request cannot be decoded: ${String(error)}`);
  }
}
