import type { Connection } from './connection.js';
import { GrpcError, GrpcStatus, percentEncode, timeoutMs } from './grpc-status.js';
import type { Headers } from './http2/headers.js';
import { hpackEncode } from './http2/hpack.js';
import { ErrorCode } from './http2/http2-error.js';
import type { Http2Stream, StreamHandler } from './http2/http2-stream.js';
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

const HEADERS = hpackEncode({ ':status': '200', 'content-type': 'application/grpc' });
const OK_TRAILERS = hpackEncode({ 'grpc-status': '0' });
/** A client that has so much unread of one stream is not heard any more until it reads. */
const MAX_UNREAD_BYTES = 64 << 10;
/** Timers cannot wait longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One gRPC call on a stream of HTTP/2. Nothing here throws when the client is gone. */
export class GrpcCall implements StreamHandler {
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
  #answered = false;
  #failed = false;
  #heldBytes = 0;
  #whenRead: (() => void) | undefined;
  #deadlineTimer: NodeJS.Timeout | undefined;

  /** Throws GrpcError on headers that are no gRPC. */
  constructor(
    private readonly stream: Http2Stream,
    readonly headers: Headers,
    private readonly method: Method,
    readonly connection: Connection,
  ) {
    const nowMs = Date.now();
    this.stuckSinceMs = method.clientStream ? Infinity : nowMs;
    this.deadlineMs = nowMs + timeoutMs(headers.get('grpc-timeout'));
    this.#reader = new MessageReader(headers.get('grpc-encoding'));
    // Other calls come to an end by themselves; this one would outlive its deadline.
    const leftMs = this.deadlineMs - nowMs;
    if (method.clientStream && leftMs <= MAX_TIMER_MS)
      this.#deadlineTimer = setTimeout(() => this.#deadlineExceeded(), leftMs).unref();
    stream.handler = this;
  }

  onData(chunk: Buffer): void {
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

  onEnd(): void {
    if (this.#answered) return;
    const whole = !this.#reader.torn && (this.#asked || this.method.clientStream);
    if (!whole) this.fail(GrpcStatus.INTERNAL, 'the request is not whole');
    else this.method.onEnd?.(this);
  }

  onClose(delivered: boolean): void {
    this.closed = true;
    clearTimeout(this.#deadlineTimer);
    this.#whenRead?.();
    this.connection.callClosed(this, this.#requestBytes, this.#heldBytes);
    this.onClosed?.(delivered && !this.#failed);
  }

  #deadlineExceeded(): void {
    this.fail(GrpcStatus.DEADLINE_EXCEEDED, 'deadline exceeded');
  }

  get #dead(): boolean {
    return this.closed || this.stream.closed;
  }

  /** Counts memory that the answer occupies until the call is closed. */
  hold(bytes: number): void {
    this.#heldBytes += bytes;
    this.connection.held(bytes);
  }

  /** Sends messages. False = the client reads too slowly: wait for drained(). */
  write(messages: readonly Uint8Array[]): boolean {
    if (this.#dead || this.#answered) return true;
    if (!this.stream.headersSent) this.stream.respond(HEADERS);
    const more = this.stream.write(framed(messages));
    if (!more) this.#onUnread();
    return more;
  }

  #onUnread(): void {
    if (this.stuckSinceMs === Infinity) this.stuckSinceMs = Date.now();
    if (this.stream.pendingBytes > MAX_UNREAD_BYTES) this.stream.pause();
  }

  onDrain(): void {
    if (this.#answered) return;
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
    const bytes = framed(messages);
    if (this.stream.answer(HEADERS, bytes, OK_TRAILERS)) return;
    if (!this.stream.headersSent) this.stream.respond(HEADERS);
    if (bytes.length > 0) this.stream.write(bytes);
    this.stream.end(OK_TRAILERS);
  }

  /** Ends the call with a status of gRPC itself; what the client still sends is not read. */
  fail(status: GrpcStatus, message: string): void {
    if (this.#dead || this.#answered) return;
    this.#answered = true;
    this.stuckSinceMs = Date.now();
    this.#failed = true;
    const trailers = { 'grpc-status': String(status), 'grpc-message': percentEncode(message) };
    if (this.stream.headersSent) this.stream.end(hpackEncode(trailers));
    else this.stream.respondOnly(Buffer.concat([HEADERS, hpackEncode(trailers)]));
  }

  /** Breaks the call off without an answer. */
  reset(): void {
    this.stream.reset(ErrorCode.CANCEL);
  }
}
