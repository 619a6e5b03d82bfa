import type { Http2Connection } from './http2-connection.js';
import { ErrorCode, Http2Error } from './http2-error.js';
import {
  Flag,
  frame,
  FRAME_HEADER_BYTES,
  FrameType,
  MAX_FRAME_BYTES,
  MAX_WINDOW,
  resetFrame,
  writeFrameHeader,
} from './frames.js';

/** Who is told what happens on a stream. */
export interface StreamHandler {
  onData(chunk: Buffer): void;
  /** The client has said everything. */
  onEnd(): void;
  /** What was written has been sent. */
  onDrain(): void;
  /** The last event. `delivered` = our end of the stream has been handed to the socket. */
  onClose(delivered: boolean): void;
}

export const STREAM_WINDOW_BYTES = 1 << 20;

/** One request and its answer. */
export class Http2Stream {
  handler: StreamHandler | undefined;
  headersSent = false;
  /** Nothing can be sent any more. */
  closed = false;
  remoteEnded = false;
  #sendWindow: number;
  #receiveWindow = STREAM_WINDOW_BYTES;
  #consumedBytes = 0;
  #paused = false;
  #pending: Buffer | undefined;
  #more: Buffer[] = [];
  #trailers: Buffer | undefined;

  constructor(
    readonly id: number,
    private readonly connection: Http2Connection,
    sendWindow: number,
  ) {
    this.#sendWindow = sendWindow;
  }

  /** Bytes of a DATA frame, padding included. Throws Http2Error when the window is overrun. */
  received(payload: Buffer, frameBytes: number): void {
    this.#receiveWindow -= frameBytes;
    if (this.#receiveWindow < 0) throw new Http2Error(ErrorCode.FLOW_CONTROL_ERROR, 'window of a stream overrun');
    this.#consumedBytes += frameBytes;
    if (payload.length > 0) this.handler?.onData(payload);
    this.#openWindow();
  }

  ended(): void {
    this.remoteEnded = true;
    this.handler?.onEnd();
  }

  /** The client may send no more than its window until resume(). */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#openWindow();
  }

  #openWindow(): void {
    if (this.#paused || this.remoteEnded || this.closed || this.#consumedBytes < STREAM_WINDOW_BYTES / 2) return;
    this.connection.sendWindowUpdate(this.id, this.#consumedBytes);
    this.#receiveWindow += this.#consumedBytes;
    this.#consumedBytes = 0;
  }

  /** Throws Http2Error when the window becomes too large. */
  windowOpened(bytes: number): void {
    this.#sendWindow += bytes;
    if (this.#sendWindow > MAX_WINDOW)
      throw new Http2Error(ErrorCode.FLOW_CONTROL_ERROR, 'window of a stream too large');
    if (this.#pending) this.connection.writer.wantsToSend(this);
  }

  respond(headerBlock: Buffer): void {
    this.headersSent = true;
    this.connection.send(frame(FrameType.HEADERS, Flag.END_HEADERS, this.id, headerBlock));
  }

  /** Headers and end in one: an answer without a body. */
  respondOnly(headerBlock: Buffer): void {
    this.headersSent = true;
    this.connection.send(frame(FrameType.HEADERS, Flag.END_HEADERS | Flag.END_STREAM, this.id, headerBlock));
    this.connection.localEnd(this);
  }

  /** Bytes that wait for the client to open its windows. */
  get pendingBytes(): number {
    return this.#more.reduce((sum, bytes) => sum + bytes.length, this.#pending?.length ?? 0);
  }

  /** False = not all of it could be sent; onDrain() comes when it is. */
  write(bytes: Buffer): boolean {
    if (this.#pending) {
      this.#more.push(bytes);
      return false;
    }
    this.#pending = bytes;
    this.connection.writer.wantsToSend(this);
    return this.#pending === undefined;
  }

  /** Trailers, when everything that was written is sent. */
  end(trailers: Buffer): void {
    this.#trailers = trailers;
    if (!this.#pending) this.#sendTrailers();
  }

  /** The whole answer at once, when the windows take it; false = nothing was sent. */
  answer(headerBlock: Buffer, bytes: Buffer, trailers: Buffer): boolean {
    // Empty DATA frames count as abuse: a client ends its connection after a thousand of them.
    if (this.headersSent || bytes.length === 0) return false;
    if (bytes.length > MAX_FRAME_BYTES || bytes.length > this.#sendWindow) return false;
    if (!this.connection.writer.takeWindow(bytes.length)) return false;
    this.#sendWindow -= bytes.length;
    this.headersSent = true;
    const size = 3 * FRAME_HEADER_BYTES + headerBlock.length + bytes.length + trailers.length;
    const target = Buffer.allocUnsafe(size);
    let at = writeFrameHeader(target, 0, headerBlock.length, FrameType.HEADERS, Flag.END_HEADERS, this.id);
    target.set(headerBlock, at);
    at = writeFrameHeader(target, at + headerBlock.length, bytes.length, FrameType.DATA, 0, this.id);
    target.set(bytes, at);
    at = writeFrameHeader(
      target,
      at + bytes.length,
      trailers.length,
      FrameType.HEADERS,
      Flag.END_HEADERS | Flag.END_STREAM,
      this.id,
    );
    target.set(trailers, at);
    this.connection.send(target);
    this.connection.localEnd(this);
    return true;
  }

  #sendTrailers(): void {
    const flags = Flag.END_HEADERS | Flag.END_STREAM;
    this.connection.send(frame(FrameType.HEADERS, flags, this.id, this.#trailers as Buffer));
    this.connection.localEnd(this);
  }

  /** Sends one frame of what waits; `windowBytes` = what the connection may still send. Returns the bytes sent. */
  sendPending(windowBytes: number): number {
    const pending = this.#pending;
    if (!pending || this.closed) return 0;
    const bytes = Math.min(pending.length, windowBytes, this.#sendWindow, MAX_FRAME_BYTES);
    if (bytes <= 0) return 0;
    this.connection.send(frame(FrameType.DATA, 0, this.id, pending.subarray(0, bytes)));
    this.#sendWindow -= bytes;
    this.#pending = bytes < pending.length ? pending.subarray(bytes) : this.#more.shift();
    if (!this.#pending) {
      if (this.#trailers) this.#sendTrailers();
      else this.handler?.onDrain();
    }
    return bytes;
  }

  /** More could be sent now, were it not for others. */
  get sendable(): boolean {
    return this.#pending !== undefined && !this.closed && this.#sendWindow > 0;
  }

  reset(code: ErrorCode): void {
    if (this.closed) return;
    this.connection.send(resetFrame(this.id, code));
    this.connection.drop(this);
  }
}
