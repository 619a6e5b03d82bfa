import { connect, type Socket } from 'node:net';
import { until } from '../../../../test/until.js';
import { GrpcTransport } from '../grpc-transport.js';
import type { GrpcCall, Method } from '../grpc-call.js';
import { DEFAULT_LIMITS } from '../usage.js';
import { Flag, frame, FrameType, numbersFrame, PREFACE, settingsFrame } from './frames.js';
import { hpackEncode } from './hpack.js';
import { ErrorCode } from './http2-error.js';

interface Frame {
  type: number;
  flags: number;
  streamId: number;
  payload: Buffer;
}

const waiting: GrpcCall[] = [];
const methods = new Map<string, Method>([
  ['/t/Echo', { clientStream: false, onMessage: (call, bytes) => call.finish([Buffer.from(bytes)]) }],
  ['/t/Large', { clientStream: false, onMessage: (call) => call.finish([Buffer.alloc(100_000)]) }],
  ['/t/Nothing', { clientStream: false, onMessage: (call) => call.finish([]) }],
  ['/t/Wait', { clientStream: false, onMessage: (call) => waiting.push(call) }],
]);
let transport: GrpcTransport;

beforeAll(async () => {
  transport = await GrpcTransport.listen({
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    limits: { ...DEFAULT_LIMITS, maxStreamsPerConnection: 3 },
    methods,
    flowLimit: Buffer.from('flow limit'),
  });
});

afterAll(() => transport.close());

const NOTHING = Buffer.alloc(0);
const message = Buffer.from([0, 0, 0, 0, 2, 0x68, 0x69]);
const block = (method: string) =>
  hpackEncode({ ':method': 'POST', ':path': `/t/${method}`, 'content-type': 'application/grpc' });
const headers = (streamId: number, method: string, flags = Flag.END_HEADERS as number) =>
  frame(FrameType.HEADERS, flags, streamId, block(method));
const data = (streamId: number, payload = message, flags = Flag.END_STREAM as number) =>
  frame(FrameType.DATA, flags, streamId, payload);

/** A connection that says what it likes. */
class Peer {
  readonly frames: Frame[] = [];
  readonly socket: Socket = connect(transport.port, '127.0.0.1');
  #input = NOTHING as Buffer;

  constructor(...first: Buffer[]) {
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    this.say(PREFACE, settingsFrame([]), ...first);
  }

