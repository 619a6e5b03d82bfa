import * as fs from 'node:fs';
import { join } from 'node:path';
import type { FlushMode } from '../../src/store/commit-log.js';
import { MessageStore } from '../../src/store/message-store.js';
import { encodeRecord, RecordKind, recordBytesOf, type RecordDraft } from '../../src/store/record.js';
import { encodeNames } from '../../src/store/record-names.js';
import { StoreModel, type ModelRecord } from './store-model.js';

export const TOPICS = ['a', 'b'];
export const KEYS = ['k0', 'k1', 'k2'];
const QUEUES = 2;
const SEGMENT_BYTES = 4096;

export type Operation =
  | { name: 'append'; messages: NewMessage[] }
  | { name: 'endTransaction'; which: number; commit: boolean }
  | { name: 'fire'; upToMs: number; returned: boolean }
  | { name: 'recall'; which: number }
  | { name: 'clean' }
  | { name: 'checkpoint' }
  | { name: 'restart' }
  | { name: 'kill'; tornBytes: number; lost: string[] };

export interface NewMessage {
  kind: RecordKind.MESSAGE | RecordKind.DELAYED | RecordKind.HALF;
  topic: string;
  queueId: number;
  key: string;
  dueMs: number;
  bodyBytes: number;
}

/** A store and its model, which go through the same operations. */
export class StoreUnderTest {
  readonly model = new StoreModel();
  #store!: MessageStore;
  #sent = 0;
  #forceClean = false;
  #copies = 0;

  private constructor(
    private dir: string,
    private readonly flush: FlushMode,
  ) {}

  static async open(dir: string, flush: FlushMode): Promise<StoreUnderTest> {
    const test = new StoreUnderTest(join(dir, '0'), flush);
    await test.#open();
    return test;
  }

