import * as fs from 'node:fs';
import { join } from 'node:path';
import { copyOfFiles, draft, named, texts } from '../../test/store-draft.js';
import { temporaryDir } from '../../test/temporary-dir.js';
import { ENTRY_BYTES } from './consume-queue.js';
import { MessageStore } from './message-store.js';
import { encodeRecord, RecordKind, recordBytesOf } from './record.js';

const dir = temporaryDir();
let damaged: string[];
beforeEach(() => (damaged = []));
afterEach(() => fs.rmSync(`${dir()}-copy`, { recursive: true, force: true }));

function open(dataDir = dir()): Promise<MessageStore> {
  const onDamage = (path: string) => damaged.push(path);
  return MessageStore.open({ dataDir, segmentBytes: 512 << 10, flush: 'ASYNC_FLUSH', onDamage });
}

const queueFile = () => join(dir(), 'consumequeue', 't', '0', '0'.repeat(20));
const logFile = (dataDir = dir()) => join(dataDir, 'commitlog', '0'.repeat(20));

function flip(path: string, at: number, bit = 0): void {
  const bytes = fs.readFileSync(path);
  bytes[at] = (bytes[at] as number) ^ (1 << bit);
  fs.writeFileSync(path, bytes);
}

async function fill(count: number): Promise<void> {
  const store = await open();
  const sends = Array.from({ length: count }, (_, i) =>
    store.append(draft(String(i), { tag: `tag${i % 3}`, messageGroup: `g${i % 5}` })),
  );
  await Promise.all(sends);
  await store.append(draft('later', { kind: RecordKind.DELAYED, deliverAtMs: 1e15 }));
  await store.close();
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i));

describe('a damaged ConsumeQueue is built again from the log', () => {
  it('whichever field of an entry differs', async () => {
    await fill(10);
    const clean = fs.readFileSync(queueFile());
    for (let bit = 0; bit < 8 * ENTRY_BYTES; bit += 5) {
      flip(queueFile(), 4 * ENTRY_BYTES + (bit >> 3), bit & 7);
      const store = await open();
      expect(texts(store)).toEqual(numbers(10));
      await store.checkpoint();
      await store.close();
      expect(fs.readFileSync(queueFile()).equals(clean)).toBe(true);
    }
    expect(damaged).toHaveLength(Math.ceil((8 * ENTRY_BYTES) / 5));
  });

  it.each([
    ['the first entries are zero', (file: Buffer) => file.fill(0, 0, 500 * ENTRY_BYTES)],
    ['the last entries are zero', (file: Buffer) => file.fill(0, 2000 * ENTRY_BYTES)],
    ['all entries are zero', (file: Buffer) => file.fill(0)],
    [
      'two entries changed places',
      (file: Buffer) => {
        const third = Buffer.from(file.subarray(3 * ENTRY_BYTES, 4 * ENTRY_BYTES));
        file.copy(file, 3 * ENTRY_BYTES, 7 * ENTRY_BYTES, 8 * ENTRY_BYTES);
        third.copy(file, 7 * ENTRY_BYTES);
      },
    ],
  ])('when %s', async (_what, damage) => {
    await fill(2500);
    const file = fs.readFileSync(queueFile());
    damage(file);
    fs.writeFileSync(queueFile(), file);
    const store = await open();
    expect(texts(store)).toEqual(numbers(2500));
    await store.close();
    expect(damaged).toContain(join(dir(), 'consumequeue', 't', '0'));
  });

  it('when it is shorter than the checkpoint says', async () => {
    await fill(2500);
    fs.truncateSync(queueFile(), 1000);
    const store = await open();
    expect(texts(store)).toEqual(numbers(2500));
    expect(store.delayedCountOf('t')).toBe(1);
    await store.close();
  });
});