  #onData(chunk: Buffer): void {
    this.#input = Buffer.concat([this.#input, chunk]);
    while (this.#input.length >= 9 && this.#input.length >= 9 + this.#input.readUIntBE(0, 3)) {
      const end = 9 + this.#input.readUIntBE(0, 3);
      const [type = 0, flags = 0] = [this.#input[3], this.#input[4]];
      this.frames.push({ type, flags, streamId: this.#input.readUInt32BE(5), payload: this.#input.subarray(9, end) });
      this.#input = this.#input.subarray(end);
    }
  }

  say(...bytes: Buffer[]): void {
    this.socket.write(Buffer.concat(bytes));
  }

  of(type: number): Frame[] {
    return this.frames.filter((one) => one.type === type);
  }

  /** Code of the goodbye with which the server closes the connection. */
  async goodbye(): Promise<number | undefined> {
    await until('the connection is closed', () => this.socket.destroyed);
    return this.of(FrameType.GOAWAY)[0]?.payload.readUInt32BE(4);
  }

  async answered(streamId: number): Promise<Buffer> {
    await until('the answer is complete', () =>
      this.frames.some((one) => one.streamId === streamId && one.type === FrameType.HEADERS && one.flags & 1),
    );
    return Buffer.concat(
      this.of(FrameType.DATA)
        .filter((one) => one.streamId === streamId)
        .map((one) => one.payload),
    );
  }
}

describe('a connection that breaks the rules of HTTP/2 is closed with the reason', () => {
  const { PROTOCOL_ERROR, FRAME_SIZE_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED, COMPRESSION_ERROR, ENHANCE_YOUR_CALM } =
    ErrorCode;
  const longBlock = Buffer.alloc(16_000);
  it.each([
    ['data of no stream', PROTOCOL_ERROR, [data(1)]],
    ['data of stream 0', PROTOCOL_ERROR, [data(0)]],
    ['a stream id of the server', PROTOCOL_ERROR, [headers(2, 'Echo')]],
    ['data behind the end', STREAM_CLOSED, [headers(1, 'Wait'), data(1), data(1)]],
    ['headers behind the end', STREAM_CLOSED, [headers(1, 'Wait'), data(1), headers(1, 'Wait', 5)]],
    ['headers in the middle', PROTOCOL_ERROR, [headers(1, 'Wait'), headers(1, 'Wait')]],
    ['an interrupted header block', PROTOCOL_ERROR, [headers(1, 'Echo', 0), data(1)]],
    ['a header block of another stream', PROTOCOL_ERROR, [headers(1, 'Echo', 0), frame(9, 4, 3, NOTHING)]],
    ['a continuation of nothing', PROTOCOL_ERROR, [frame(FrameType.CONTINUATION, 4, 1, NOTHING)]],
    [
      'headers without end',
      ENHANCE_YOUR_CALM,
      [headers(1, 'Echo', 0), ...Array<Buffer>(5).fill(frame(9, 0, 1, longBlock))],
    ],
    [
      'empty headers without end',
      ENHANCE_YOUR_CALM,
      [headers(1, 'Echo', 0), ...Array<Buffer>(9000).fill(frame(9, 0, 1, NOTHING))],
    ],
    ['headers that cannot be unpacked', COMPRESSION_ERROR, [frame(1, 5, 1, Buffer.from([0xff, 0xff]))]],
    ['more padding than frame', PROTOCOL_ERROR, [headers(1, 'Echo'), data(1, Buffer.from([9, 0]), Flag.PADDED)]],
    ['a push', PROTOCOL_ERROR, [frame(FrameType.PUSH_PROMISE, 4, 1, NOTHING)]],
    ['a short ping', FRAME_SIZE_ERROR, [frame(FrameType.PING, 0, 0, Buffer.alloc(7))]],
    ['a ping of a stream', PROTOCOL_ERROR, [frame(FrameType.PING, 0, 1, Buffer.alloc(8))]],
    ['half a setting', FRAME_SIZE_ERROR, [frame(FrameType.SETTINGS, 0, 0, Buffer.alloc(7))]],
    ['settings of a stream', PROTOCOL_ERROR, [frame(FrameType.SETTINGS, 0, 1, NOTHING)]],
    ['a window that is too large', FLOW_CONTROL_ERROR, [settingsFrame([[4, 2 ** 31]])]],
    ['a window that opens by nothing', PROTOCOL_ERROR, [numbersFrame(FrameType.WINDOW_UPDATE, 0, 0)]],
    ['a window that opens too far', FLOW_CONTROL_ERROR, [numbersFrame(FrameType.WINDOW_UPDATE, 0, 2 ** 31 - 1)]],
    ['a reset of no stream', PROTOCOL_ERROR, [numbersFrame(FrameType.RST_STREAM, 1, 8)]],
    ['a frame that is too long', FRAME_SIZE_ERROR, [Buffer.from([0, 0x40, 1, 0, 0, 0, 0, 0, 1])]],
  ])('%s', async (_what, code, frames) => {
    expect(await new Peer(...frames).goodbye()).toBe(code);
  });

  it('settings over and over', async () => {
    const windows = (bytes: number) => settingsFrame(Array.from({ length: 20 }, (_, i) => [4, bytes + i] as const));
    const peer = new Peer(headers(1, 'Wait'), ...Array.from({ length: 1002 }, (_, i) => windows(i)));
    expect(await peer.goodbye()).toBe(ENHANCE_YOUR_CALM);
  });

  it('resets of thousands of calls', async () => {
    const peer = new Peer();
    for (let i = 1; i < 24_000 && !peer.socket.destroyed; i += 2)
      peer.say(headers(i, 'Wait'), numbersFrame(FrameType.RST_STREAM, i, 8));
    expect(await peer.goodbye()).toBe(ENHANCE_YOUR_CALM);
    expect(transport.load.calls).toBe(0);
  });
});

describe('a connection that keeps the rules', () => {
  it('may pad, set priorities, split headers, send trailers, and frames that nobody knows', async () => {
    const [first, rest] = [block('Echo').subarray(0, 10), block('Echo').subarray(10)];
    const prioritized = Buffer.concat([Buffer.from([3]), Buffer.alloc(5), first, Buffer.alloc(3)]);
    const peer = new Peer(
      frame(FrameType.PRIORITY, 0, 1, Buffer.alloc(5)),
      frame(FrameType.HEADERS, Flag.PADDED | Flag.PRIORITY, 1, prioritized),
      frame(FrameType.CONTINUATION, Flag.END_HEADERS, 1, rest),
      frame(99, 255, 1, Buffer.alloc(50)),
      data(1, Buffer.concat([Buffer.from([4]), message, Buffer.alloc(4)]), Flag.PADDED),
      frame(FrameType.HEADERS, Flag.END_HEADERS | Flag.END_STREAM, 1, hpackEncode({ trailer: 'x' })),
    );
    expect(await peer.answered(1)).toEqual(message);
    peer.socket.destroy();
  });

  it('gets its pings and settings back', async () => {
    const peer = new Peer(frame(FrameType.PING, 0, 0, Buffer.from('12345678')));
    await until('the ping is back', () => peer.of(FrameType.PING).length === 1);
    expect(peer.of(FrameType.PING)[0]).toMatchObject({ flags: Flag.ACK, payload: Buffer.from('12345678') });
    expect(peer.of(FrameType.SETTINGS).map((one) => one.flags)).toEqual([0, Flag.ACK]);
    peer.socket.destroy();
  });

  it('gets no empty data', async () => {
    const peer = new Peer(headers(1, 'Nothing'), data(1));
    expect((await peer.answered(1)).length).toBe(0);
    expect(peer.of(FrameType.DATA)).toEqual([]);
    peer.socket.destroy();
  });

  it('is refused streams beyond the limit, one by one', async () => {
    const peer = new Peer(...[1, 3, 5, 7].flatMap((id) => [headers(id, 'Wait'), data(id)]));
    await until('the fourth is refused', () => peer.of(FrameType.RST_STREAM).length === 1);
    expect(peer.of(FrameType.RST_STREAM)[0]).toMatchObject({ streamId: 7, payload: Buffer.from([0, 0, 0, 7]) });
    peer.socket.destroy();
  });

  it('gets as much as its windows take, which it may also shrink and open', async () => {
    const peer = new Peer(settingsFrame([[4, 10]]), headers(1, 'Large'), data(1));
    const got = () => peer.of(FrameType.DATA).reduce((sum, one) => sum + one.payload.length, 0);
    await until('the first bytes are there', () => got() === 10);
    peer.say(settingsFrame([[4, 0]]), numbersFrame(FrameType.WINDOW_UPDATE, 1, 30));
    await until('the next bytes are there', () => got() === 30);
    peer.say(settingsFrame([[4, 1_000_000]]));
    await until('the connection takes no more', () => got() === 65_535);
    peer.say(numbersFrame(FrameType.WINDOW_UPDATE, 0, 1_000_000));
    expect((await peer.answered(1)).length).toBe(100_005);
    peer.socket.destroy();
  });
});
