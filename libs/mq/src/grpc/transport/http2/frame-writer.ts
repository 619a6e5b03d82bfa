import type { Socket } from 'node:net';
import { DEFAULT_WINDOW, MAX_WINDOW } from './frames.js';
import { ErrorCode, Http2Error } from './http2-error.js';
import type { Http2Stream } from './http2-stream.js';

/** Data is no longer put into the socket while so much waits in it. */
const MAX_SOCKET_BYTES = 256 << 10;
/** A client that makes the server say so much without listening is not listened to. */
const MAX_UNREAD_BYTES = 1 << 20;

/** What goes out on a connection: all of one turn of the event loop in one write, data as far as the client's window allows. */
export class FrameWriter {
  #out: Buffer[] = [];
  #outBytes = 0;
  #flushing = false;
  #pumping = false;
  #sendWindow = DEFAULT_WINDOW;
  /** Streams with data that waits. */
  readonly #sending = new Set<Http2Stream>();
  /** Streams whose last bytes leave with the next write. */
  #ended: Http2Stream[] = [];

  constructor(private readonly socket: Socket) {
    socket.on('drain', () => {
      socket.resume();
      this.#pump();
    });
  }

  send(bytes: Buffer): void {
    if (this.socket.destroyed) return;
    this.#out.push(bytes);
    this.#outBytes += bytes.length;
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.flush());
  }

  flush(): void {
    this.#flushing = false;
    if (this.#out.length === 0 || this.socket.destroyed) return;
    const bytes = this.#out.length === 1 ? (this.#out[0] as Buffer) : Buffer.concat(this.#out, this.#outBytes);
    const ended = this.#ended;
    this.#out = [];
    this.#outBytes = 0;
    this.#ended = [];
    this.socket.write(bytes, (error) => {
      for (const stream of ended) stream.handler?.onClose(!error);
    });
    if (this.socket.writableLength > MAX_UNREAD_BYTES) this.socket.pause();
    this.#pump();
  }

  /** Throws Http2Error when the window becomes too large. */
  windowOpened(bytes: number): void {
    this.#sendWindow += bytes;
    if (this.#sendWindow > MAX_WINDOW)
      throw new Http2Error(ErrorCode.FLOW_CONTROL_ERROR, 'window of the connection too large');
    this.#pump();
  }

  /** False = the connection's window does not take so much, or others wait already. */
  takeWindow(bytes: number): boolean {
    if (this.#sending.size > 0 || bytes > this.#sendWindow || this.#full) return false;
    this.#sendWindow -= bytes;
    return true;
  }

  get #full(): boolean {
    return this.socket.writableLength + this.#outBytes > MAX_SOCKET_BYTES;
  }

  wantsToSend(stream: Http2Stream): void {
    this.#sending.add(stream);
    this.#pump();
  }

  /** A frame of each stream in turn, as far as windows and socket take them. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#sending.size > 0 && this.#sendWindow > 0 && !this.#full) {
      for (const stream of this.#sending) {
        if (this.#sendWindow <= 0 || this.#full) break;
        this.#sendWindow -= stream.sendPending(this.#sendWindow);
        if (!stream.sendable) this.#sending.delete(stream);
      }
    }
    this.#pumping = false;
  }

  /** Nothing of this stream waits any more; `last` = its end leaves with the next write, and is told then. */
  forget(stream: Http2Stream, last: boolean): void {
    this.#sending.delete(stream);
    if (last) this.#ended.push(stream);
  }

  /** The socket is gone, and with it what did not leave. */
  closed(): void {
    for (const stream of this.#ended) stream.handler?.onClose(false);
    this.#ended = [];
  }
}
