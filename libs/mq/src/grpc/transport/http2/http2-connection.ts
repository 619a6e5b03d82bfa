import type { Socket } from 'node:net';
import { FloodGuard } from './flood-guard.js';
import { FrameReader } from './frame-reader.js';
import { FrameWriter } from './frame-writer.js';
import {
  DEFAULT_WINDOW,
  Flag,
  frame,
  FrameType,
  MAX_WINDOW,
  numbersFrame,
  resetFrame,
  Setting,
  settingsFrame,
} from './frames.js';
import { HeaderBlocks, MAX_HEADER_BLOCK_BYTES, withoutPadding, type HeaderBlock } from './header-blocks.js';
import { Headers } from './headers.js';
import { HpackDecoder } from './hpack.js';
import { ErrorCode, Http2Error, violation } from './http2-error.js';
import { Http2Stream, STREAM_WINDOW_BYTES } from './http2-stream.js';

const RECEIVE_WINDOW_BYTES = 4 << 20;
const NOTHING = Buffer.alloc(0);

export interface Http2Handler {
  onStream(stream: Http2Stream, headers: Headers): void;
  onClose(): void;
}

/** The server's end of one HTTP/2 connection: frames, header compression, flow control of both directions. */
export class Http2Connection {
  readonly #streams = new Map<number, Http2Stream>();
  readonly #reader = new FrameReader((type, flags, id, payload) => this.#onFrame(type, flags, id, payload));
  readonly #headerBlocks = new HeaderBlocks();
  readonly #hpack = new HpackDecoder();
  readonly writer: FrameWriter;
  #lastStreamId = 0;
  #initialSendWindow = DEFAULT_WINDOW;
  #receivedBytes = 0;
  #goingAway = false;
  /** Clients whose deadlines pass under load reset many calls at once; more than this is an attack. */
  readonly #resets = new FloodGuard(10_000, 1000, 'resets');
  /** Each may change the window of every stream. */
  readonly #settings = new FloodGuard(1000, 100, 'settings');
  #onPong: (() => void) | undefined;
  closed = false;

  constructor(
    readonly socket: Socket,
    private readonly handler: Http2Handler,
    private readonly maxStreams: number,
  ) {
    this.writer = new FrameWriter(socket);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#onClose());
    this.send(
      settingsFrame([
        [Setting.MAX_CONCURRENT_STREAMS, maxStreams],
        [Setting.INITIAL_WINDOW_SIZE, STREAM_WINDOW_BYTES],
        [Setting.MAX_HEADER_LIST_SIZE, MAX_HEADER_BLOCK_BYTES],
      ]),
    );
    this.sendWindowUpdate(0, RECEIVE_WINDOW_BYTES - DEFAULT_WINDOW);
  }

