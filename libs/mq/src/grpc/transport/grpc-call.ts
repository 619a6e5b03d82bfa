import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Connection } from './connection.js';
import { GrpcError, GrpcStatus, percentEncode, timeoutMs } from './grpc-status.js';
import { framed, MessageReader } from './message-framing.js';

/** What answers the calls of one rpc. */
export interface Method {
  /** The client sends any number of messages; otherwise exactly one. */
  readonly clientStream: boolean;
  /** A whole message has come. Must not throw; `bytes` may be kept only until the call is closed. */
  onMessage(call: GrpcCall, bytes: Buffer): void;
  /** The client has said everything. Only for client streams. */
  onEnd?(call: GrpcCall): void;
}

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };
const OK_TRAILERS = { 'grpc-status': '0' };
const WITH_TRAILERS = { waitForTrailers: true, sendDate: false };
const WITHOUT_BODY = { endStream: true, sendDate: false };
/** A client that has so much unread of one stream is not heard any more until it reads. */
const MAX_UNREAD_BYTES = 64 << 10;
/** Timers cannot wait longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One gRPC call on a stream of HTTP/2. Nothing here throws when the client is gone. */
export class GrpcCall {
  /** When the client gives up, ms since 1970; Infinity without a deadline. */
  readonly deadlineMs: number;
  /** Its last byte is sent, or it broke: nothing reaches the client any more. */
  closed = false;
  /** Told once at the end; `delivered` = it succeeded, and all of it has been handed to the socket. */
  onClosed: ((delivered: boolean) => void) | undefined;
  /** The server wants to stop: the call should come to its end now. */
  onShutdown: (() => void) | undefined;
  /** Since when nothing moves although something should, ms since 1970: its request is not whole, or its answer not read. */
  stuckSinceMs: number;

  readonly #reader: MessageReader;
  #requestBytes = 0;
  #asked = false;
  #heardAll = false;
  #answered = false;
  #trailers: Record<string, string> = OK_TRAILERS;
  #heldBytes = 0;
  #whenRead: (() => void) | undefined;
  #deadlineTimer: NodeJS.Timeout | undefined;

