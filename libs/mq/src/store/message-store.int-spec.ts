import * as fs from 'node:fs';
import { join } from 'node:path';
import { copyOfFiles, draft, texts } from '../../test/store-draft.js';
import { temporaryDir } from '../../test/temporary-dir.js';
import { MessageStore } from './message-store.js';
import { RecordKind } from './record.js';

const dir = temporaryDir();
const SOON_MS = 1000;

function open(changes: Partial<Parameters<typeof MessageStore.open>[0]> = {}): Promise<MessageStore> {
  return MessageStore.open({ dataDir: dir(), segmentBytes: 64 << 10, flush: 'SYNC_FLUSH', ...changes });
}

afterEach(() => fs.rmSync(`${dir()}-copy`, { recursive: true, force: true }));

describe('message store', () => {
  it('numbers the messages of each queue from 0 and keeps their order over a restart', async () => {
    const store = await open();
    const appended = await Promise.all(
      ['a', 'b', 'c', 'd'].map((text, i) => store.append(draft(text, { queueId: i % 2 }))),
    );
    expect(appended.map((record) => record.queueOffset)).toEqual([0, 0, 1, 1]);
    await store.close();
    const again = await open();
    expect([texts(again), texts(again, 1)]).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
    await again.close();
  });

  it('keeps everything over a clean stop under ASYNC_FLUSH', async () => {
    const store = await open({ flush: 'ASYNC_FLUSH', asyncFlushMs: 1 });
    for (let i = 0; i < 20; i++) await store.append(draft(String(i)));
    await store.close();
    const again = await open({ flush: 'ASYNC_FLUSH' });
    expect(texts(again)).toHaveLength(20);
    await again.close();
  });

  it('rebuilds everything from the log when it was killed before any checkpoint', async () => {
    const store = await open();
    for (let i = 0; i < 50; i++) await store.append(draft(String(i)));
    const copy = copyOfFiles(dir());
    await store.close();
    const again = await open({ dataDir: copy });
    expect(texts(again)).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
    expect(await again.append(draft('next'))).toMatchObject({ queueOffset: 50 });
    await again.close();
  });

  it('replays only what came after the checkpoint, and the queue is the same', async () => {
    const store = await open();
    for (let i = 0; i < 1500; i++) void store.append(draft(String(i)));
    await store.append(draft('1500'));
    await store.close();
    const second = await open();
    await second.append(draft('1501'));
    const copy = copyOfFiles(dir());
    await second.close();
    const third = await open({ dataDir: copy });
    expect(texts(third)).toEqual(Array.from({ length: 1502 }, (_, i) => String(i)));
    await third.close();
  });

  it('rebuilds ConsumeQueue files that were removed', async () => {
    const store = await open();
    for (let i = 0; i < 10; i++) await store.append(draft(String(i)));
    await store.close();
    fs.rmSync(join(dir(), 'consumequeue'), { recursive: true });
    const again = await open();
    expect(texts(again)).toHaveLength(10);
    await again.close();
  });

  it('refuses a checkpoint of an unknown version', async () => {
    await (await open()).close();
    fs.writeFileSync(join(dir(), 'checkpoint.json'), '{"formatVersion": 9}');
    await expect(open()).rejects.toThrow(/checkpoint.json has format version 9; this broker reads version 2/);
  });

  it.each(['killed', 'closed'])('keeps pending timers when it is %s, and drops those that fired', async (end) => {
    const store = await open();
    const dueMs = Date.now() + SOON_MS;
    for (const text of ['fired', 'pending'])
      await store.append(draft(text, { kind: RecordKind.DELAYED, deliverAtMs: dueMs }));
    const fired = store.takeDueTimer(dueMs);
    expect(fired?.payload.toString()).toBe('fired');
    await store.append({
      ...(fired as NonNullable<typeof fired>),
      kind: RecordKind.MESSAGE,
      sourceOffset: fired?.physicalOffset,
    });
    const copy = copyOfFiles(dir());
    await store.close();
    const again = await open({ dataDir: end === 'killed' ? copy : dir() });
    expect(again.delayedCountOf('t')).toBe(1);
    expect(texts(again)).toEqual(['fired']);
    expect(again.takeDueTimer(dueMs - 1)).toBeUndefined();
    expect(again.takeDueTimer(dueMs)?.payload.toString()).toBe('pending');
    expect(again.takeDueTimer(dueMs)).toBeUndefined();
    await again.close();
  });

  it('keeps a timer whose message was being stored when it was killed', async () => {
    const store = await open();
    await store.append(draft('x', { kind: RecordKind.DELAYED, deliverAtMs: 5 }));
    expect(store.takeDueTimer(10)).toBeDefined();
    await store.close();
    const again = await open();
    expect(again.takeDueTimer(10)?.payload.toString()).toBe('x');
    await again.close();
  });

  it('knows after a restart which half messages are still open', async () => {
    const store = await open();
    const halves = await Promise.all(
      ['committed', 'rolled back', 'open'].map((text) => store.append(draft(text, { kind: RecordKind.HALF }))),
    );
    const [committed, rolledBack, open_] = halves.map((half) => half.physicalOffset) as [number, number, number];
    await store.append(draft('committed', { sourceOffset: committed }));
    await store.append(draft('', { kind: RecordKind.ROLLBACK, sourceOffset: rolledBack }));
    const copy = copyOfFiles(dir());
    await store.close();
    for (const dataDir of [copy, dir()]) {
      const again = await open({ dataDir });
      expect([...again.halfMessages.keys()]).toEqual([open_]);
      expect(texts(again)).toEqual(['committed']);
      await again.close();
    }
  });
});
