import * as fc from 'fast-check';
import {
  Flag,
  frame,
  FrameType,
  MAX_FRAME_BYTES,
  numbersFrame,
  resetFrame,
  settingsFrame,
} from '../../src/grpc/transport/http2/frames.js';
import { hpackEncode } from '../../src/grpc/transport/http2/hpack.js';
import { encode } from '../protocol.js';
import { message, receiveRequest } from '../raw-client.js';

const SERVICE = '/apache.rocketmq.v2.MessagingService/';
const NOTHING = Buffer.alloc(0);

/** Header block of a call, as any client sends it. */
function headerBlock(rpc: string, changes: Record<string, string> = {}): Buffer {
  return hpackEncode({
    ':method': 'POST',
    ':scheme': 'http',
    ':path': SERVICE + rpc,
    ':authority': 'broker',
    te: 'trailers',
    'content-type': 'application/grpc',
    'x-mq-client-id': 'hostile',
    ...changes,
  });
}

function prefixed(bytes: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

const REQUESTS: Record<string, Buffer> = {
  QueryRoute: encode('QueryRouteRequest', { topic: { name: 'hostile' } }),
  SendMessage: encode('SendMessageRequest', { messages: [message('hostile')] }),
  ReceiveMessage: encode('ReceiveMessageRequest', receiveRequest('hostile_group', 'hostile')),
  Telemetry: encode('TelemetryCommand', { settings: { publishing: { topics: [{ name: 'hostile' }] } } }),
};

/** Mostly the ids of the first few calls; also those that no client may use. */
const streamId = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(1, 3, 5, 7, 9) },
  { weight: 1, arbitrary: fc.constantFrom(0, 2, 2 ** 31 - 1) },
);
const bytes = fc.uint8Array({ maxLength: 120 }).map((array) => Buffer.from(array));
const extreme = fc.constantFrom(0, 1, 10, 65_535, 2 ** 31 - 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1);

const rpc = fc.constantFrom(...Object.keys(REQUESTS), 'NoSuchRpc');

const wholeCall = fc.record({ id: streamId, rpc, body: fc.option(bytes) }).map(({ id, rpc: name, body }) => {
  const data = prefixed(body ?? REQUESTS[name] ?? NOTHING);
  return Buffer.concat([
    frame(FrameType.HEADERS, Flag.END_HEADERS, id, headerBlock(name)),
    frame(FrameType.DATA, Flag.END_STREAM, id, data),
  ]);
});

const oddHeaders = fc
  .record({
    id: streamId,
    rpc,
    flags: fc.nat(255),
    changes: fc.dictionary(
      fc.constantFrom(':method', ':path', 'content-type', 'grpc-timeout', 'grpc-encoding', 'x-mq-client-id', 'other'),
      fc.oneof(fc.constantFrom('', '0n', '1S', '99999999H', 'gzip', '-1m'), fc.string({ unit: 'binary' })),
    ),
  })
  .map(({ id, rpc: name, flags, changes }) => frame(FrameType.HEADERS, flags, id, headerBlock(name, changes)));

/** Bytes that begin like the representations of HPACK: indexed, literals, table size. */
const hpackGarbage = fc
  .record({
    id: streamId,
    parts: fc.array(fc.tuple(fc.constantFrom(0x80, 0xff, 0x40, 0x7f, 0x00, 0x10, 0x20, 0x3f), bytes), { maxLength: 8 }),
  })
  .map(({ id, parts }) => {
    const block = Buffer.concat(parts.flatMap(([first, rest]) => [Buffer.from([first]), rest]));
    return frame(FrameType.HEADERS, Flag.END_HEADERS, id, block);
  });

const anyFrame = fc
  .record({ type: fc.oneof(fc.nat(10), fc.nat(255)), flags: fc.nat(255), id: streamId, payload: bytes })
  .map(({ type, flags, id, payload }) => frame(type, flags, id, payload));

const windows = fc.oneof(
  fc.tuple(streamId, extreme).map(([id, value]) => numbersFrame(FrameType.WINDOW_UPDATE, id, value)),
  fc.array(fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 99), extreme), { maxLength: 20 }).map(settingsFrame),
);

