import type { Socket } from 'node:net';
import { createServer, type Server as TlsServer } from 'node:tls';
import { Connection, type ConnectionTiming } from './connection.js';
import type { Method } from './grpc-call.js';
import { PortListener } from './port-listener.js';
import { Usage, type TransportLimits } from './usage.js';

export interface TransportTiming extends ConnectionTiming {
  /** Pause between two looks at what should have come to an end. */
  readonly sweepEveryMs: number;
  /** A connection that says nothing for this long is closed. */
  readonly firstByteMs: number;
}

const DEFAULT_TIMING: TransportTiming = {
  idleMs: 120_000,
  keepaliveMs: 20_000,
  keepaliveTimeoutMs: 10_000,
  stuckMs: 120_000,
  sweepEveryMs: 5000,
  firstByteMs: 10_000,
};

/** Calls under way get this long to end when the server stops. */
const SHUTDOWN_MS = 1000;
const TLS_HANDSHAKE_TIMEOUT_MS = 10_000;
/** Connections beyond the limit that are still taken, to be told so in the protocol's own words. */
const REFUSED_CONNECTIONS = 64;

export interface GrpcTransportOptions {
  host: string;
  port: number;
  /** PEM. Without it the port takes plaintext only. */
  tls: { cert: string | Buffer; key: string | Buffer } | undefined;
  limits: TransportLimits;
  methods: ReadonlyMap<string, Method>;
  /** The message that tells a client "too many requests", whatever it called. */
  flowLimit: Buffer;
  timing?: Partial<TransportTiming>;
}

/** gRPC over HTTP/2: frames, deadlines, back-pressure, keep-alive and limits; knows nothing of what is called. */
export class GrpcTransport {
  readonly #connections = new Set<Connection>();
  readonly #usage: Usage;
  readonly #timing: TransportTiming;
  readonly #tls: TlsServer | undefined;
  readonly #sweeper: NodeJS.Timeout;
  #listener!: PortListener;

  private constructor(private readonly options: GrpcTransportOptions) {
    this.#usage = new Usage(options.limits);
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    if (options.tls) {
      this.#tls = createServer({
        ...options.tls,
        ALPNProtocols: ['h2'],
        handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS,
      });
      this.#tls.on('secureConnection', (socket) => {
        if (socket.alpnProtocol === 'h2') this.#connect(socket);
        else socket.destroy();
      });
    }
    this.#sweeper = setInterval(() => this.#sweep(), this.#timing.sweepEveryMs).unref();
  }

  /** Rejects when the port cannot be bound or the certificate cannot be used. */
  static async listen(options: GrpcTransportOptions): Promise<GrpcTransport> {
    const transport = new GrpcTransport(options);
    try {
      transport.#listener = await PortListener.listen({
        host: options.host,
        port: options.port,
        firstByteMs: transport.#timing.firstByteMs,
        maxSockets: options.limits.maxConnections + REFUSED_CONNECTIONS,
        onPlaintext: (socket) => transport.#connect(socket),
        onTls: (socket) => (transport.#tls ? transport.#tls.emit('connection', socket) : socket.destroy()),
      });
    } catch (error) {
      clearInterval(transport.#sweeper);
      throw error;
    }
    return transport;
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Connections and calls under way, waiting polls included. */
  get load(): { connections: number; calls: number } {
    return { connections: this.#connections.size, calls: this.#usage.calls };
  }

  #connect(socket: Socket): void {
    const refused = this.#connections.size >= this.options.limits.maxConnections;
    const connection = new Connection(
      socket,
      {
        methods: this.options.methods,
        usage: this.#usage,
        timing: this.#timing,
        maxStreams: this.options.limits.maxStreamsPerConnection,
        flowLimit: this.options.flowLimit,
      },
      refused,
      () => this.#connections.delete(connection),
    );
    this.#connections.add(connection);
  }

  #sweep(): void {
    const nowMs = Date.now();
    for (const connection of this.#connections) connection.sweep(nowMs);
  }

  /** Says goodbye to all clients, gives the calls under way a moment to end, then closes every connection. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#listener.stop();
    for (const connection of this.#connections) connection.shutDown();
    await this.#usage.idle(SHUTDOWN_MS);
    for (const connection of this.#connections) connection.destroy();
    await this.#listener.close();
  }
}
