import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** First byte of a TLS connection: the record type "handshake". */
const TLS_HANDSHAKE = 0x16;

export interface PortListenerOptions {
  host: string;
  port: number;
  /** A connection that says nothing for this long is closed. */
  firstByteMs: number;
  /** The system closes what comes beyond. */
  maxSockets: number;
  onPlaintext: (socket: Socket) => void;
  onTls: (socket: Socket) => void;
}

/** One port for plaintext and TLS: the first byte of a connection says which of the two it is. */
export class PortListener {
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly options: PortListenerOptions,
  ) {
    server.on('connection', (socket) => this.#onSocket(socket));
  }

  /** Rejects when the port cannot be bound. */
  static async listen(options: PortListenerOptions): Promise<PortListener> {
    const { host, port, maxSockets } = options;
    const server = createServer({ noDelay: true });
    server.maxConnections = maxSockets;
    const listener = new PortListener(server, options);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) =>
        reject(new Error(`cannot listen on ${host}:${port}, is the port taken? ${error.message}`, { cause: error })),
      );
      server.listen(port, host, resolve);
    });
    return listener;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  #onSocket(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // A reset before the first byte; later the session listens too.
    socket.on('error', () => socket.destroy());
    const timer = setTimeout(() => socket.destroy(), this.options.firstByteMs);
    socket.once('close', () => clearTimeout(timer));
    socket.once('readable', () => {
      clearTimeout(timer);
      const first = socket.read(1) as Buffer | null;
      if (!first) {
        socket.destroy();
        return;
      }
      socket.unshift(first);
      if (first[0] === TLS_HANDSHAKE) this.options.onTls(socket);
      else this.options.onPlaintext(socket);
    });
  }

  /** Takes no more connections; the open ones stay. */
  stop(): void {
    this.server.close();
  }

  /** Resolves when the last connection is gone. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
