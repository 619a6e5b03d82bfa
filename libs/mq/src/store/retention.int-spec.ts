import * as fs from 'node:fs';
import { join } from 'node:path';
import { copyOfFiles, draft, named, texts } from '../../test/store-draft.js';
import { temporaryDir } from '../../test/temporary-dir.js';
import { MessageStore } from './message-store.js';
import { RecordKind } from './record.js';
import type { RetentionOptions } from './retention.js';

const dir = temporaryDir();
afterEach(() => fs.rmSync(`${dir()}-copy`, { recursive: true, force: true }));

const SEGMENT_BYTES = 8192;
const HOUR_MS = 3600_000;
let nowMs: number;
let usedRatio: number;
let freeBytes: number;
beforeEach(() => {
  nowMs = Date.now();
  usedRatio = 0;
  freeBytes = 2 ** 30;
});

/** A store whose clean() sees this test's disk; time is set by how long messages are kept: 0 = no message is too young. */
function open(retention: RetentionOptions = {}, dataDir = dir()): Promise<MessageStore> {
  return MessageStore.open({
    dataDir,
    segmentBytes: SEGMENT_BYTES,
    flush: 'ASYNC_FLUSH',
    retention: { diskUsage: () => Promise.resolve({ usedRatio, freeBytes }), ...retention },
  });
}

const OLD = { keepMs: -1 };

async function fill(store: MessageStore, from: number, to: number, queueId = 0): Promise<void> {
  for (let i = from; i < to; i++) {
    await store.append(named(String(i), [`key-${i}`], { queueId, systemProperties: Buffer.alloc(400) }));
  }
}

const segments = (dataDir = dir()) => fs.readdirSync(join(dataDir, 'commitlog')).filter((name) => /^\d+$/.test(name));
const oldest = (store: MessageStore) => Number(texts(store)[0]);

