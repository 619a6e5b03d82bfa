import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * pass: bytes go both ways · refuse: connections are reset · hold: bytes wait, in both directions, until the mode
 * changes · swallowReplies: requests arrive, answers are lost, so the caller meets its deadline after the deed was done ·
 * slow: bytes arrive late, in both directions.
 */
export type ProxyMode = 'pass' | 'refuse' | 'hold' | 'swallowReplies' | 'slow';

const SLOW_MS = 150;

/** A TCP proxy in front of a local port, to put faults between two processes. */
export class TcpProxy {
  private currentMode: ProxyMode = 'pass';
  private readonly links = new Set<Link>();

  private constructor(
    private readonly server: Server,
    /** Where callers connect. */
    readonly port: number,
  ) {}

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new TcpProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (socket) => proxy.accept(socket, targetPort));
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get mode(): ProxyMode {
    return this.currentMode;
  }

  /** Counts for open connections too; replies that were swallowed stay lost, so their connection ends with the mode. */
  setMode(mode: ProxyMode): void {
    const broken = mode === 'refuse' || (this.currentMode === 'swallowReplies' && mode !== 'swallowReplies');
    this.currentMode = mode;
    for (const link of this.links) {
      if (broken) link.reset();
      else link.apply(mode);
    }
  }

  async stop(): Promise<void> {
    for (const link of this.links) link.reset();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private accept(caller: Socket, targetPort: number): void {
    if (this.currentMode === 'refuse') {
      caller.resetAndDestroy();
      return;
    }
    const link = new Link(caller, connect(targetPort, '127.0.0.1'));
    this.links.add(link);
    caller.once('close', () => this.links.delete(link));
    link.apply(this.currentMode);
  }
}

export function tcpProxy(targetPort: number): Promise<TcpProxy> {
  return TcpProxy.start(targetPort);
}

/** One connection through the proxy. */
class Link {
  private swallowing = false;
  private delayMs = 0;

  constructor(
    private readonly caller: Socket,
    private readonly target: Socket,
  ) {
    this.forward(caller, target, () => true);
    this.forward(target, caller, () => !this.swallowing);
  }

  apply(mode: ProxyMode): void {
    this.swallowing = mode === 'swallowReplies';
    this.delayMs = mode === 'slow' ? SLOW_MS : 0;
    for (const socket of [this.caller, this.target]) {
      if (mode === 'hold') socket.pause();
      else socket.resume();
    }
  }

  reset(): void {
    this.caller.resetAndDestroy();
    this.target.resetAndDestroy();
  }

  private forward(from: Socket, to: Socket, passes: () => boolean): void {
    const late: { atMs: number; pass: () => void }[] = [];
    const passNext = (): void => {
      late.shift()!.pass();
      if (late.length > 0) setTimeout(passNext, late[0]!.atMs - Date.now());
    };
    /** What follows late bytes waits for them. */
    const inOrder = (pass: () => void): void => {
      if (this.delayMs === 0 && late.length === 0) return pass();
      late.push({ atMs: Date.now() + this.delayMs, pass });
      if (late.length === 1) setTimeout(passNext, this.delayMs);
    };
    from.on('data', (bytes) => {
      if (passes()) inOrder(() => to.write(bytes));
    });
    from.on('end', () => inOrder(() => to.end()));
    from.on('close', () => inOrder(() => to.destroy()));
    // a connection error is followed by 'close', which ends the other side
    from.on('error', () => to.destroy());
  }
}