const endings = fc.oneof(
  fc.tuple(streamId, extreme).map(([id, code]) => resetFrame(id, code)),
  extreme.map((last) => numbersFrame(FrameType.GOAWAY, 0, last, 0)),
  fc.constant(frame(FrameType.PING, 0, 0, Buffer.alloc(8))),
);

/** A frame that says it is longer or shorter than it is. */
const lyingFrame = fc
  .tuple(anyFrame, fc.oneof(fc.nat(300), fc.constantFrom(MAX_FRAME_BYTES, 2 ** 24 - 1)))
  .map(([whole, length]) => {
    const lying = Buffer.from(whole);
    lying.writeUIntBE(length, 0, 3);
    return lying;
  });

/** The same over and over, with a stream id of its own each time where that makes a difference. */
const flood = fc
  .record({
    times: fc.integer({ min: 100, max: 3000 }),
    of: fc.constantFrom<((id: number) => Buffer)[]>(
      () => frame(FrameType.PING, 0, 0, Buffer.alloc(8)),
      () => frame(FrameType.SETTINGS, 0, 0, NOTHING),
      (id) => settingsFrame([[4, id]]),
      () => frame(FrameType.PRIORITY, 0, 1, Buffer.alloc(5)),
      () => frame(FrameType.DATA, 0, 1, NOTHING),
      () => frame(FrameType.CONTINUATION, 0, 1, NOTHING),
      () => numbersFrame(FrameType.WINDOW_UPDATE, 0, 1),
      (id) => frame(FrameType.HEADERS, Flag.END_HEADERS, id, headerBlock('ReceiveMessage')),
      (id) => frame(FrameType.HEADERS, Flag.END_HEADERS, id, headerBlock('Telemetry')),
      (id) =>
        Buffer.concat([
          frame(FrameType.HEADERS, Flag.END_HEADERS, id, headerBlock('QueryRoute')),
          frame(FrameType.DATA, Flag.END_STREAM, id, prefixed(REQUESTS['QueryRoute'] as Buffer)),
        ]),
      (id) =>
        Buffer.concat([
          frame(FrameType.HEADERS, Flag.END_HEADERS, id, headerBlock('ReceiveMessage')),
          frame(FrameType.DATA, Flag.END_STREAM, id, prefixed(REQUESTS['ReceiveMessage'] as Buffer)),
          resetFrame(id, 8),
        ]),
    ),
  })
  .map(({ times, of }) => Buffer.concat(Array.from({ length: times }, (_, i) => of(11 + 2 * i))));

/** What a hostile or broken client says next. */
export const utterance: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: wholeCall },
  { weight: 3, arbitrary: oddHeaders },
  { weight: 2, arbitrary: hpackGarbage },
  { weight: 3, arbitrary: anyFrame },
  { weight: 3, arbitrary: windows },
  { weight: 2, arbitrary: endings },
  { weight: 1, arbitrary: lyingFrame },
  { weight: 1, arbitrary: flood },
  { weight: 1, arbitrary: bytes },
);

/** One change of a byte, anywhere. */
export interface Mutation {
  at: number;
  kind: 'flip' | 'cut' | 'insert' | 'repeat';
  value: number;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(2 ** 31 - 1),
  kind: fc.constantFrom<Mutation['kind']>('flip', 'cut', 'insert', 'repeat'),
  value: fc.integer({ min: 1, max: 255 }),
});

export function mutated(original: Buffer, mutations: readonly Mutation[]): Buffer {
  let result = original;
  for (const { at, kind, value } of mutations) {
    if (result.length === 0) break;
    const [index, length] = [at % result.length, 1 + (value % 20)];
    const [before, from, behind] = [result.subarray(0, index), result.subarray(index), result.subarray(index + length)];
    if (kind === 'flip') result = Buffer.concat([before, Buffer.from([(from[0] as number) ^ value]), from.subarray(1)]);
    if (kind === 'cut') result = Buffer.concat([before, behind]);
    if (kind === 'insert') result = Buffer.concat([before, Buffer.alloc(length, value), from]);
    if (kind === 'repeat') result = Buffer.concat([before, from.subarray(0, length), from]);
  }
  return result;
}