  #onData(chunk: Buffer): void {
    if (this.closed) return;
    try {
      this.#reader.read(chunk);
    } catch (error) {
      if (!(error instanceof Http2Error)) throw error;
      this.#fail(error.code);
    }
  }

  #onFrame(type: number, flags: number, streamId: number, payload: Buffer): void {
    if (type !== FrameType.CONTINUATION) this.#headerBlocks.checkNotInside();
    switch (type) {
      case FrameType.DATA:
        return this.#onDataFrame(flags, streamId, payload);
      case FrameType.HEADERS:
        return this.#onHeaderBlock(this.#headerBlocks.begin(flags, streamId, payload));
      case FrameType.CONTINUATION:
        return this.#onHeaderBlock(this.#headerBlocks.add(flags, streamId, payload));
      case FrameType.RST_STREAM:
        return this.#onReset(streamId, payload);
      case FrameType.SETTINGS:
        return this.#onSettings(flags, streamId, payload);
      case FrameType.PING:
        return this.#onPing(flags, streamId, payload);
      case FrameType.WINDOW_UPDATE:
        return this.#onWindowUpdate(streamId, payload);
      case FrameType.PUSH_PROMISE:
        throw violation('a push of a client');
      case FrameType.PRIORITY:
        if (streamId === 0) throw violation('a priority of no stream');
        return checkLength(payload, 5);
      case FrameType.GOAWAY:
        if (streamId !== 0) throw violation('a goodbye on a stream');
        this.#goingAway = true;
        return this.#endWhenIdle();
    }
    // Frames of types that are not known are to be ignored.
  }

  #onDataFrame(flags: number, streamId: number, payload: Buffer): void {
    const stream = this.#known(streamId);
    this.#receivedBytes += payload.length;
    if (this.#receivedBytes > RECEIVE_WINDOW_BYTES)
      throw new Http2Error(ErrorCode.FLOW_CONTROL_ERROR, 'window of the connection overrun');
    if (this.#receivedBytes > RECEIVE_WINDOW_BYTES / 2) {
      this.sendWindowUpdate(0, this.#receivedBytes);
      this.#receivedBytes = 0;
    }
    const content = withoutPadding(flags, payload);
    if (!stream) return;
    if (stream.remoteEnded) throw new Http2Error(ErrorCode.STREAM_CLOSED, 'data behind the end');
    stream.received(content, payload.length);
    if (flags & Flag.END_STREAM && !stream.closed) stream.ended();
  }

  /** Undefined for a stream that is over. Throws Http2Error for one that has not begun. */
  #known(streamId: number): Http2Stream | undefined {
    if (streamId === 0 || streamId > this.#lastStreamId) throw violation('a frame of no stream');
    return this.#streams.get(streamId);
  }

  #onHeaderBlock(block: HeaderBlock | undefined): void {
    if (!block) return;
    const { streamId, endStream } = block;
    // Also of streams that are refused: what comes later may build on it.
    const headers = new Headers(this.#hpack.decode(block.bytes));
    if (streamId <= this.#lastStreamId) {
      this.#onTrailers(streamId, endStream);
      return;
    }
    this.#lastStreamId = streamId;
    if (this.#goingAway) return;
    const stream = new Http2Stream(streamId, this, this.#initialSendWindow);
    if (this.#streams.size >= this.maxStreams) {
      this.send(resetFrame(streamId, ErrorCode.REFUSED_STREAM));
      return;
    }
    this.#streams.set(streamId, stream);
    this.handler.onStream(stream, headers);
    if (endStream && !stream.closed) stream.ended();
  }

  /** What clients say behind their data is of no use here. */
  #onTrailers(streamId: number, endStream: boolean): void {
    const stream = this.#streams.get(streamId);
    if (!stream) return;
    if (stream.remoteEnded) throw new Http2Error(ErrorCode.STREAM_CLOSED, 'headers behind the end');
    if (!endStream) throw violation('headers in the middle of a stream');
    stream.ended();
  }

  #onReset(streamId: number, payload: Buffer): void {
    checkLength(payload, 4);
    const stream = this.#known(streamId);
    this.#resets.count();
    if (stream) this.drop(stream);
  }

  #onSettings(flags: number, streamId: number, payload: Buffer): void {
    if (streamId !== 0) throw violation('settings of a stream');
    if (flags & Flag.ACK) return checkLength(payload, 0);
    if (payload.length % 6 !== 0) throw new Http2Error(ErrorCode.FRAME_SIZE_ERROR, 'half a setting');
    this.#settings.count();
    let initialWindow = this.#initialSendWindow;
    for (let at = 0; at < payload.length; at += 6) {
      if (payload.readUInt16BE(at) === Setting.INITIAL_WINDOW_SIZE) initialWindow = payload.readUInt32BE(at + 2);
    }
    if (initialWindow !== this.#initialSendWindow) this.#onInitialWindow(initialWindow);
    this.send(frame(FrameType.SETTINGS, Flag.ACK, 0, NOTHING));
  }

  #onInitialWindow(bytes: number): void {
    if (bytes > MAX_WINDOW) throw new Http2Error(ErrorCode.FLOW_CONTROL_ERROR, 'a window that is too large');
    const change = bytes - this.#initialSendWindow;
    this.#initialSendWindow = bytes;
    for (const stream of [...this.#streams.values()]) stream.windowOpened(change);
  }

  #onPing(flags: number, streamId: number, payload: Buffer): void {
    if (streamId !== 0) throw violation('a ping of a stream');
    checkLength(payload, 8);
    if (flags & Flag.ACK) this.#onPong?.();
    else this.send(frame(FrameType.PING, Flag.ACK, 0, payload));
  }

  #onWindowUpdate(streamId: number, payload: Buffer): void {
    checkLength(payload, 4);
    const bytes = payload.readUInt32BE(0) & MAX_WINDOW;
    if (bytes === 0) throw violation('a window that opens by nothing');
    if (streamId > 0) {
      this.#known(streamId)?.windowOpened(bytes);
      return;
    }
    this.writer.windowOpened(bytes);
  }

  send(bytes: Buffer): void {
    this.writer.send(bytes);
  }

  sendWindowUpdate(streamId: number, bytes: number): void {
    this.send(numbersFrame(FrameType.WINDOW_UPDATE, streamId, bytes));
  }

  /** The answer is complete. A client that still sends is told to stop. */
  localEnd(stream: Http2Stream): void {
    stream.closed = true;
    if (!stream.remoteEnded) this.send(resetFrame(stream.id, ErrorCode.NO_ERROR));
    this.#forget(stream, true);
  }

  /** Nothing more of this stream, in either direction. */
  drop(stream: Http2Stream): void {
    if (stream.closed) return;
    stream.closed = true;
    this.#forget(stream, false);
    stream.handler?.onClose(false);
  }

  #forget(stream: Http2Stream, last: boolean): void {
    this.#streams.delete(stream.id);
    this.writer.forget(stream, last);
    if (this.#goingAway) this.#endWhenIdle();
  }

  /** Calls back when the peer answers. */
  ping(onPong: () => void): void {
    this.#onPong = onPong;
    this.send(frame(FrameType.PING, 0, 0, Buffer.alloc(8)));
  }

  /** No new streams; the connection ends with the last one. */
  goAway(): void {
    if (this.#goingAway) return;
    this.#goingAway = true;
    this.send(numbersFrame(FrameType.GOAWAY, 0, this.#lastStreamId, ErrorCode.NO_ERROR));
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (this.#streams.size > 0) return;
    setImmediate(() => {
      this.writer.flush();
      this.socket.destroySoon();
    });
  }

  #fail(code: ErrorCode): void {
    this.send(numbersFrame(FrameType.GOAWAY, 0, this.#lastStreamId, code));
    this.writer.flush();
    this.socket.destroySoon();
    this.#onClose();
  }

  destroy(): void {
    this.writer.flush();
    this.socket.destroy();
  }

  #onClose(): void {
    if (this.closed) return;
    this.closed = true;
    for (const stream of [...this.#streams.values()]) this.drop(stream);
    this.writer.closed();
    this.handler.onClose();
  }
}

function checkLength(payload: Buffer, bytes: number): void {
  if (payload.length !== bytes)
    throw new Http2Error(ErrorCode.FRAME_SIZE_ERROR, `${payload.length} bytes for ${bytes}`);
}
