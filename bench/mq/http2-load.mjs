/**
 * One HTTP/2 connection that sends the same gRPC calls over and over, frames written by hand: a loader must cost far less than the
 * server that it measures, and node:http2 as a client costs as much as the server.
 *
 * Headers travel as from any gRPC client: the first call puts them into the server's HPACK table, the others name the entries.
 */
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';

const FRAME = { DATA: 0, HEADERS: 1, RST_STREAM: 3, SETTINGS: 4, PING: 6, GOAWAY: 7, WINDOW_UPDATE: 8 };
const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;
const MAX_WINDOW = 0x7fffffff;
const FRAME_HEADER_BYTES = 9;
/** Of a frame, as long as the server does not allow more. */
const MAX_FRAME_BYTES = 16_384;

/** 24-bit length, type, flags, stream id. */
function frame(type, flags, streamId, payload = Buffer.alloc(0)) {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(streamId, 5);
  payload.copy(bytes, FRAME_HEADER_BYTES);
  return bytes;
}

function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** HPACK literals with incremental indexing and new names; values of less than 127 bytes. */
function hpackLiterals(headers) {
  return Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [
      Buffer.from([0x40, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    ]),
  );
}

/** The same headers once they are in the table, whose newest entry is 62. */
function hpackIndexes(headers) {
  const count = Object.keys(headers).length;
  return Buffer.from(Array.from({ length: count }, (_, i) => 0x80 | (62 + count - 1 - i)));
}

/** HEADERS and DATA of one call; only the stream id differs between calls. */
function callFrames(headerBlock, message) {
  const prefixed = Buffer.concat([Buffer.from([0]), uint32(message.length), message]);
  if (prefixed.length > MAX_FRAME_BYTES) throw new Error(`a request of ${prefixed.length} bytes needs several frames`);
  return Buffer.concat([frame(FRAME.HEADERS, END_HEADERS, 0, headerBlock), frame(FRAME.DATA, END_STREAM, 0, prefixed)]);
}

export class LoadConnection {
  #socket;
  #buffered = Buffer.alloc(0);
  #first;
  #others;
  #secondFrameAt;
  #messageBytes;
  #nextStreamId = 1;
  #window = 65_535;
  #received = 0;
  #startedAt = new Map();
  #waiting = 0;
  #out = [];

  /**
   * @param {{host: string, port: number, tls: boolean, path: string, metadata: Record<string, string>, message: Buffer,
   *   accept: (data: Buffer) => boolean}} options accept: is this answer, the DATA bytes of it, a good one?
   */
  constructor({ host, port, tls, path, metadata, message, accept }) {
    const headers = {
      ':method': 'POST',
      ':scheme': 'http',
      ':path': path,
      ':authority': `${host}:${port}`,
      te: 'trailers',
      'content-type': 'application/grpc',
      'grpc-timeout': '10S',
      'user-agent': 'raw-load',
      ...metadata,
    };
    this.accept = accept;
    this.#first = callFrames(hpackLiterals(headers), message);
    const indexed = hpackIndexes(headers);
    this.#others = callFrames(indexed, message);
    this.#secondFrameAt = FRAME_HEADER_BYTES + indexed.length;
    this.#messageBytes = message.length + 5;
    this.latenciesMs = [];
    this.done = 0;
    this.failed = 0;
    // Self-signed, as brokers are by default.
    this.#socket = tls
      ? connectTls({ host, port, ALPNProtocols: ['h2'], rejectUnauthorized: false })
      : connectTcp({ host, port, noDelay: true });
    this.#socket.on('data', (bytes) => this.#onData(bytes));
    this.ended = new Promise((resolve, reject) => {
      this.#socket.on('error', reject);
      this.#socket.on('close', resolve);
    });
    const largeWindow = Buffer.from([0, 4, 0x7f, 0xff, 0xff, 0xff]);
    this.#out.push(
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      frame(FRAME.SETTINGS, 0, 0, largeWindow),
      frame(FRAME.WINDOW_UPDATE, 0, 0, uint32(MAX_WINDOW - 65_535)),
    );
    this.#flush();
  }

  /** Keeps this many calls under way until stop(). */
  start(inFlight) {
    this.running = true;
    for (let i = 0; i < inFlight; i++) this.#call();
    this.#flush();
  }

  stop() {
    this.running = false;
  }

  /** Forgets what was counted so far. */
  reset() {
    this.latenciesMs = [];
    this.done = 0;
    this.failed = 0;
  }

  close() {
    this.#socket.end();
  }

  #call() {
    if (this.#window < this.#messageBytes) {
      this.#waiting++;
      return;
    }
    this.#window -= this.#messageBytes;
    const id = this.#nextStreamId;
    this.#nextStreamId += 2;
    const first = id === 1;
    const bytes = first ? this.#first : Buffer.from(this.#others);
    bytes.writeUInt32BE(id, 5);
    bytes.writeUInt32BE(
      id,
      (first ? this.#first.length - this.#messageBytes - FRAME_HEADER_BYTES : this.#secondFrameAt) + 5,
    );
    this.#startedAt.set(id, performance.now());
    this.#out.push(bytes);
  }

  #flush() {
    if (this.#out.length === 0) return;
    this.#socket.write(Buffer.concat(this.#out));
    this.#out = [];
  }

  #onData(chunk) {
    let bytes = this.#buffered.length > 0 ? Buffer.concat([this.#buffered, chunk]) : chunk;
    while (bytes.length >= FRAME_HEADER_BYTES) {
      const end = FRAME_HEADER_BYTES + bytes.readUIntBE(0, 3);
      if (bytes.length < end) break;
      this.#onFrame(bytes[3], bytes[4], bytes.readUInt32BE(5), bytes.subarray(FRAME_HEADER_BYTES, end));
      bytes = bytes.subarray(end);
    }
    this.#buffered = bytes;
    this.#flush();
  }

  #onFrame(type, flags, streamId, payload) {
    if (type === FRAME.DATA) {
      this.#received += payload.length;
      if (!this.accept(payload)) this.failed++;
      if (this.#received > 1 << 30) {
        this.#out.push(frame(FRAME.WINDOW_UPDATE, 0, 0, uint32(this.#received)));
        this.#received = 0;
      }
    }
    if (type === FRAME.SETTINGS && !(flags & ACK)) this.#out.push(frame(FRAME.SETTINGS, ACK, 0));
    if (type === FRAME.PING && !(flags & ACK)) this.#out.push(frame(FRAME.PING, ACK, 0, payload));
    if (type === FRAME.WINDOW_UPDATE && streamId === 0) {
      this.#window += payload.readUInt32BE(0);
      for (let i = this.#waiting; i > 0; i--) {
        this.#waiting--;
        this.#call();
      }
    }
    if (type === FRAME.GOAWAY) this.stop();
    if (type === FRAME.RST_STREAM) this.failed++;
    if (type === FRAME.RST_STREAM || (type <= FRAME.HEADERS && flags & END_STREAM)) this.#onEnd(streamId);
  }

  #onEnd(streamId) {
    this.latenciesMs.push(performance.now() - this.#startedAt.get(streamId));
    this.#startedAt.delete(streamId);
    this.done++;
    if (this.running) this.#call();
  }
}
