import * as grpc from '@grpc/grpc-js';
import { connect as connectHttp2, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import type { GrpcCall, Method } from '../src/grpc/transport/grpc-call.js';
import { GrpcStatus } from '../src/grpc/transport/grpc-status.js';
import { GrpcTransport, type GrpcTransportOptions } from '../src/grpc/transport/grpc-transport.js';
import { DEFAULT_LIMITS } from '../src/grpc/transport/usage.js';

export const same = (bytes: Buffer) => bytes;
export const MIB = 1 << 20;

/** A server of the transport with a few rpcs of its own, for each test, and clients of it that are closed after the test. */
export class TransportUnderTest {
  /** What the server saw. */
  waiting: GrpcCall[] = [];
  closed: boolean[] = [];
  floodedBytes = 0;

  #transport!: GrpcTransport;
  #clients: grpc.Client[] = [];
  #sessions: ClientHttp2Session[] = [];

  constructor() {
    beforeEach(() => {
      this.waiting = [];
      this.closed = [];
      this.floodedBytes = 0;
      this.#clients = [];
      this.#sessions = [];
    });
    afterEach(async () => {
      for (const one of this.#clients) one.close();
      for (const one of this.#sessions) one.destroy();
      await this.#transport.close();
    });
  }

  readonly #methods = new Map<string, Method>([
    ['/t/Echo', { clientStream: false, onMessage: (call, bytes) => call.finish([Buffer.from(bytes)]) }],
    ['/t/Twice', { clientStream: false, onMessage: (call, bytes) => call.finish([bytes, bytes]) }],
    ['/t/Flood', { clientStream: false, onMessage: (call) => void this.#flood(call) }],
    [
      '/t/Fail',
      { clientStream: false, onMessage: (call, bytes) => call.fail(GrpcStatus.INVALID_ARGUMENT, bytes.toString()) },
    ],
    [
      '/t/Wait',
      {
        clientStream: false,
        onMessage: (call) => {
          this.waiting.push(call);
          call.onClosed = (delivered) => this.closed.push(delivered);
          call.onShutdown = () => call.finish([Buffer.from('stopped')]);
        },
      },
    ],
    [
      '/t/Chat',
      {
        clientStream: true,
        onMessage: (call, bytes) =>
          bytes.toString() === 'fail' ? call.fail(GrpcStatus.INTERNAL, 'as told') : call.write([Buffer.from(bytes)]),
        onEnd: (call) => call.finish([]),
      },
    ],
  ]);

  async #flood(call: GrpcCall): Promise<void> {
    const piece = Buffer.alloc(MIB);
    for (let i = 0; i < 200 && !call.closed; i++) {
      this.floodedBytes += piece.length;
      if (!call.write([piece])) await call.drained();
    }
    call.finish([]);
  }

  async listen(changes: Partial<GrpcTransportOptions> = {}): Promise<void> {
    this.#transport = await GrpcTransport.listen({
      host: '127.0.0.1',
      port: 0,
      tls: undefined,
      limits: DEFAULT_LIMITS,
      methods: this.#methods,
      flowLimit: Buffer.from('flow limit'),
      ...changes,
    });
  }

  get load(): { connections: number; calls: number } {
    return this.#transport.load;
  }

  /** Stops the server. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  client(options: grpc.ClientOptions = {}): grpc.Client {
    const created = new grpc.Client(`127.0.0.1:${this.#transport.port}`, grpc.credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': -1,
      ...options,
    });
    this.#clients.push(created);
    return created;
  }

  socket(): Socket {
    return connectTcp(this.#transport.port, '127.0.0.1');
  }

  session(socket = this.socket()): ClientHttp2Session {
    const created = connectHttp2('http://broker', { createConnection: () => socket });
    created.on('error', () => created.destroy());
    this.#sessions.push(created);
    return created;
  }
}

export function call(of: grpc.Client, method: string, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    of.makeUnaryRequest(`/t/${method}`, same, same, request, { deadline: Date.now() + 10_000 }, (error, answer) =>
      error || !answer ? reject(error ?? new Error('no answer')) : resolve(answer),
    );
  });
}

export const grpcHeaders = (method: string, changes: OutgoingHttpHeaders = {}) => ({
  ':method': 'POST',
  ':path': `/t/${method}`,
  'content-type': 'application/grpc',
  te: 'trailers',
  ...changes,
});

/** Raw bytes as the request; resolves with the status of gRPC. */
export function rawCall(
  on: ClientHttp2Session,
  chunks: Buffer[],
  headers: OutgoingHttpHeaders,
): Promise<Record<string, unknown>> {
  const stream = on.request(headers);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  stream.resume();
  return new Promise((resolve, reject) => {
    const seen: Record<string, unknown> = {};
    stream.on('response', (answer) => Object.assign(seen, answer));
    stream.on('trailers', (trailers) => Object.assign(seen, trailers));
    stream.on('error', reject);
    stream.on('close', () => resolve(seen));
  });
}

export function prefixed(message: Buffer, { compressed = 0, length = message.length } = {}): Buffer {
  const prefix = Buffer.from([compressed, 0, 0, 0, 0]);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}
