import * as fs from 'node:fs';
import { join } from 'node:path';
import { EMPTY_CHECKPOINT, loadCheckpoint, type Checkpoint } from './checkpoint.js';
import { Checkpoints } from './checkpoints.js';
import { CommitLog, type AppendedRecord, type FlushMode } from './commit-log.js';
import type { ConsumeQueue, QueueEntry } from './consume-queue.js';
import { MessageIndex } from './message-index.js';
import { findById, findByKey, offsetAtTime } from './message-search.js';
import { PendingMessages } from './pending-messages.js';
import { RecordKind, type RecordDraft, type StoredRecord } from './record.js';
import { Retention, type RetentionOptions } from './retention.js';
import { StoreDamagedError } from './store-errors.js';
import type { TimerHeap } from './timer-heap.js';
import { TopicQueues } from './topic-queues.js';

export interface MessageStoreOptions {
  dataDir: string;
  segmentBytes: number;
  flush: FlushMode;
  asyncFlushMs?: number;
  maxWaitingBytes?: number;
  /** Longest time between two checkpoints while messages arrive, ms. */
  checkpointMs?: number;
  retention?: RetentionOptions;
  /** Called after a checkpoint could not be written; the log then has more to replay at the next start. */
  onCheckpointError?: (error: unknown) => void;
  /** Called when old messages could not be removed; it is tried again. */
  onRetentionError?: (error: unknown) => void;
  /** Called when a file that is derived from the log was damaged or lost, and is built again. */
  onDamage?: (path: string) => void;
}

const CHECKPOINT_MS = 10_000;
const RETENTION_CHECK_MS = 10_000;

/**
 * The messages on disk: CommitLog, and the ConsumeQueues, index, pending timers and half messages derived from it.
 *
 *   <dataDir>/commitlog/<offset>                     the log, the only truth
 *   <dataDir>/consumequeue/<topic>/<queueId>/<pos>   order of each queue
 *   <dataDir>/index/<offset>                         message id and key to message
 *   <dataDir>/checkpoint.json, timers-<offset>       how far the derived files reach
 */
export class MessageStore {
  #log!: CommitLog;
  #index!: MessageIndex;
  readonly #queues: TopicQueues;
  readonly #pending = new PendingMessages();
  readonly #retention: Retention;
  #listeners: ((records: readonly AppendedRecord[]) => void)[] = [];
  #checkpoints!: Checkpoints;
  #retentionTimer: NodeJS.Timeout | undefined;
  #cleaning: Promise<void> | undefined;
  /** The newest record that the derived files know, and its end. */
  #lastRecordOffset = 0;
  #derivedTo = 0;

