import * as fs from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { copyOfFiles, draft, named } from '../../test/store-draft.js';
import { temporaryDir } from '../../test/temporary-dir.js';
import { until } from '../../test/until.js';
import { MessageStore } from './message-store.js';
import { RecordKind, type StoredRecord } from './record.js';

const dir = temporaryDir();
let damaged: string[];
beforeEach(() => (damaged = []));
afterEach(() => fs.rmSync(`${dir()}-copy`, { recursive: true, force: true }));

function open(dataDir = dir()): Promise<MessageStore> {
  const onDamage = (path: string) => damaged.push(path);
  return MessageStore.open({ dataDir, segmentBytes: 256 << 10, flush: 'ASYNC_FLUSH', onDamage });
}

const ids = (records: StoredRecord[]) => records.map((record) => record.payload.toString());
const byKey = (store: MessageStore, key: string, limit = 100, topic = 't') =>
  ids(store.findByKey(topic, key, 0, Infinity, limit));
const byId = (store: MessageStore, id: string, topic = 't') => ids(store.findById(topic, id));

/** Fills several index files: every message has a key of its own and shares one with each hundredth. */
async function fill(store: MessageStore, from: number, to: number): Promise<void> {
  const sends = [];
  for (let i = from; i < to; i++) sends.push(store.append(named(`m${i}`, [`own-${i}`, `shared-${i % 100}`])));
  await Promise.all(sends);
}

function expectComplete(store: MessageStore, count: number): void {
  for (let i = 0; i < count; i += 997) {
    expect(byId(store, `m${i}`)).toEqual([`m${i}`]);
    expect(byKey(store, `own-${i}`)).toEqual([`m${i}`]);
  }
  expect(byKey(store, 'shared-5', 100_000)).toHaveLength(Math.ceil((count - 5) / 100));
}

const indexFiles = (dataDir = dir()) => fs.readdirSync(join(dataDir, 'index')).sort();

function flip(path: string, at: number): void {
  const bytes = fs.readFileSync(path);
  bytes[at] = (bytes[at] as number) ^ 1;
  fs.writeFileSync(path, bytes);
}

describe('message index', () => {
  it('finds messages by id and by key in their topic, newest first', async () => {
    const store = await open();
    await store.append(named('a', ['order-1', 'user-7']));
    await store.append(named('b', ['order-2', 'user-7']));
    await store.append(named('c', ['user-7'], { topic: 'other' }));
    await store.append(named('a', ['again']));
    expect(byKey(store, 'user-7')).toEqual(['b', 'a']);
    expect(byKey(store, 'user-7', 1)).toEqual(['b']);
    expect(byKey(store, 'user-7', 100, 'other')).toEqual(['c']);
    expect(byKey(store, 'order')).toEqual([]);
    expect(byId(store, 'a')).toEqual(['a', 'a']);
    expect(byId(store, 'order-1')).toEqual([]);
    await store.close();
  });

  it('finds only what is visible', async () => {
    const store = await open();
    const half = await store.append(named('half', ['k'], { kind: RecordKind.HALF }));
    await store.append(named('later', ['k'], { kind: RecordKind.DELAYED, deliverAtMs: 1e15 }));
    await store.append(draft('no names'));
    expect(byKey(store, 'k')).toEqual([]);
    await store.append(named('half', ['k'], { sourceOffset: half.physicalOffset }));
    expect(byKey(store, 'k')).toEqual(['half']);
    await store.close();
  });

  it('finds the messages of a time', async () => {
    const store = await open();
    const times = [];
    for (const text of ['a', 'b', 'c']) {
      const { storeTimestampMs } = await store.append(named(text, ['k']));
      times.push(storeTimestampMs);
      await until('the next millisecond', () => Date.now() > storeTimestampMs);
    }
    const [first, second, third] = times as [number, number, number];
    expect(ids(store.findByKey('t', 'k', second, third, 10))).toEqual(['c', 'b']);
    expect(ids(store.findByKey('t', 'k', 0, first, 10))).toEqual(['a']);
    expect(store.offsetAtTime('t', 0, 0)).toBe(0);
    expect(store.offsetAtTime('t', 0, second)).toBe(1);
    expect(store.offsetAtTime('t', 0, second + 1)).toBe(2);
    expect(store.offsetAtTime('t', 0, third + 1)).toBe(3);
    await store.close();
  });

  it('finds everything after a clean stop and after kill -9, whether or not it was on disk', async () => {
    const store = await open();
    await fill(store, 0, 30_000);
    expectComplete(store, 30_000);
    await store.checkpoint();
    await fill(store, 30_000, 50_000);
    expectComplete(store, 50_000);
    const killed = copyOfFiles(dir());
    await store.close();
    expect(indexFiles().length).toBeGreaterThan(2);
    for (const dataDir of [dir(), killed]) {
      const again = await open(dataDir);
      expectComplete(again, 50_000);
      await fill(again, 50_000, 50_100);
      expectComplete(again, 50_100);
      await again.close();
    }
    expect(damaged).toEqual([]);
  });

  it('builds files again that are lost, or damaged in the header or the body', async () => {
    const store = await open();
    await fill(store, 0, 50_000);
    await store.close();
    const [first, second, last] = indexFiles() as [string, string, string];
    const path = (name: string) => join(dir(), 'index', name);
    const original = indexFiles().map((name) => crc32(fs.readFileSync(path(name))));
    const accidents = [
      () => fs.rmSync(path(first)),
      () => fs.rmSync(path(last)),
      () => fs.rmSync(path(''), { recursive: true }),
      () => fs.truncateSync(path(second), 1000),
      ...[0, 12, 17, 25, 63, 70, 100_000].flatMap((at) => [() => flip(path(second), at), () => flip(path(last), at)]),
    ];
    for (const accident of accidents) {
      accident();
      const again = await open();
      expectComplete(again, 50_000);
      await again.checkpoint();
      await again.close();
      expect(indexFiles().map((name) => crc32(fs.readFileSync(path(name))))).toEqual(original);
    }
    expect(damaged).toContain(path(second));
  });

  it('refuses files of a version that it does not know', async () => {
    await (await open()).close();
    const store = await open();
    await fill(store, 0, 10);
    await store.close();
    const path = join(dir(), 'index', indexFiles()[0] as string);
    const bytes = fs.readFileSync(path);
    bytes.writeUInt32LE(9, 8);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
    fs.writeFileSync(path, bytes);
    await expect(open()).rejects.toThrow(/has format version 9; this broker reads version 1/);
  });
});