  async #open(): Promise<void> {
    this.#store = await MessageStore.open({
      dataDir: this.dir,
      segmentBytes: SEGMENT_BYTES,
      flush: this.flush,
      asyncFlushMs: 1,
      checkpointMs: 3_600_000,
      retention: {
        diskUsage: () => Promise.resolve({ usedRatio: this.#forceClean ? 0.86 : 0, freeBytes: 0 }),
      },
    });
  }

  async run(operation: Operation): Promise<void> {
    switch (operation.name) {
      case 'append':
        await Promise.all(operation.messages.map((message) => this.#append(message)));
        break;
      case 'endTransaction':
        await this.#endTransaction(operation.which, operation.commit);
        break;
      case 'fire':
        await this.#fire(operation.upToMs, operation.returned);
        break;
      case 'recall':
        await this.#recall(operation.which);
        break;
      case 'clean':
        await this.#clean();
        break;
      case 'checkpoint':
        await this.#store.checkpoint();
        break;
      case 'restart':
        await this.#store.close();
        await this.#open();
        this.check();
        break;
      case 'kill':
        await this.#kill(operation.tornBytes, operation.lost);
        this.check();
        break;
    }
  }

  async #append({ kind, topic, queueId, key, dueMs, bodyBytes }: NewMessage): Promise<void> {
    const text = `${this.#sent++}`;
    await this.#record(
      {
        kind,
        messageType: 1,
        topic,
        queueId,
        deliverAtMs: kind === RecordKind.DELAYED ? dueMs : 0,
        names: encodeNames(text, [key]),
        payload: Buffer.from(text),
        systemProperties: Buffer.alloc(bodyBytes, text),
      },
      key,
    );
  }

  async #record(draft: RecordDraft, key: string): Promise<void> {
    const { physicalOffset, queueOffset } = await this.#store.append(draft);
    const { kind, topic, queueId, deliverAtMs = 0 } = draft;
    const text = Buffer.from(draft.payload).toString();
    const record: ModelRecord = { kind, topic, queueId, text, key, dueMs: deliverAtMs, physicalOffset, queueOffset };
    this.model.add(record, draft.sourceOffset);
  }

  async #endTransaction(which: number, commit: boolean): Promise<void> {
    const open = this.model.halfMessages();
    const half = open[which % open.length];
    if (!half) return;
    expect(this.#store.takeHalf(half.physicalOffset)).toBe(true);
    expect(this.#store.takeHalf(half.physicalOffset)).toBe(false);
    const stored = this.#store.find(half.physicalOffset);
    const kind = commit ? RecordKind.MESSAGE : RecordKind.ROLLBACK;
    await this.#record({ ...(stored as RecordDraft), kind, sourceOffset: half.physicalOffset }, half.key);
  }

  async #fire(upToMs: number, returned: boolean): Promise<void> {
    let lastDueMs = 0;
    for (let due = this.#store.takeDueTimer(upToMs); due; due = this.#store.takeDueTimer(upToMs)) {
      expect(due.deliverAtMs).toBeGreaterThanOrEqual(lastDueMs);
      lastDueMs = due.deliverAtMs;
      const expected = this.model.timers().find(({ physicalOffset }) => physicalOffset === due.physicalOffset);
      expect(expected?.text).toBe(due.payload.toString());
      if (returned) {
        this.#store.returnTimer(due.physicalOffset, due.deliverAtMs);
        return;
      }
      await this.#record({ ...due, kind: RecordKind.MESSAGE, sourceOffset: due.physicalOffset }, expected?.key ?? '');
    }
    expect(this.model.timers().filter(({ dueMs }) => dueMs <= upToMs)).toEqual([]);
  }

  async #recall(which: number): Promise<void> {
    const timers = this.model.timers();
    const timer = timers[which % timers.length];
    if (!timer) return;
    const delayed = this.#store.find(timer.physicalOffset);
    expect(await this.#store.recall(delayed as NonNullable<typeof delayed>)).toBe(true);
    expect(await this.#store.recall(delayed as NonNullable<typeof delayed>)).toBe(false);
    this.model.add({ ...timer, kind: RecordKind.ROLLBACK, physicalOffset: 0 }, timer.physicalOffset);
  }

  async #clean(): Promise<void> {
    this.#forceClean = true;
    await this.#store.clean();
    this.#forceClean = false;
    const segments = this.#segments();
    this.model.minOffset = segments[0] as number;
    expect(this.model.oldestPending()).toBeGreaterThanOrEqual(this.model.minOffset);
    // It stopped where something is pending, or at the segment that is written.
    if (segments.length > 1) expect(this.model.oldestPending()).toBeLessThan(this.model.minOffset + SEGMENT_BYTES);
  }

  #segments(): number[] {
    return fs
      .readdirSync(join(this.dir, 'commitlog'))
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Goes on with the files as kill -9 would leave them, with the start of a next record and without some derived files. */
  async #kill(tornBytes: number, lost: readonly string[]): Promise<void> {
    const killed = this.dir;
    const copy = join(killed, '..', String(++this.#copies));
    fs.cpSync(killed, copy, { recursive: true });
    await this.#store.close();
    fs.rmSync(killed, { recursive: true });
    this.dir = copy;
    for (const name of fs.readdirSync(copy)) {
      if (lost.some((prefix) => name.startsWith(prefix))) fs.rmSync(join(copy, name), { recursive: true });
    }
    this.#tear(tornBytes);
    await this.#open();
  }

  #tear(tornBytes: number): void {
    const base = this.#segments().at(-1) as number;
    const path = join(this.dir, 'commitlog', String(base).padStart(20, '0'));
    const file = fs.readFileSync(path);
    let end = 32;
    for (let bytes = file.readUInt32LE(end); bytes > 0 && bytes < 0xffff_ffff; bytes = file.readUInt32LE(end))
      end += bytes;
    if (file.readUInt32LE(end) > 0) return;
    const draft: RecordDraft = {
      kind: RecordKind.MESSAGE,
      messageType: 1,
      topic: 'a',
      queueId: 0,
      payload: Buffer.from('torn'),
      systemProperties: Buffer.alloc(0),
    };
    const torn = Buffer.alloc(recordBytesOf(draft));
    encodeRecord(torn, 0, draft, {
      physicalOffset: base + end,
      queueOffset: 0,
      storeTimestampMs: 1,
      flushedBefore: true,
    });
    if (end + torn.length + 4 > file.length) return;
    torn.copy(file, end, 0, Math.min(tornBytes, torn.length - 1));
    fs.writeFileSync(path, file);
  }

  /** Everything that the store says must be what the model says. */
  check(): void {
    const store = this.#store;
    for (const topic of TOPICS) {
      for (let queueId = 0; queueId < QUEUES; queueId++) {
        const queue = store.queue(topic, queueId);
        const { minOffset, maxOffset } = queue;
        const texts = Array.from({ length: maxOffset - minOffset }, (_, i) => {
          const entry = queue.entry(minOffset + i);
          const record = entry && store.read(entry);
          expect(record?.queueOffset).toBe(minOffset + i);
          return record?.payload.toString();
        });
        const expected = this.model.queue(topic, queueId);
        expect({ minOffset, maxOffset, texts }).toEqual(expected);
      }
      for (const key of KEYS) {
        const found = store.findByKey(topic, key, 0, Infinity, 1000);
        expect(found.map(({ payload }) => payload.toString())).toEqual(this.model.withKey(topic, key));
      }
      expect(store.delayedCountOf(topic)).toBe(this.model.timers(topic).length);
    }
    const offsets: number[] = [];
    store.timers.forEach((_dueMs, offset) => offsets.push(offset));
    const ascending = (a: number, b: number) => a - b;
    expect(offsets.sort(ascending)).toEqual(
      this.model
        .timers()
        .map(({ physicalOffset }) => physicalOffset)
        .sort(ascending),
    );
    expect([...store.halfMessages.keys()].sort(ascending)).toEqual(
      this.model.halfMessages().map(({ physicalOffset }) => physicalOffset),
    );
  }

  async close(): Promise<void> {
    await this.#store.close();
  }
}
