import * as fs from 'node:fs';
import { join } from 'node:path';
import { EMPTY_CHECKPOINT, loadCheckpoint, saveCheckpoint, type Checkpoint } from './checkpoint.js';
import { CommitLog, type AppendedRecord, type FlushMode } from './commit-log.js';
import { ConsumeQueue, type QueueEntry } from './consume-queue.js';
import { RecordKind, type RecordDraft, type StoredRecord } from './record.js';
import { stringHash } from './string-hash.js';
import { TimerHeap } from './timer-heap.js';

export interface MessageStoreOptions {
  dataDir: string;
  segmentBytes: number;
  flush: FlushMode;
  asyncFlushMs?: number;
  maxWaitingBytes?: number;
  /** Longest time between two checkpoints while messages arrive, ms. */
  checkpointMs?: number;
  /** Called after a checkpoint could not be written; the log then has more to replay at the next start. */
  onCheckpointError?: (error: unknown) => void;
}

/**
 * The messages on disk: CommitLog, the ConsumeQueues and the pending timers and half messages derived from it.
 *
 *   <dataDir>/commitlog/<offset>                     the log, the only truth
 *   <dataDir>/consumequeue/<topic>/<queueId>/<pos>   order of each queue
 *   <dataDir>/checkpoint.json, timers-<offset>       how far the derived files reach
 */
export class MessageStore {
  #log!: CommitLog;
  #queues = new Map<string, ConsumeQueue[]>();
  /** DELAYED records by delivery time. One that was taken out stays in #firing until its MESSAGE or ROLLBACK is stored. */
  timers = new TimerHeap();
  #firing = new Map<number, number>();
  readonly #delayedByTopic = new Map<string, number>();
  /** HALF records that wait for commit or rollback, with the time they were stored (ms). */
  readonly halfMessages = new Map<number, number>();
  /** Half messages whose commit or rollback is being written. */
  readonly #settling = new Set<number>();
  #listeners: ((records: readonly AppendedRecord[]) => void)[] = [];
  #checkpointTimer: NodeJS.Timeout | undefined;
  #checkpointed = 0;
  #checkpointing: Promise<void> | undefined;

  private constructor(private readonly options: MessageStoreOptions) {}

  static async open(options: MessageStoreOptions): Promise<MessageStore> {
    const store = new MessageStore(options);
    await store.#open();
    return store;
  }

