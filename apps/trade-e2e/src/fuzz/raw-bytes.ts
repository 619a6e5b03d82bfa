import { connect } from 'node:net';
import fc from 'fast-check';

/** The server may answer so long; that it lets go of the connection is seen by its handles. */
const GONE_AFTER_MS = 200;
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

/** HTTP/2 frames: length, type, flags, stream, and what the length says or not. */
const frames = fc
  .array(
    fc.record({
      length: fc.oneof(fc.nat(64), fc.nat(2 ** 24 - 1)),
      type: fc.nat(12),
      flags: fc.nat(255),
      stream: fc.oneof(fc.nat(7), fc.nat(2 ** 31 - 1)),
      payload: fc.uint8Array({ maxLength: 64 }),
    }),
    { maxLength: 8 },
  )
  .map((list) =>
    Buffer.concat(
      list.map(({ length, type, flags, stream, payload }) => {
        const head = Buffer.alloc(9);
        head.writeUIntBE(length, 0, 3);
        head.writeUInt8(type, 3);
        head.writeUInt8(flags, 4);
        head.writeUInt32BE(stream, 5);
        return Buffer.concat([head, payload]);
      }),
    ),
  );

const http1 = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'P O S T', ''),
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
  )
  .map(([method, path, rest]) => Buffer.from(`${method} /${path} HTTP/1.1\r\nhost: x\r\n${rest}\r\n\r\n`));

/** Bytes that are no request, for any port. */
export const rawBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  frames.map((bytes) => Buffer.concat([PREFACE, bytes])),
  frames.map((bytes) => Buffer.concat([PREFACE, EMPTY_SETTINGS, bytes])),
  http1,
);

/** Sends bytes, ends the connection, and is gone. @returns what is wrong, or null */
export function sendRaw(port: number, bytes: Buffer): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    const timer = setTimeout(() => socket.destroy(), GONE_AFTER_MS);
    socket.resume();
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(null);
    });
    // a reset is a fine answer; nobody who listens is not
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve('nobody listens');
    });
  });
}
