import * as fc from 'fast-check';
import { connect } from 'node:net';
import { PREFACE, settingsFrame } from '../../src/grpc/transport/http2/frames.js';
import { temporaryDir } from '../temporary-dir.js';
import { FuzzedBroker, MAX_MS, RUNS, SECONDS, SEED } from './fuzzed-broker.js';
import { mutated, mutation, utterance } from './hostile-frames.js';

const CLOSED_WITHIN_MS = 10_000;
const PROPER_CALL_EVERY = 10;
const dir = temporaryDir();

interface Conversation {
  begin: 'properly' | 'with half a preface' | 'with garbage';
  said: Buffer;
  /** Bytes a write; 0 = all at once. */
  pieceBytes: number;
  reads: boolean;
  /** After it all: a goodbye of TCP, a reset, or a half-open silence that the client breaks off. */
  end: 'end' | 'reset' | 'destroy';
}

const BEGINNINGS = {
  properly: Buffer.concat([PREFACE, settingsFrame([])]),
  'with half a preface': PREFACE.subarray(0, 10),
  'with garbage': Buffer.alloc(0),
};

const conversation: fc.Arbitrary<Conversation> = fc.record({
  begin: fc.oneof(
    { weight: 30, arbitrary: fc.constant('properly' as const) },
    { weight: 1, arbitrary: fc.constantFrom('with half a preface' as const, 'with garbage' as const) },
  ),
  said: fc
    .tuple(
      fc.array(utterance, { minLength: 1, maxLength: 12 }),
      fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(mutation, { maxLength: 4 }) },
      ),
    )
    .map(([parts, mutations]) => mutated(Buffer.concat(parts), mutations)),
  pieceBytes: fc.constantFrom(0, 0, 0, 1, 7, 1000),
  reads: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  end: fc.constantFrom('end', 'end', 'reset', 'destroy'),
});

/** Rejects when the broker holds on to a connection that the client has ended. */
async function talk(port: number, { begin, said, pieceBytes, reads, end }: Conversation): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  // The broker may close the connection at any time, and then writing fails.
  socket.on('error', () => socket.destroy());
  let heldOn = false;
  socket.setTimeout(CLOSED_WITHIN_MS, () => {
    heldOn = true;
    socket.destroy();
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  if (reads) socket.resume();
  const bytes = Buffer.concat([BEGINNINGS[begin], said]);
  // What matters of a slow client is its beginning.
  const slowly = pieceBytes === 0 ? bytes.subarray(0, 0) : bytes.subarray(0, 200 * pieceBytes);
  for (let at = 0; at < slowly.length && !socket.destroyed; at += pieceBytes) {
    socket.write(slowly.subarray(at, at + pieceBytes));
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!socket.destroyed)
    await new Promise<void>((resolve) => socket.write(bytes.subarray(slowly.length), () => resolve()));
  if (end === 'reset') socket.resetAndDestroy();
  else if (end === 'destroy' || !reads) socket.destroy();
  else socket.end();
  await closed;
  if (heldOn) throw new Error('the broker holds on to the connection');
}

it(
  `a client that breaks HTTP/2 in any way harms nobody but itself (FUZZ_SEED=${SEED}, ${SECONDS} s)`,
  async () => {
    const broker = await FuzzedBroker.start(dir(), ['hostile']);
    const port = Number(broker.process.endpoint.split(':')[1]);
    await broker.checkServes();
    const handlesBefore = broker.process.handles;
    let conversations = 0;
    try {
      await fc.assert(
        fc.asyncProperty(conversation, async (one) => {
          await talk(port, one);
          if (conversations++ % PROPER_CALL_EVERY === 0) await broker.checkServes();
        }),
        RUNS,
      );
      await broker.checkServes();
      await broker.checkNothingIsLeft(handlesBefore);
    } finally {
      expect(await broker.end()).toBe(0);
    }
    expect(conversations).toBeGreaterThan(10 * SECONDS);
  },
  MAX_MS,
);