  private constructor(private readonly options: MessageStoreOptions) {
    const { dataDir } = options;
    this.#queues = new TopicQueues(
      join(dataDir, 'consumequeue'),
      (from, visit) => this.#log.scan(from, Infinity, visit),
      (path) => this.#onDamage(path),
    );
    this.#retention = new Retention(dataDir, options.retention ?? {}, {
      oldestClosed: () => this.#log.oldestClosed(),
      oldestPendingOffset: () => this.#pending.oldestOffset(),
      topicsBefore: (offset) => this.#queues.topicsBefore(offset),
      dropOldest: () => this.#dropOldest(),
    });
  }

  /** Rejects with UnknownFormatError or StoreDamagedError when the files cannot be used. */
  static async open(options: MessageStoreOptions): Promise<MessageStore> {
    const store = new MessageStore(options);
    await store.#open();
    return store;
  }

  async #open(): Promise<void> {
    const { options } = this;
    fs.mkdirSync(options.dataDir, { recursive: true });
    const saved = loadCheckpoint(options.dataDir, (path) => this.#onDamage(path));
    const usable = saved && !saved.incomplete && this.#queues.restore(saved.checkpoint.queues);
    const checkpoint = usable ? saved.checkpoint : EMPTY_CHECKPOINT;
    this.#index = MessageIndex.open(join(options.dataDir, 'index'), (path) => this.#onDamage(path));
    this.#lastRecordOffset = checkpoint.lastRecordOffset;
    this.#derivedTo = checkpoint.physicalOffset;
    if (usable) this.#pending.restore(checkpoint);
    this.#log = await this.#openLog(checkpoint);
    this.#checkLast(checkpoint);
    if (!usable) this.#queues.findEnds(saved?.checkpoint.queues ?? {});
    this.#queues.dropBefore(this.#log.minOffset);
    this.#index.complete(this.#log.minOffset, this.#log);
    this.#pending.endReplay();
    this.#checkpoints = this.#startCheckpoints(checkpoint.physicalOffset);
    // The checkpoint and the queues stand in for one another where the log has no message of a queue any more.
    if (!usable) await this.#checkpoints.writeIfBehind();
    await this.clean();
    const checkMs = options.retention?.checkMs ?? RETENTION_CHECK_MS;
    this.#retentionTimer = setInterval(() => void this.clean(), checkMs).unref();
  }

  #openLog(checkpoint: Checkpoint): Promise<CommitLog> {
    const { options } = this;
    return CommitLog.open(
      {
        dir: join(options.dataDir, 'commitlog'),
        segmentBytes: options.segmentBytes,
        flush: options.flush,
        asyncFlushMs: options.asyncFlushMs ?? 500,
        maxWaitingBytes: options.maxWaitingBytes ?? 64 << 20,
      },
      {
        reserveQueueOffset: (draft) =>
          draft.kind === RecordKind.MESSAGE ? this.#queues.get(draft.topic, draft.queueId).reservedOffset++ : 0,
        releaseQueueOffsets: () => this.#queues.releaseReserved(),
        dispatch: (records) => this.#dispatch(records),
      },
      Math.min(checkpoint.physicalOffset, this.#index.coveredTo),
      (record) => this.#replay(record, checkpoint.physicalOffset),
    );
  }

  #startCheckpoints(reached: number): Checkpoints {
    const { dataDir, checkpointMs = CHECKPOINT_MS, onCheckpointError } = this.options;
    const store = {
      derivedTo: () => this.#derivedTo,
      snapshot: () => ({
        physicalOffset: this.#derivedTo,
        lastRecordOffset: this.#lastRecordOffset,
        queues: this.#queues.ranges(),
        ...this.#pending.state(),
      }),
      flush: async () => {
        await this.#log.flush();
        await this.#queues.flush();
        await this.#index.flush();
      },
    };
    return new Checkpoints(dataDir, store, checkpointMs, (error) => onCheckpointError?.(error), reached);
  }

  /** The checkpoint was written when the log before it was on disk: what is gone now is lost, not interrupted. */
  #checkLast({ lastRecordOffset, physicalOffset }: Checkpoint): void {
    if (lastRecordOffset === 0 || lastRecordOffset < this.#log.minOffset || this.#log.find(lastRecordOffset)) return;
    throw new StoreDamagedError(
      join(this.options.dataDir, 'commitlog'),
      `no intact record at offset ${lastRecordOffset}, though everything before ${physicalOffset} was flushed`,
    );
  }

  #replay(record: StoredRecord, checkpointOffset: number): void {
    this.#index.add(record, record);
    if (record.physicalOffset < checkpointOffset) return;
    if (record.kind === RecordKind.MESSAGE) this.#queues.replay(record, record);
    this.#pending.replay(record, record);
    this.#noteLast(record);
  }

  #noteLast({ physicalOffset, recordBytes }: { physicalOffset: number; recordBytes: number }): void {
    this.#lastRecordOffset = physicalOffset;
    this.#derivedTo = physicalOffset + recordBytes;
  }

  #dispatch(records: readonly AppendedRecord[]): void {
    for (const record of records) {
      const { draft } = record;
      if (draft.kind === RecordKind.MESSAGE) this.#queues.append(draft, record);
      this.#index.add(draft, record);
      this.#pending.apply(draft, record);
      this.#noteLast(record);
    }
    for (const listener of this.#listeners) listener(records);
  }

  /** Called with what is written, before its producers get their answers: under SYNC_FLUSH while it goes to the disk. */
  onAppended(listener: (records: readonly AppendedRecord[]) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Stores a record; rejects with one of the store errors. On a full disk only records are taken that settle an earlier one
   * (a commit, a delivery that is due): they free what it holds.
   */
  append(draft: RecordDraft): Promise<AppendedRecord> {
    if (this.#retention.refusal && !draft.sourceOffset) return Promise.reject(this.#retention.refusal);
    return this.#log.append(draft);
  }

  queue(topic: string, queueId: number): ConsumeQueue {
    return this.#queues.get(topic, queueId);
  }

  /** Number of visible messages of the topic that are kept. */
  messageCount(topic: string): number {
    return this.#queues.messageCount(topic);
  }

  read(entry: Pick<QueueEntry, 'physicalOffset' | 'recordBytes'>): StoredRecord {
    return this.#log.read(entry.physicalOffset, entry.recordBytes);
  }

  /** The record at a physical offset that came from outside, undefined when none starts there. */
  find(physicalOffset: number): StoredRecord | undefined {
    return this.#log.find(physicalOffset);
  }

  /** Visible messages with the key, newest first, at most `limit`, stored in [fromMs, toMs]. */
  findByKey(topic: string, key: string, fromMs: number, toMs: number, limit: number): StoredRecord[] {
    return findByKey(this.#searched, topic, key, { fromMs, toMs, limit });
  }

  /** Visible messages with the id, newest first: more than one when a producer sent it again. */
  findById(topic: string, messageId: string): StoredRecord[] {
    return findById(this.#searched, topic, messageId);
  }

  /** Offset of the first message that was stored at `ms` or later; maxOffset when there is none. */
  offsetAtTime(topic: string, queueId: number, ms: number): number {
    return offsetAtTime(this.#queues.get(topic, queueId), this.#log, ms);
  }

  get #searched() {
    return { index: this.#index, log: this.#log, queues: this.#queues };
  }

  /** DELAYED records by delivery time. */
  get timers(): TimerHeap {
    return this.#pending.timers;
  }

  /** HALF records that wait for commit or rollback: physical offset and store time (ms). */
  get halfMessages(): ReadonlyMap<number, number> {
    return this.#pending.halfMessages;
  }

  /** Takes the earliest pending timer that is due; give it back with returnTimer when its message could not be stored. */
  takeDueTimer(nowMs: number): StoredRecord | undefined {
    const offset = this.#pending.takeDueTimer(nowMs);
    if (offset === undefined) return undefined;
    const record = this.#log.find(offset);
    if (!record) this.#pending.dropTimer(offset);
    return record;
  }

  returnTimer(physicalOffset: number, dueMs: number): void {
    this.#pending.returnTimer(physicalOffset, dueMs);
  }

  /** Claims a pending half message, so that it is settled once; false when it is settled or claimed already. */
  takeHalf(physicalOffset: number): boolean {
    return this.#pending.takeHalf(physicalOffset);
  }

  returnHalf(half: StoredRecord): void {
    this.#pending.returnHalf(half.physicalOffset);
  }

  /**
   * Takes a DELAYED record back before its time. False when it has fired or is recalled already. Rejects with a store
   * error, and the message is then delivered as planned.
   */
  async recall(delayed: StoredRecord): Promise<boolean> {
    const offset = delayed.physicalOffset;
    if (!this.#pending.takeTimer(offset)) return false;
    try {
      await this.append({ ...delayed, ...NO_CONTENT, kind: RecordKind.ROLLBACK, sourceOffset: offset });
    } catch (error) {
      this.returnTimer(offset, delayed.deliverAtMs);
      throw error;
    }
    return true;
  }

  get delayedCount(): number {
    return this.#pending.delayedCount;
  }

  /** Pending delay messages of one topic. */
  delayedCountOf(topic: string): number {
    return this.#pending.delayedCountOf(topic);
  }

  /** Why the store takes no messages, undefined while it does. */
  get failure(): Error | undefined {
    return this.#log.failure ?? this.#retention.refusal;
  }

  get maxRecordBytes(): number {
    return this.#log.maxRecordBytes;
  }

  /** First free offset of the log: what is before it never changes. */
  get logEndOffset(): number {
    return this.#log.endOffset;
  }

  /** Length of the log that is kept. */
  get logBytes(): number {
    return this.#log.endOffset - this.#log.minOffset;
  }

  /** Looks at the disk and removes what is too old; runs by itself as well. */
  clean(): Promise<void> {
    this.#cleaning ??= this.#retention
      .pass(Date.now())
      .then(undefined, (error: unknown) => this.options.onRetentionError?.(error))
      .finally(() => (this.#cleaning = undefined));
    return this.#cleaning;
  }

  /** The oldest segment goes. A checkpoint behind it comes first, or the next start would miss what it derived from it. */
  async #dropOldest(): Promise<void> {
    const { endOffset } = this.#log.oldestClosed() as { endOffset: number };
    if (this.#checkpoints.reached < endOffset) await this.checkpoint();
    this.#log.dropOldest();
    this.#queues.dropBefore(this.#log.minOffset);
    this.#index.trim(this.#log.minOffset);
  }

  /** Drops the visible messages of the topic; its queues go on with their numbers. */
  async dropTopic(topic: string): Promise<void> {
    this.#queues.dropTopic(topic);
    await this.checkpoint();
  }

  /** Writes what is derived from the log, so that the next start has nothing to replay. */
  checkpoint(): Promise<void> {
    return this.#checkpoints.write();
  }

  #onDamage(path: string): void {
    this.options.onDamage?.(path);
  }

  async close(): Promise<void> {
    clearInterval(this.#retentionTimer);
    await this.#cleaning;
    await this.#log.close();
    await this.#checkpoints.stop();
    if (!this.#log.failure && this.#derivedTo !== this.#checkpoints.reached) await this.checkpoint();
    this.#index.close();
    this.#queues.close();
  }
}

const NO_CONTENT = { payload: new Uint8Array(), systemProperties: new Uint8Array() };
