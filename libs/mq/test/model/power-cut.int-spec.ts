import { jest } from '@jest/globals';
import * as fs from 'node:fs';
import type { MessageStore as Store } from '../../src/store/message-store.js';
import { RecordKind } from '../../src/store/record.js';
import { Random } from '../random.js';
import { draft, texts } from '../store-draft.js';
import { temporaryDir } from '../temporary-dir.js';
import { VolatileDisk } from './volatile-disk.js';

/** POWER_CUTS=2000 for a long search; POWER_SEED repeats one. */
const CUTS = Number(process.env['POWER_CUTS'] ?? 50);
const SEED = Number(process.env['POWER_SEED'] ?? Date.now() % 2 ** 31);
const CUTS_A_STORE = 10;

const disk = new VolatileDisk();
jest.unstable_mockModule('../../src/store/file-io.js', () => disk.fileIo);
const { MessageStore } = await import('../../src/store/message-store.js');

const dir = temporaryDir();
const random = new Random(SEED);

function open(dataDir: string, flush: 'SYNC_FLUSH' | 'ASYNC_FLUSH'): Promise<Store> {
  return MessageStore.open({ dataDir, segmentBytes: 16 << 10, flush, asyncFlushMs: 3, checkpointMs: 7 });
}

interface Sent {
  /** Answered, in the order of the queue. */
  confirmed: string[];
  /** Delayed messages whose send was answered. */
  delayed: number;
}

/** Sends in small batches, and every now and then a delayed message, until `ended` says so. */
async function load(store: Store, sent: Sent, ended: () => boolean): Promise<void> {
  for (let i = sent.confirmed.length; !ended();) {
    const batch = Array.from({ length: random.between(1, 5) }, () => String(i++));
    const stored = batch.map((text) =>
      store.append(draft(text, { systemProperties: Buffer.alloc(random.between(0, 2000)) })),
    );
    await Promise.all(stored);
    sent.confirmed.push(...batch);
    if (random.next() < 0.2) {
      await store.append(draft('later', { kind: RecordKind.DELAYED, deliverAtMs: 1e15 }));
      sent.delayed++;
    }
  }
}

describe.each(['SYNC_FLUSH', 'ASYNC_FLUSH'] as const)('%s', (flush) => {
  it(
    `the store starts after any of ${CUTS} power cuts (seed ${SEED}), with ` +
      (flush === 'SYNC_FLUSH' ? 'every message that was answered' : 'the messages up to some moment') +
      ', and takes more',
    async () => {
      for (let cuts = 0; cuts < CUTS; cuts += CUTS_A_STORE) {
        const dataDir = `${dir()}/store-${cuts}`;
        const store = await open(dataDir, flush);
        const sent: Sent = { confirmed: [], delayed: 0 };
        let left = CUTS_A_STORE;
        const loading = load(store, sent, () => left === 0);
        for (; left > 0; left--) {
          for (let turns = random.between(1, 60); turns > 0; turns--)
            await new Promise((resolve) => setImmediate(resolve));
          const copy = `${dataDir}-cut`;
          const known = { confirmed: [...sent.confirmed], delayed: sent.delayed };
          disk.cutPower(dataDir, copy, random);
          await expectRecovered(copy, flush, known);
          fs.rmSync(copy, { recursive: true });
        }
        await loading;
        await store.close();
        await expectRecovered(dataDir, 'SYNC_FLUSH', sent);
      }
    },
    60_000 + CUTS * 200,
  );
});

async function expectRecovered(dataDir: string, flush: 'SYNC_FLUSH' | 'ASYNC_FLUSH', sent: Sent): Promise<void> {
  const store = await open(dataDir, flush);
  const found = texts(store);
  expect(found).toEqual(found.map((_, i) => String(i)));
  if (flush === 'SYNC_FLUSH') {
    expect(found.slice(0, sent.confirmed.length)).toEqual(sent.confirmed);
    expect(store.timers.size).toBeGreaterThanOrEqual(sent.delayed);
  }
  await store.append(draft(String(found.length)));
  expect(texts(store)).toHaveLength(found.length + 1);
  await store.close();
}
