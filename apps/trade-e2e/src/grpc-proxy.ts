import { once } from 'node:events';
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BATCH_PATH, BatchStream, type Outcome, type Reply } from './grpc-batch-stream.js';
import { codeOf } from './system-error.js';

/**
 * What happens to a call on its way.
 * refuse: it never arrives · loseReply: it is done, the caller meets its deadline · cutReply: it is done, then the
 * connection breaks · holdReply: it is done, the answer waits for release() · holdRequest: it waits for release().
 */
export type CallFault = 'refuse' | 'loseReply' | 'cutReply' | 'holdReply' | 'holdRequest';

/** What node:http2 says of calls on it. */
const BROKEN_CONNECTION = /^(ECONN(REFUSED|RESET)|EPIPE|ERR_HTTP2_(STREAM_(CANCEL|ERROR)|SESSION_ERROR))$/;

/**
 * Stands in front of a gRPC server and puts faults on single calls, chosen by the rpc's name. Calls that come on a
 * stream of BatchService are brought to the server one by one.
 */
export class GrpcProxy {
  private readonly server: Http2Server = createServer();
  private readonly callers = new Set<ServerHttp2Session>();
  private readonly faults = new Map<string, { fault: CallFault; times: number }>();
  private readonly met = new Map<string, number>();
  private readonly done = new Map<string, number>();
  private waiting: (() => void)[] = [];
  private upstream: ClientHttp2Session | undefined;

  private constructor(private readonly targetPort: number) {
    this.server.on('session', (session) => {
      this.callers.add(session);
      session.once('close', () => this.callers.delete(session));
    });
    this.server.on('stream', (stream, headers) => void this.handle(stream, headers));
  }

  static async start(targetPort: number): Promise<GrpcProxy> {
    const proxy = new GrpcProxy(targetPort);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  /** Where callers connect. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Puts a fault on the next `times` calls of an rpc, e.g. `HoldStock`. */
  fail(rpc: string, fault: CallFault, times = Infinity): void {
    this.faults.set(rpc, { fault, times });
  }

  /** How many calls of the rpc met a fault; with loseReply, cutReply and holdReply: after the deed was done. */
  faultsMet(rpc: string): number {
    return this.met.get(rpc) ?? 0;
  }

  /** How many calls of the rpc the server has answered. */
  answered(rpc: string): number {
    return this.done.get(rpc) ?? 0;
  }

  /** Lets go what was held. */
  release(): void {
    for (const goOn of this.waiting.splice(0)) goOn();
  }

  /** No faults any more, nothing held, nothing counted. */
  heal(): void {
    this.faults.clear();
    this.met.clear();
    this.done.clear();
    this.release();
  }

  async stop(): Promise<void> {
    this.heal();
    this.upstream?.destroy();
    for (const session of this.callers) session.destroy();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private async handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    // a caller that gave up resets its stream; what it asked for goes on
    stream.on('error', () => stream.destroy());
    if (headers[':path'] === BATCH_PATH) {
      new BatchStream(stream, (path, request) => this.pass({ ...headers, ':path': path }, request));
      return;
    }
    const outcome = await this.pass(headers, await bytesOf(stream));
    if (outcome === 'refused') stream.close(constants.NGHTTP2_REFUSED_STREAM);
    else if (outcome === 'cut') stream.session?.destroy();
    else if (outcome !== 'lost' && !stream.destroyed) answer(stream, outcome);
  }

  /** Brings one call to the server, with the fault that it is to meet. */
  private async pass(headers: IncomingHttpHeaders, body: Buffer): Promise<Outcome> {
    const rpc = String(headers[':path']).split('/').at(-1)!;
    const fault = this.nextFault(rpc);
    if (fault === 'refuse') {
      increment(this.met, rpc);
      return 'refused';
    }
    if (fault === 'holdRequest') {
      increment(this.met, rpc);
      await this.released();
    }
    const reply = await this.forward(headers, body);
    if (reply !== null) increment(this.done, rpc);
    if (fault === 'loseReply' || fault === 'cutReply' || fault === 'holdReply') increment(this.met, rpc);
    if (fault === 'holdReply') await this.released();
    if (fault === 'loseReply') return 'lost';
    return fault === 'cutReply' || reply === null ? 'cut' : reply;
  }

  private nextFault(rpc: string): CallFault | undefined {
    const entry = this.faults.get(rpc);
    if (!entry) return undefined;
    if (--entry.times <= 0) this.faults.delete(rpc);
    return entry.fault;
  }

  private released(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** @returns null when the service is away, or goes away before its reply is complete */
  private async forward(headers: IncomingHttpHeaders, body: Buffer): Promise<Reply | null> {
    const call = this.connection().request({ ...headers, [constants.HTTP2_HEADER_AUTHORITY]: undefined });
    let replyHeaders: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    call.on('response', (received) => (replyHeaders = received));
    call.on('trailers', (received) => (trailers = received));
    // while the reply is read, reading it throws; later it does not matter any more
    call.on('error', () => call.destroy());
    call.end(body);
    try {
      const replyBody = await bytesOf(call);
      const isComplete = { ...replyHeaders, ...trailers }['grpc-status'] !== undefined;
      return isComplete ? { headers: replyHeaders, body: replyBody, trailers } : null;
    } catch (error) {
      if (BROKEN_CONNECTION.test(codeOf(error) ?? '')) return null;
      throw error;
    }
  }

  private connection(): ClientHttp2Session {
    if (!this.upstream || this.upstream.closed || this.upstream.destroyed) {
      this.upstream = connect(`http://127.0.0.1:${this.targetPort}`);
      // every open call hears of it too, and its caller is told
      this.upstream.on('error', () => this.upstream?.destroy());
    }
    return this.upstream;
  }
}

function answer(stream: ServerHttp2Stream, { headers, body, trailers }: Reply): void {
  if (headers['grpc-status'] !== undefined) {
    stream.respond(withoutDate(headers), { endStream: true });
    return;
  }
  stream.respond(withoutDate(headers), { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(body);
}

function increment(counts: Map<string, number>, rpc: string): void {
  counts.set(rpc, (counts.get(rpc) ?? 0) + 1);
}

/** http2 adds its own. */
function withoutDate({ date: _date, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  return headers;
}

async function bytesOf(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