describe('a damaged checkpoint is passed over, and everything is built from the log', () => {
  it.each(['checkpoint.json', 'timers'])('wherever %s differs', async (name) => {
    await fill(10);
    const path = join(dir(), fs.readdirSync(dir()).find((file) => file.startsWith(name)) as string);
    const clean = fs.readFileSync(path);
    const version = clean.indexOf(':2,') + 1;
    for (let at = 0; at < clean.length; at += 5) {
      // Another number at the version's place is another version.
      if (name === 'checkpoint.json' && at === version) continue;
      damaged = [];
      fs.writeFileSync(path, clean);
      flip(path, at, 4);
      const store = await open();
      expect(texts(store)).toEqual(numbers(10));
      expect(store.timers.size).toBe(1);
      await store.close();
      expect(damaged).toEqual([path]);
    }
  });

  it('also when its timers file is missing', async () => {
    await fill(10);
    for (const name of fs.readdirSync(dir())) if (name.startsWith('timers-')) fs.rmSync(join(dir(), name));
    const store = await open();
    expect(store.timers.size).toBe(1);
    expect(texts(store)).toEqual(numbers(10));
    await store.close();
  });
});

describe('a damaged log', () => {
  it('does not start when it ends before the checkpoint: that was on disk', async () => {
    await fill(10);
    const end = fs.readFileSync(logFile()).lastIndexOf('later');
    flip(logFile(), end);
    await expect(open()).rejects.toThrow(
      /is damaged: no intact record at offset \d+, though everything before \d+ was/,
    );
  });

  it('loses no other message by a flipped bit, and says that the message is unreadable', async () => {
    await fill(10);
    flip(logFile(), fs.readFileSync(logFile()).indexOf('g3') + 3);
    const store = await open();
    const queue = store.queue('t', 0);
    const readable = numbers(10).filter((_, offset) => {
      const entry = queue.entry(offset) as NonNullable<ReturnType<typeof queue.entry>>;
      if (offset === 3) expect(() => store.read(entry)).toThrow(/is damaged: no intact record at offset/);
      return offset !== 3 && store.read(entry).payload.toString() === String(offset);
    });
    expect(readable).toHaveLength(9);
    await store.close();
  });

  it('gives the entries of its readable messages when the queue is damaged as well', async () => {
    await fill(10);
    flip(logFile(), fs.readFileSync(logFile()).indexOf('g3') + 3);
    flip(queueFile(), 3 * ENTRY_BYTES);
    const store = await open();
    const queue = store.queue('t', 0);
    expect(store.read(queue.entry(2) as NonNullable<ReturnType<typeof queue.entry>>).payload.toString()).toBe('2');
    expect(() => store.read(queue.entry(3) as NonNullable<ReturnType<typeof queue.entry>>)).toThrow(/is damaged/);
    await store.close();
  });

  it('is cut wherever a crash tore its last record of whatever kind, and takes new messages there', async () => {
    const kinds = [
      named('torn', ['k'], { tag: 'x' }),
      draft('torn', { kind: RecordKind.DELAYED, deliverAtMs: 1e15 }),
      draft('torn', { kind: RecordKind.HALF }),
      draft('', { kind: RecordKind.ROLLBACK, sourceOffset: 32 }),
    ];
    const store = await open();
    const half = await store.append(draft('half', { kind: RecordKind.HALF }));
    expect(half.physicalOffset).toBe(32);
    const { physicalOffset, recordBytes } = await store.append(draft('kept'));
    const copy = copyOfFiles(dir());
    await store.close();
    const clean = fs.readFileSync(logFile(copy)).subarray(0, physicalOffset + recordBytes + 400);
    for (const torn of kinds) {
      const bytes = Buffer.alloc(recordBytesOf(torn));
      const place = { physicalOffset: physicalOffset + recordBytes, queueOffset: 1, storeTimestampMs: 1 };
      encodeRecord(bytes, 0, torn, { ...place, flushedBefore: true });
      for (let written = 1; written < bytes.length; written += 11) {
        const fd = fs.openSync(logFile(copy), 'r+');
        fs.writeSync(fd, clean, 0, clean.length, 0);
        fs.writeSync(fd, bytes, 0, written, place.physicalOffset);
        fs.closeSync(fd);
        for (const derived of ['checkpoint.json', 'index', 'consumequeue'])
          fs.rmSync(join(copy, derived), { recursive: true, force: true });
        const again = await open(copy);
        expect(texts(again)).toEqual(['kept']);
        expect([...again.halfMessages.keys()]).toEqual([32]);
        expect(again.timers.size).toBe(0);
        expect((await again.append(draft('new'))).physicalOffset).toBe(place.physicalOffset);
        await again.close();
      }
    }
  });
});
