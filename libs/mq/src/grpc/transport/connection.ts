import type { Socket } from 'node:net';
import { GrpcCall, type Method } from './grpc-call.js';
import { GrpcError, GrpcStatus, percentEncode } from './grpc-status.js';
import type { Headers } from './http2/headers.js';
import { hpackEncode } from './http2/hpack.js';
import { Http2Connection } from './http2/http2-connection.js';
import type { Http2Stream } from './http2/http2-stream.js';
import type { Usage } from './usage.js';

/** Answers that a client has asked for and does not read; more polls are refused until it does. */
const MAX_HELD_BYTES = 16 << 20;
/** When the server has no room left, requests of connections that occupy less than this still get through. */
const SMALL_REQUESTS_BYTES = 1 << 20;

export interface ConnectionTiming {
  /** A connection without a call for this long is closed. */
  readonly idleMs: number;
  /** Pause between two pings; with the next one, how soon a peer is noticed that vanished without closing its connection. */
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
  /** A request that does not arrive whole, or an answer that is not read, within this time breaks the call off. */
  readonly stuckMs: number;
}

/** What all connections of a server share. */
export interface ConnectionOptions {
  readonly methods: ReadonlyMap<string, Method>;
  readonly usage: Usage;
  readonly timing: ConnectionTiming;
  readonly maxStreams: number;
  /** The message that tells a client "too many requests". */
  readonly flowLimit: Buffer;
}

/** One client's HTTP/2 session: its calls, and whether it is still there. */
export class Connection {
  readonly calls = new Set<GrpcCall>();
  readonly remoteAddress: string;
  readonly #http2: Http2Connection;
  #requestBytes = 0;
  #heldBytes = 0;
  #idleSinceMs = Date.now();
  #pingedAtMs = Date.now();
  #pingUnanswered = false;

  /** `refused`: there are too many connections; every call of this one is told so. */
  constructor(
    socket: Socket,
    private readonly options: ConnectionOptions,
    private readonly refused: boolean,
    onClose: () => void,
  ) {
    this.remoteAddress = socket.remoteAddress ?? '';
    this.#http2 = new Http2Connection(
      socket,
      { onStream: (stream, headers) => this.#onStream(stream, headers), onClose },
      options.maxStreams,
    );
  }

  get flowLimit(): Buffer {
    return this.options.flowLimit;
  }

  #onStream(stream: Http2Stream, headers: Headers): void {
    const isPost = headers.get(':method') === 'POST';
    if (!isPost || !headers.get('content-type')?.startsWith('application/grpc')) {
      stream.respondOnly(hpackEncode({ ':status': isPost ? '415' : '405' }));
      return;
    }
    const path = headers.get(':path') ?? '';
    const { usage, methods } = this.options;
    try {
      const method = methods.get(path);
      if (!method) throw new GrpcError(GrpcStatus.UNIMPLEMENTED, `unknown method ${path}`);
      const call = new GrpcCall(stream, headers, method, this);
      this.calls.add(call);
      if (!usage.openCall() || this.refused) call.finish([this.flowLimit]);
    } catch (error) {
      if (!(error instanceof GrpcError)) throw error;
      refuse(stream, error);
    }
  }

  callClosed(call: GrpcCall, requestBytes: number, heldBytes: number): void {
    if (!this.calls.delete(call)) return;
    if (this.calls.size === 0) this.#idleSinceMs = Date.now();
    this.#requestBytes -= requestBytes;
    this.#heldBytes -= heldBytes;
    this.options.usage.closeCall(requestBytes, heldBytes);
  }

  /** Counts bytes of a request; false = the server has no room for them. */
  takeRequestBytes(bytes: number): boolean {
    this.#requestBytes += bytes;
    return this.options.usage.takeRequestBytes(bytes) || this.#requestBytes <= SMALL_REQUESTS_BYTES;
  }

  held(bytes: number): void {
    this.#heldBytes += bytes;
    this.options.usage.held(bytes);
  }

  /** May this client be given more to read? When the server has no room left, only clients that read everything may. */
  get takesAnswers(): boolean {
    if (this.#heldBytes === 0) return true;
    return this.#heldBytes < MAX_HELD_BYTES && this.options.usage.takesAnswers;
  }

  /** To be called every few seconds. */
  sweep(nowMs: number): void {
    if (this.#http2.closed) return;
    const { idleMs, keepaliveMs, keepaliveTimeoutMs, stuckMs } = this.options.timing;
    for (const call of this.calls) if (nowMs - call.stuckSinceMs > stuckMs) call.reset();
    if (this.calls.size === 0 && nowMs - this.#idleSinceMs > idleMs) {
      this.#http2.goAway();
      return;
    }
    if (this.#pingUnanswered) {
      if (nowMs - this.#pingedAtMs > keepaliveTimeoutMs) this.destroy();
    } else if (nowMs - this.#pingedAtMs > keepaliveMs) {
      this.#ping(nowMs);
    }
  }

  #ping(nowMs: number): void {
    this.#pingedAtMs = nowMs;
    this.#pingUnanswered = true;
    this.#http2.ping(() => (this.#pingUnanswered = false));
  }

  /** GOAWAY: calls under way come to their end, no new ones. */
  shutDown(): void {
    this.#http2.goAway();
    for (const call of [...this.calls]) call.onShutdown?.();
  }

  destroy(): void {
    this.#http2.destroy();
  }
}

function refuse(stream: Http2Stream, { status, message }: GrpcError): void {
  const headers = {
    ':status': '200',
    'content-type': 'application/grpc',
    'grpc-status': String(status),
    'grpc-message': percentEncode(message),
  };
  stream.respondOnly(hpackEncode(headers));
}