describe('retention', () => {
  it('keeps messages for 48 hours unless told otherwise', async () => {
    const store = await open();
    await fill(store, 0, 100);
    await store.clean();
    expect(oldest(store)).toBe(0);
    await store.close();
    const realNow = Date.now;
    for (const [hours, kept] of [
      [47, true],
      [49, false],
    ] as const) {
      Date.now = () => realNow() + hours * HOUR_MS;
      const again = await open();
      Date.now = realNow;
      expect(oldest(again) === 0).toBe(kept);
      await again.close();
    }
  });

  it('removes whole segments, never the one that is written, and what is derived from them goes too', async () => {
    const store = await open(OLD);
    await fill(store, 0, 100);
    await store.clean();
    expect(segments()).toHaveLength(1);
    const first = oldest(store);
    expect(first).toBeGreaterThan(50);
    expect(texts(store)).toEqual(Array.from({ length: 100 - first }, (_, i) => String(first + i)));
    expect(store.queue('t', 0)).toMatchObject({ minOffset: first, maxOffset: 100 });
    expect(store.messageCount('t')).toBe(100 - first);
    expect(store.findById('t', String(first))).toHaveLength(1);
    expect(store.findById('t', String(first - 1))).toEqual([]);
    expect(store.findByKey('t', 'key-3', 0, Infinity, 10)).toEqual([]);
    expect(store.offsetAtTime('t', 0, 0)).toBe(first);
    await store.close();
  });

  it('is the same after a clean stop, after kill -9, and without any derived file', async () => {
    const store = await open(OLD);
    await fill(store, 0, 60);
    await fill(store, 0, 3, 1);
    await fill(store, 60, 100);
    await store.clean();
    const expected = texts(store);
    const killed = copyOfFiles(dir());
    await store.close();
    const bare = `${killed}/bare`;
    fs.cpSync(join(dir(), 'commitlog'), join(bare, 'commitlog'), { recursive: true });
    fs.cpSync(join(dir(), 'consumequeue'), join(bare, 'consumequeue'), { recursive: true });
    for (const dataDir of [dir(), killed, bare]) {
      const again = await open({}, dataDir);
      expect(texts(again)).toEqual(expected);
      expect(again.queue('t', 0).maxOffset).toBe(100);
      expect(again.queue('t', 1)).toMatchObject({ minOffset: 3, maxOffset: 3 });
      await fill(again, 0, 1, 1);
      expect(texts(again, 1)).toEqual(['0']);
      await again.close();
    }
  });

  it.each([
    ['a delayed message', draft('waiting', { kind: RecordKind.DELAYED, deliverAtMs: 1e15 })],
    ['a half message', draft('waiting', { kind: RecordKind.HALF })],
  ])('keeps a segment, and all behind it, while %s in it waits', async (_what, waiting) => {
    const store = await open(OLD);
    await fill(store, 0, 30);
    const { physicalOffset } = await store.append(waiting);
    await fill(store, 30, 100);
    usedRatio = 0.99;
    await store.clean();
    const before = oldest(store);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThanOrEqual(30);
    expect(store.find(physicalOffset)?.payload.toString()).toBe('waiting');
    await store.append(
      draft('', { kind: RecordKind.ROLLBACK, deliverAtMs: waiting.deliverAtMs, sourceOffset: physicalOffset }),
    );
    if (waiting.kind === RecordKind.DELAYED) expect(store.takeDueTimer(1e15)).toBeDefined();
    await store.clean();
    if (waiting.kind === RecordKind.HALF) expect(segments()).toHaveLength(1);
    await store.close();
  });

  it('keeps some topics longer, and what was stored before their messages too', async () => {
    const keepLongerMs = (topic: string) => (topic === '%DLQ%g' ? HOUR_MS : undefined);
    const store = await open({ ...OLD, keepLongerMs });
    await fill(store, 0, 30);
    await store.append(draft('dead', { topic: '%DLQ%g' }));
    await fill(store, 30, 100);
    await store.clean();
    expect(texts(store, 0, '%DLQ%g')).toEqual(['dead']);
    expect(oldest(store)).toBeLessThanOrEqual(30);
    usedRatio = 0.86;
    await store.clean();
    expect(texts(store, 0, '%DLQ%g')).toEqual([]);
    await store.close();
  });

  describe('on a disk that fills', () => {
    it('keeps messages half as long from 75 % on', async () => {
      const store = await open({ keepMs: 2 * HOUR_MS });
      await fill(store, 0, 100);
      await store.close();
      const realNow = Date.now;
      Date.now = () => nowMs + 1.5 * HOUR_MS;
      try {
        for (const [ratio, kept] of [
          [0.74, true],
          [0.75, false],
        ] as const) {
          usedRatio = ratio;
          const again = await open({ keepMs: 2 * HOUR_MS });
          expect(oldest(again) === 0).toBe(kept);
          await again.close();
        }
      } finally {
        Date.now = realNow;
      }
    });

    it('removes the oldest from 85 % on, only until there is room', async () => {
      const store = await open({
        diskUsage: (path) => Promise.resolve({ usedRatio: segments(path).length > 5 ? 0.85 : 0.84, freeBytes }),
      });
      await fill(store, 0, 200);
      expect(segments().length).toBeGreaterThan(6);
      await store.clean();
      expect(segments()).toHaveLength(5);
      expect(texts(store).at(-1)).toBe('199');
      await store.close();
    });

    it('refuses new messages from 90 % on with a clear error; what is stored is read, and pending messages come', async () => {
      const store = await open();
      await store.append(draft('a'));
      const half = await store.append(draft('half', { kind: RecordKind.HALF }));
      const delayed = await store.append(draft('delayed', { kind: RecordKind.DELAYED, deliverAtMs: 1 }));
      usedRatio = 0.912;
      await store.clean();
      await expect(store.append(draft('b'))).rejects.toThrow(
        'service not available now: the disk is 91.2 % full, the broker takes no messages from 90 % on',
      );
      expect(store.failure?.message).toContain('the disk is 91.2 % full');
      await store.append(draft('half', { sourceOffset: half.physicalOffset }));
      await store.append(draft('delayed', { sourceOffset: delayed.physicalOffset, deliverAtMs: 1 }));
      expect(texts(store)).toEqual(['a', 'half', 'delayed']);
      usedRatio = 0.89;
      await store.clean();
      await store.append(draft('b'));
      expect(store.failure).toBeUndefined();
      await store.close();
    });

    it('refuses from the first moment when the disk is full at the start', async () => {
      usedRatio = 0.95;
      const store = await open();
      await expect(store.append(draft('a'))).rejects.toThrow('the disk is 95 % full');
      await store.close();
    });

    it('takes a large disk with more than 10 GiB free for one with room', async () => {
      usedRatio = 0.95;
      freeBytes = 11 * 2 ** 30;
      const store = await open();
      await store.append(draft('a'));
      await store.close();
    });
  });

  it('asks the system how full the disk is', async () => {
    const store = await MessageStore.open({
      dataDir: dir(),
      segmentBytes: SEGMENT_BYTES,
      flush: 'SYNC_FLUSH',
      retention: { refuseAt: 0, enoughFreeBytes: Infinity },
    });
    await expect(store.append(draft('a'))).rejects.toThrow(/the disk is [\d.]+ % full/);
    await store.close();
  });

  it('forgets the messages of a topic that is dropped, after a restart too, and goes on with its numbers', async () => {
    const store = await open();
    await fill(store, 0, 5);
    await store.append(draft('other', { topic: 'other' }));
    await store.dropTopic('t');
    expect(texts(store)).toEqual([]);
    expect(store.findById('t', '3')).toEqual([]);
    expect(store.findByKey('t', 'key-3', 0, Infinity, 10)).toEqual([]);
    await store.append(draft('new'));
    await store.close();
    const again = await open();
    expect(texts(again)).toEqual(['new']);
    expect(again.queue('t', 0)).toMatchObject({ minOffset: 5, maxOffset: 6 });
    expect(texts(again, 0, 'other')).toEqual(['other']);
    await again.close();
  });
});