  async #open(): Promise<void> {
    const { options } = this;
    fs.mkdirSync(options.dataDir, { recursive: true });
    const checkpoint = this.#loadQueues(loadCheckpoint(options.dataDir));
    const settled = new Set<number>();
    this.#log = await CommitLog.open(
      {
        dir: join(options.dataDir, 'commitlog'),
        segmentBytes: options.segmentBytes,
        flush: options.flush,
        asyncFlushMs: options.asyncFlushMs ?? 500,
        maxWaitingBytes: options.maxWaitingBytes ?? 64 << 20,
      },
      {
        reserveQueueOffset: (draft) =>
          draft.kind === RecordKind.MESSAGE ? this.#queue(draft.topic, draft.queueId).reservedOffset++ : 0,
        releaseQueueOffsets: () => this.#releaseQueueOffsets(),
        dispatch: (records) => this.#dispatch(records),
      },
      checkpoint.physicalOffset,
      (record) => this.#replay(record, settled),
    );
    for (let i = 0; i < checkpoint.timers.length; i += 2) {
      this.timers.push(checkpoint.timers[i] as number, checkpoint.timers[i + 1] as number);
    }
    this.#dropSettledTimers(settled);
    for (const [topic, count] of Object.entries(checkpoint.delayedByTopic)) {
      this.#delayedByTopic.set(topic, count + this.delayedCountOf(topic));
    }
    for (const offset of checkpoint.halfMessages) {
      if (!settled.has(offset)) this.halfMessages.set(offset, this.#log.find(offset)?.storeTimestampMs ?? 0);
    }
    this.#checkpointed = checkpoint.physicalOffset;
    this.#checkpointTimer = setInterval(() => void this.#checkpointLater(), options.checkpointMs ?? 10_000).unref();
  }

  /** Missing ConsumeQueue files void the checkpoint: everything is then rebuilt from the log. */
  #loadQueues(checkpoint: Checkpoint): Checkpoint {
    for (const [topic, lengths] of Object.entries(checkpoint.queueLengths)) {
      for (const [queueId, length] of lengths.entries()) {
        if (this.#queue(topic, queueId, length).storedEntries() >= length) continue;
        for (const queue of [...this.#queues.values()].flat()) queue.close();
        this.#queues.clear();
        return EMPTY_CHECKPOINT;
      }
    }
    return checkpoint;
  }

  /** A timer is settled when a later record carries its offset as source. */
  #dropSettledTimers(settled: Set<number>): void {
    if (settled.size === 0) return;
    const pending = new TimerHeap();
    this.timers.forEach((dueMs, offset) => {
      if (!settled.has(offset)) pending.push(dueMs, offset);
    });
    this.timers = pending;
  }

  #replay(record: StoredRecord, settled: Set<number>): void {
    if (record.kind === RecordKind.MESSAGE) {
      const queue = this.#queue(record.topic, record.queueId);
      if (record.queueOffset === queue.maxOffset) queue.append(entryOf(record, record));
    }
    if (record.kind === RecordKind.DELAYED) this.timers.push(record.deliverAtMs, record.physicalOffset);
    this.#countDelayed(record);
    if (record.kind === RecordKind.HALF) this.halfMessages.set(record.physicalOffset, record.storeTimestampMs);
    if (record.sourceOffset > 0) {
      settled.add(record.sourceOffset);
      this.halfMessages.delete(record.sourceOffset);
    }
  }

  #dispatch(records: readonly AppendedRecord[]): void {
    for (const record of records) {
      const { draft } = record;
      if (draft.kind === RecordKind.MESSAGE) this.#queue(draft.topic, draft.queueId).append(entryOf(draft, record));
      if (draft.kind === RecordKind.DELAYED) this.timers.push(draft.deliverAtMs ?? 0, record.physicalOffset);
      this.#countDelayed(draft);
      if (draft.kind === RecordKind.HALF) this.halfMessages.set(record.physicalOffset, record.storeTimestampMs);
      if (draft.sourceOffset) {
        this.#firing.delete(draft.sourceOffset);
        this.halfMessages.delete(draft.sourceOffset);
        this.#settling.delete(draft.sourceOffset);
      }
    }
    for (const listener of this.#listeners) listener(records);
  }

  #countDelayed({ kind, topic, deliverAtMs, sourceOffset }: RecordDraft): void {
    const pending = this.#delayedByTopic.get(topic) ?? 0;
    if (kind === RecordKind.DELAYED) this.#delayedByTopic.set(topic, pending + 1);
    else if (deliverAtMs && sourceOffset) this.#delayedByTopic.set(topic, pending - 1);
  }

  #releaseQueueOffsets(): void {
    for (const queues of this.#queues.values()) {
      for (const queue of queues) queue.reservedOffset = queue.maxOffset;
    }
  }

  #queue(topic: string, queueId: number, length = 0): ConsumeQueue {
    let queues = this.#queues.get(topic);
    if (!queues) this.#queues.set(topic, (queues = []));
    for (let id = queues.length; id <= queueId; id++) {
      queues.push(
        new ConsumeQueue(join(this.options.dataDir, 'consumequeue', topic, String(id)), id === queueId ? length : 0),
      );
    }
    return queues[queueId] as ConsumeQueue;
  }

  /** Called after each group commit, before its producers get their answers. */
  onAppended(listener: (records: readonly AppendedRecord[]) => void): void {
    this.#listeners.push(listener);
  }

  append(draft: RecordDraft): Promise<AppendedRecord> {
    return this.#log.append(draft);
  }

  queue(topic: string, queueId: number): ConsumeQueue {
    return this.#queue(topic, queueId);
  }

  /** Number of messages that ever became visible in the topic. */
  messageCount(topic: string): number {
    return (this.#queues.get(topic) ?? []).reduce((sum, queue) => sum + queue.maxOffset - queue.minOffset, 0);
  }

  read(entry: Pick<QueueEntry, 'physicalOffset' | 'recordBytes'>): StoredRecord {
    return this.#log.read(entry.physicalOffset, entry.recordBytes);
  }

  /** The record at a physical offset that came from outside, undefined when none starts there. */
  find(physicalOffset: number): StoredRecord | undefined {
    return this.#log.find(physicalOffset);
  }

  /** Takes the earliest pending timer that is due; give it back with returnTimer when its message could not be stored. */
  takeDueTimer(nowMs: number): StoredRecord | undefined {
    if (this.timers.nextDueMs > nowMs) return undefined;
    const dueMs = this.timers.nextDueMs;
    const offset = this.timers.pop() as number;
    this.#firing.set(offset, dueMs);
    const record = this.#log.find(offset);
    if (!record) this.#firing.delete(offset);
    return record;
  }

  returnTimer(physicalOffset: number, dueMs: number): void {
    this.#firing.delete(physicalOffset);
    this.timers.push(dueMs, physicalOffset);
  }

  /** Claims a pending half message, so that it is settled once; false when it is settled or claimed already. */
  takeHalf(physicalOffset: number): boolean {
    if (!this.halfMessages.has(physicalOffset) || this.#settling.has(physicalOffset)) return false;
    this.#settling.add(physicalOffset);
    return true;
  }

  returnHalf(half: StoredRecord): void {
    this.#settling.delete(half.physicalOffset);
  }

  /**
   * Takes a DELAYED record back before its time. False when it has fired or is recalled already. Rejects with a store
   * error, and the message is then delivered as planned.
   */
  async recall(delayed: StoredRecord): Promise<boolean> {
    const offset = delayed.physicalOffset;
    if (this.timers.remove(offset) === undefined) return false;
    this.#firing.set(offset, delayed.deliverAtMs);
    try {
      await this.append({ ...delayed, ...NO_CONTENT, kind: RecordKind.ROLLBACK, sourceOffset: offset });
    } catch (error) {
      this.returnTimer(offset, delayed.deliverAtMs);
      throw error;
    }
    return true;
  }

  get delayedCount(): number {
    return this.timers.size + this.#firing.size;
  }

  /** Pending delay messages of one topic. */
  delayedCountOf(topic: string): number {
    return this.#delayedByTopic.get(topic) ?? 0;
  }

  /** Why the store takes no messages any more, undefined while it does. */
  get failure(): Error | undefined {
    return this.#log.failure;
  }

  get maxRecordBytes(): number {
    return this.#log.maxRecordBytes;
  }

  async #checkpointLater(): Promise<void> {
    if (this.#checkpointing || this.#log.endOffset === this.#checkpointed) return;
    this.#checkpointing = this.#checkpoint();
    try {
      await this.#checkpointing;
    } catch (error) {
      this.options.onCheckpointError?.(error);
    } finally {
      this.#checkpointing = undefined;
    }
  }

  async #checkpoint(): Promise<void> {
    const checkpoint = this.#snapshot();
    await this.#log.flush();
    for (const queues of this.#queues.values()) {
      for (const queue of queues) await queue.flush();
    }
    saveCheckpoint(this.options.dataDir, checkpoint);
    this.#checkpointed = checkpoint.physicalOffset;
  }

  /** Consistent because dispatch runs in the same turn as the log's end moves on. */
  #snapshot(): Checkpoint {
    const timers = new Float64Array(2 * this.delayedCount);
    let at = 0;
    const add = (dueMs: number, offset: number) => {
      timers[at++] = dueMs;
      timers[at++] = offset;
    };
    this.timers.forEach(add);
    this.#firing.forEach((dueMs, offset) => add(dueMs, offset));
    return {
      physicalOffset: this.#log.endOffset,
      queueLengths: Object.fromEntries(
        [...this.#queues].map(([topic, queues]) => [topic, queues.map((queue) => queue.maxOffset)]),
      ),
      timers,
      delayedByTopic: Object.fromEntries(this.#delayedByTopic),
      halfMessages: [...this.halfMessages.keys()],
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#checkpointTimer);
    await this.#log.close();
    if (this.#checkpointing) await Promise.allSettled([this.#checkpointing]);
    if (!this.#log.failure && this.#log.endOffset !== this.#checkpointed) await this.#checkpoint();
    for (const queues of this.#queues.values()) {
      for (const queue of queues) queue.close();
    }
  }
}

const NO_CONTENT = { payload: new Uint8Array(), systemProperties: new Uint8Array() };

function entryOf(
  message: { tag?: string; messageGroup?: string },
  place: { physicalOffset: number; recordBytes: number },
): QueueEntry {
  return {
    physicalOffset: place.physicalOffset,
    recordBytes: place.recordBytes,
    tagHash: message.tag ? stringHash(message.tag) : 0,
    messageGroupHash: message.messageGroup ? stringHash(message.messageGroup) : 0,
  };
}
