import * as fc from 'fast-check';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordKind } from '../../src/store/record.js';
import { KEYS, StoreUnderTest, TOPICS, type NewMessage, type Operation } from './store-under-test.js';

/** MODEL_RUNS=5000 for a long search; MODEL_SEED repeats a run. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 250);
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);
/** In memory where the system offers it: the kill is simulated here, and so no flush has to be real. */
const ROOT = fs.existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const MAX_MS = 60_000 + RUNS * 100;

const message: fc.Arbitrary<NewMessage> = fc.record({
  kind: fc.constantFrom<NewMessage['kind']>(
    RecordKind.MESSAGE,
    RecordKind.MESSAGE,
    RecordKind.DELAYED,
    RecordKind.HALF,
  ),
  topic: fc.constantFrom(...TOPICS),
  queueId: fc.nat(1),
  key: fc.constantFrom(...KEYS),
  dueMs: fc.integer({ min: 1, max: 100 }),
  bodyBytes: fc.nat(900),
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      name: fc.constant('append' as const),
      messages: fc.array(message, { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ name: fc.constant('endTransaction' as const), which: fc.nat(50), commit: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ name: fc.constant('fire' as const), upToMs: fc.nat(110), returned: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ name: fc.constant('recall' as const), which: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.constant({ name: 'clean' as const }) },
  { weight: 1, arbitrary: fc.constant({ name: 'checkpoint' as const }) },
  { weight: 1, arbitrary: fc.constant({ name: 'restart' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      name: fc.constant('kill' as const),
      tornBytes: fc.nat(80),
      // With both the checkpoint and the queues gone, a queue without messages would count from 0 again.
      lost: fc
        .subarray(['checkpoint.json', 'timers-', 'consumequeue', 'index'])
        .filter((lost) => !(lost.includes('consumequeue') && lost.includes('checkpoint.json'))),
    }),
  },
);

describe('the store, against a model that is obviously right', () => {
  it(
    `keeps every message, timer and transaction over any ${RUNS} sequences of operations (seed ${SEED})`,
    async () => {
      const sequence = fc.array(operation, { minLength: 5, maxLength: 40, size: 'max' });
      const flush = fc.constantFrom('SYNC_FLUSH' as const, 'ASYNC_FLUSH' as const);
      await fc.assert(
        fc.asyncProperty(sequence, flush, async (operations, flushMode) => {
          const dir = fs.mkdtempSync(join(ROOT, 'mq-model-'));
          const test = await StoreUnderTest.open(dir, flushMode);
          try {
            for (const each of operations) await test.run(each);
            test.check();
          } finally {
            await test.close();
            fs.rmSync(dir, { recursive: true });
          }
        }),
        { numRuns: RUNS, seed: SEED },
      );
    },
    MAX_MS,
  );
});