  /** Throws GrpcError on headers that are no gRPC. */
  constructor(
    private readonly stream: ServerHttp2Stream,
    readonly headers: IncomingHttpHeaders,
    private readonly method: Method,
    readonly connection: Connection,
  ) {
    const nowMs = Date.now();
    this.stuckSinceMs = method.clientStream ? Infinity : nowMs;
    this.deadlineMs = nowMs + timeoutMs(headers['grpc-timeout'] as string | undefined);
    this.#reader = new MessageReader(headers['grpc-encoding'] as string | undefined);
    // Other calls come to an end by themselves; this one would outlive its deadline.
    const leftMs = this.deadlineMs - nowMs;
    if (method.clientStream && leftMs <= MAX_TIMER_MS)
      this.#deadlineTimer = setTimeout(() => this.#deadlineExceeded(), leftMs).unref();
    stream.on('data', (chunk: Buffer) => this.#onData(chunk));
    stream.on('end', () => this.#onEnd());
    stream.on('close', () => this.#onClose());
    stream.on('wantTrailers', () => this.#sendTrailers());
  }

  #sendTrailers(): void {
    if (this.#dead) return;
    this.stream.sendTrailers(this.#trailers);
    // Node sends them in the next turn.
    if (!this.#heardAll) setImmediate(() => this.#stopClient());
  }

  /** The client has its answer and may still be sending: nobody will read that. */
  #stopClient(): void {
    this.stream.close(constants.NGHTTP2_NO_ERROR);
  }

  #onData(chunk: Buffer): void {
    if (this.#answered) return;
    this.#requestBytes += chunk.length;
    if (!this.connection.takeRequestBytes(chunk.length)) {
      this.finish([this.connection.flowLimit]);
      return;
    }
    this.#reader.push(chunk);
    try {
      for (let message; !this.#answered && (message = this.#reader.next());) {
        if (!this.method.clientStream && this.#asked) throw new GrpcError(GrpcStatus.INTERNAL, 'more than one message');
        this.#asked = true;
        this.stuckSinceMs = Infinity;
        this.method.onMessage(this, message);
      }
    } catch (error) {
      if (!(error instanceof GrpcError)) throw error;
      this.fail(error.status, error.message);
    }
  }

  #onEnd(): void {
    this.#heardAll = true;
    if (this.#answered) return;
    const whole = !this.#reader.torn && (this.#asked || this.method.clientStream);
    if (!whole) this.fail(GrpcStatus.INTERNAL, 'the request is not whole');
    else this.method.onEnd?.(this);
  }

  #onClose(): void {
    this.closed = true;
    clearTimeout(this.#deadlineTimer);
    this.#whenRead?.();
    this.connection.callClosed(this, this.#requestBytes, this.#heldBytes);
    const { writableFinished, rstCode } = this.stream;
    this.onClosed?.(writableFinished && rstCode === constants.NGHTTP2_NO_ERROR && this.#trailers === OK_TRAILERS);
  }

  #deadlineExceeded(): void {
    this.fail(GrpcStatus.DEADLINE_EXCEEDED, 'deadline exceeded');
  }

  get #dead(): boolean {
    return this.closed || this.stream.destroyed || this.stream.closed;
  }

  /** Counts memory that the answer occupies until the call is closed. */
  hold(bytes: number): void {
    this.#heldBytes += bytes;
    this.connection.held(bytes);
  }

  /** Sends messages. False = the client reads too slowly: wait for drained(). */
  write(messages: readonly Uint8Array[]): boolean {
    if (this.#dead || this.#answered) return true;
    if (!this.stream.headersSent) this.stream.respond(HEADERS, WITH_TRAILERS);
    const more = this.stream.write(framed(messages));
    if (!more) this.#onUnread();
    return more;
  }

  #onUnread(): void {
    if (this.stuckSinceMs !== Infinity) return;
    this.stuckSinceMs = Date.now();
    if (this.stream.writableLength > MAX_UNREAD_BYTES) this.stream.pause();
    this.stream.once('drain', () => this.#onRead());
  }

  #onRead(): void {
    this.stuckSinceMs = Infinity;
    this.stream.resume();
    this.#whenRead?.();
  }

  /** Resolves when the client has read what was written, or is gone. To be awaited before the next write. */
  drained(): Promise<void> {
    if (this.#dead || this.stuckSinceMs === Infinity) return Promise.resolve();
    return new Promise((resolve) => (this.#whenRead = resolve));
  }

  /** The last messages, and success. */
  finish(messages: readonly Uint8Array[]): void {
    if (this.#dead || this.#answered) return;
    if (this.deadlineMs < Date.now()) {
      this.#deadlineExceeded();
      return;
    }
    this.#answered = true;
    this.stuckSinceMs = Date.now();
    if (!this.stream.headersSent) this.stream.respond(HEADERS, WITH_TRAILERS);
    if (messages.length > 0) this.stream.end(framed(messages));
    else this.stream.end();
  }

  /** Ends the call with a status of gRPC itself; what the client still sends is not read. */
  fail(status: GrpcStatus, message: string): void {
    if (this.#dead || this.#answered) return;
    this.#answered = true;
    this.stuckSinceMs = Date.now();
    this.#trailers = { 'grpc-status': String(status), 'grpc-message': percentEncode(message) };
    if (this.stream.headersSent) {
      this.stream.end();
    } else {
      this.stream.respond({ ...HEADERS, ...this.#trailers }, WITHOUT_BODY);
      if (!this.#heardAll) this.#stopClient();
    }
  }

  /** Breaks the call off without an answer. */
  reset(): void {
    this.stream.close(constants.NGHTTP2_CANCEL);
  }
}
