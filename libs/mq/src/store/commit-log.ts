import * as fs from 'node:fs';
import { recoverSegments } from './commit-log-recovery.js';
import { NextSegment } from './next-segment.js';
import { Segment, SEGMENT_HEADER_BYTES } from './segment.js';
import { END_MARK_BYTES, SegmentList } from './segment-list.js';
import { encodeRecord, END_OF_SEGMENT, recordBytesOf, type RecordDraft, type StoredRecord } from './record.js';
import {
  RecordTooLargeError,
  StoreBusyError,
  StoreClosedError,
  StoreFailedError,
  StoreWriteError,
} from './store-errors.js';

/** When a send is answered: when the message is on disk, or when the system has it. */
export type FlushMode = 'SYNC_FLUSH' | 'ASYNC_FLUSH';

export interface CommitLogOptions {
  dir: string;
  segmentBytes: number;
  flush: FlushMode;
  /** Pause between two fdatasync of ASYNC_FLUSH, ms. */
  asyncFlushMs: number;
  /** Appends are refused with StoreBusyError while more bytes than this wait for the disk. */
  maxWaitingBytes: number;
}

/** What the log needs from its indexes. All three are called from the writer, one batch after the other. */
export interface CommitLogIndexes {
  /** Place in the ConsumeQueue for a record of the batch being written. */
  reserveQueueOffset(draft: RecordDraft): number;
  /** The batch was not written: the places reserved for it are free again. */
  releaseQueueOffsets(): void;
  /** The batch is written. Under SYNC_FLUSH it is on its way to the disk, and its appends are not answered yet. */
  dispatch(records: readonly AppendedRecord[]): void;
}

export interface AppendedRecord {
  draft: RecordDraft;
  physicalOffset: number;
  recordBytes: number;
  queueOffset: number;
  storeTimestampMs: number;
  flushedBefore: boolean;
}

export interface ClosedSegment {
  endOffset: number;
  /** None of its records was stored later, ms since 1970. */
  newestStoreMs: number;
}

interface WaitingAppend {
  draft: RecordDraft;
  recordBytes: number;
  resolve: (record: AppendedRecord) => void;
  reject: (error: Error) => void;
}

const MAX_BATCH_BYTES = 4 << 20;
const MAX_BYTES_WRITTEN_NOW = 64 << 10;

/**
 * The append-only log that every message goes to first; ConsumeQueues, timers and transactions are derived from it.
 * One writer loop: all appends that wait while a flush is under way share the next write and the next fdatasync.
 */
export class CommitLog {
  readonly #next: NextSegment;
  #waiting: WaitingAppend[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #scratch = Buffer.allocUnsafe(256 << 10);
  /** Bytes of a failed write beyond the end that must be zero again before the next append. */
  #dirtyEnd = 0;
  #failure: StoreFailedError | undefined;
  #closed = false;
  #flushTimer: NodeJS.Timeout | undefined;
  /** Flushes under way. */
  #syncs = 0;
  /** Everything before it is on disk. */
  #flushedTo = 0;
  #flushing: Promise<unknown> | undefined;
  /** First free physical offset. */
  endOffset = 0;

  private constructor(
    private readonly options: CommitLogOptions,
    private readonly indexes: CommitLogIndexes,
    private readonly segments: SegmentList,
  ) {
    this.#next = new NextSegment(options.dir);
  }

  /**
   * Opens the log and hands every record from `fromOffset` on to `replay`. An incomplete record at the very end, left by
   * a crash, is cut off. Throws StoreDamagedError when records are unreadable that cannot be such a left-over.
   */
  static async open(
    options: CommitLogOptions,
    indexes: CommitLogIndexes,
    fromOffset: number,
    replay: (record: StoredRecord) => void,
  ): Promise<CommitLog> {
    fs.mkdirSync(options.dir, { recursive: true });
    const segments = await CommitLog.#openSegments(options);
    const log = new CommitLog(options, indexes, new SegmentList(segments));
    log.endOffset = await recoverSegments(segments, fromOffset, replay);
    log.#flushedTo = log.endOffset;
    if (options.flush === 'ASYNC_FLUSH')
      log.#flushTimer = setInterval(() => log.#flushQuietly(), options.asyncFlushMs).unref();
    return log;
  }

  static async #openSegments({ dir, segmentBytes }: CommitLogOptions): Promise<Segment[]> {
    const bases = Segment.list(dir);
    if (bases.length > 0) return bases.map((base) => Segment.open(dir, base));
    const first = await Segment.prepare(dir, 0, segmentBytes);
    first.publish();
    return [first];
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Largest record that fits into a segment. */
  get maxRecordBytes(): number {
    return this.segments.maxRecordBytes;
  }

  /** Resolves when the record is stored as durably as the flush mode says. Rejects with one of the store errors. */
  append(draft: RecordDraft): Promise<AppendedRecord> {
    const recordBytes = recordBytesOf(draft);
    const refusal = this.#refusal(recordBytes);
    if (refusal) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ draft, recordBytes, resolve, reject });
      this.#waitingBytes += recordBytes;
      // One turn of the event loop later, so that messages that arrived together are written together.
      this.#writing ??= new Promise<void>((done) => setImmediate(() => void this.#writeAll().then(done)));
    });
  }

  #refusal(recordBytes: number): Error | undefined {
    if (this.#failure) return this.#failure;
    if (this.#closed) return new StoreClosedError();
    if (recordBytes > this.maxRecordBytes) return new RecordTooLargeError(recordBytes, this.maxRecordBytes);
    if (this.#waitingBytes > this.options.maxWaitingBytes) return new StoreBusyError(this.#waitingBytes);
    return undefined;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#writeBatch();
    this.#writing = undefined;
  }

  async #writeBatch(): Promise<void> {
    let batch: WaitingAppend[] = [];
    let records: AppendedRecord[] = [];
    try {
      if (this.#failure) throw this.#failure;
      await this.#cleanAfterFailedWrite();
      const first = this.#waiting[0] as WaitingAppend;
      if (first.recordBytes > this.#room()) await this.#roll();
      batch = this.#takeBatch();
      records = this.#reserve(batch);
      await this.#write(records);
      const flushed = this.options.flush === 'SYNC_FLUSH' ? this.flush() : undefined;
      this.#dispatch(records);
      await flushed;
    } catch (error) {
      const failed = batch.length > 0 ? batch : this.#takeBatch();
      this.indexes.releaseQueueOffsets();
      const reason = error instanceof StoreFailedError ? error : new StoreWriteError(error);
      for (const append of failed) append.reject(reason);
      return;
    }
    batch.forEach((append, i) => append.resolve(records[i] as AppendedRecord));
  }

  #dispatch(records: AppendedRecord[]): void {
    try {
      this.indexes.dispatch(records);
    } catch (error) {
      // The messages are safe in the log and the indexes are rebuilt from it at the next start.
      this.#failure = new StoreFailedError(error);
    }
    this.#prepareAhead();
  }

  /** Takes what fits into the rest of the segment; when nothing fits (roll failed) the first append alone. */
  #takeBatch(): WaitingAppend[] {
    let bytes = (this.#waiting[0] as WaitingAppend).recordBytes;
    let count = 1;
    const limit = Math.min(MAX_BATCH_BYTES, this.#room());
    while (count < this.#waiting.length && bytes + (this.#waiting[count] as WaitingAppend).recordBytes <= limit) {
      bytes += (this.#waiting[count] as WaitingAppend).recordBytes;
      count++;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  #reserve(batch: WaitingAppend[]): AppendedRecord[] {
    const storeTimestampMs = Date.now();
    let physicalOffset = this.endOffset;
    return batch.map(({ draft, recordBytes }) => {
      const record = {
        draft,
        flushedBefore: physicalOffset === this.#flushedTo,
        physicalOffset,
        recordBytes,
        queueOffset: this.indexes.reserveQueueOffset(draft),
        storeTimestampMs,
      };
      physicalOffset += recordBytes;
      return record;
    });
  }

  async #write(records: AppendedRecord[]): Promise<void> {
    const last = records[records.length - 1] as AppendedRecord;
    const end = last.physicalOffset + last.recordBytes;
    const bytes = end - this.endOffset;
    const buffer = bytes <= this.#scratch.length ? this.#scratch : Buffer.allocUnsafe(bytes);
    let at = 0;
    for (const record of records) at = encodeRecord(buffer, at, record.draft, record);
    this.#dirtyEnd = end;
    // The way to a thread and back costs more than such a write: a write with its fdatasync takes 0.19 ms instead of 0.26 ms.
    // Not beside a flush: the system may let a write wait for a page that is on its way to the disk.
    if (bytes <= MAX_BYTES_WRITTEN_NOW && this.#syncs === 0)
      this.#last.writeNow(buffer.subarray(0, bytes), this.endOffset);
    else await this.#last.write(buffer.subarray(0, bytes), this.endOffset);
    this.#dirtyEnd = 0;
    this.endOffset = end;
  }

  async #sync(segment: Segment): Promise<void> {
    this.#syncs++;
    try {
      await segment.sync();
    } catch (error) {
      this.#failure = new StoreFailedError(error);
      throw this.#failure;
    } finally {
      this.#syncs--;
    }
  }

  /** A record that was refused must not come back to life behind the next, shorter write. */
  async #cleanAfterFailedWrite(): Promise<void> {
    if (this.#dirtyEnd === 0) return;
    await this.#last.zeroFrom(this.endOffset, this.#dirtyEnd);
    this.#dirtyEnd = 0;
  }

  #room(): number {
    return this.#last.endOffset - END_MARK_BYTES - this.endOffset;
  }

  async #roll(): Promise<void> {
    const current = this.#last;
    const mark = Buffer.alloc(END_MARK_BYTES);
    mark.writeUInt32LE(END_OF_SEGMENT);
    await current.write(mark, this.endOffset);
    await this.#sync(current);
    const next = await this.#next.take(current);
    next.publish();
    this.segments.push(next);
    this.endOffset = next.baseOffset + SEGMENT_HEADER_BYTES;
    this.#flushedTo = this.endOffset;
  }

  /** Prepares the next segment in the background once half of the current one is used. */
  #prepareAhead(): void {
    if (this.#closed || this.endOffset - this.#last.baseOffset < this.#last.segmentBytes / 2) return;
    this.#next.prepareAhead(this.#last);
  }

  /** Makes everything that was appended so far durable, whatever the flush mode. */
  async flush(): Promise<void> {
    const { endOffset } = this;
    if (this.#flushedTo >= endOffset) return;
    // A roll syncs its segment itself, so what is not on disk yet is in the last one.
    await this.#sync(this.#last);
    this.#flushedTo = Math.max(this.#flushedTo, endOffset);
  }

  /** An error stays in #failure, so that every later append is refused with it. */
  #flushQuietly(): void {
    this.#flushing = Promise.allSettled([this.flush()]);
  }

  /** Reads one record. Throws StoreDamagedError when the bytes are not what was written. */
  read(physicalOffset: number, recordBytes: number): StoredRecord {
    return this.segments.read(physicalOffset, recordBytes);
  }

  /** Reads a record whose length is not known, undefined when no intact record starts there. */
  find(physicalOffset: number): StoredRecord | undefined {
    return this.segments.find(physicalOffset, this.endOffset);
  }

  /** Hands the records of [fromOffset, toOffset) to `visit`; of a segment that is damaged, those before the damage. */
  scan(fromOffset: number, toOffset: number, visit: (record: StoredRecord) => void): void {
    this.segments.scan(fromOffset, Math.min(toOffset, this.endOffset), visit);
  }

  /** Offset of the first byte that is kept. */
  get minOffset(): number {
    return this.segments.first.baseOffset;
  }

  /** The oldest segment that is not written any more, undefined when there is none. */
  oldestClosed(): ClosedSegment | undefined {
    const { second } = this.segments;
    const successor = second && this.find(second.baseOffset + SEGMENT_HEADER_BYTES);
    return successor && { endOffset: second.baseOffset, newestStoreMs: successor.storeTimestampMs };
  }

  /** Removes the oldest segment. */
  dropOldest(): void {
    this.segments.dropFirst();
  }

  /** Waits for what was appended, flushes and closes. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#flushTimer);
    await this.#writing;
    await this.#flushing;
    await this.#next.discard();
    if (!this.#failure) {
      await this.#cleanAfterFailedWrite();
      await this.#sync(this.#last);
      this.#flushedTo = this.endOffset;
    }
    this.segments.close();
  }

  get #last(): Segment {
    return this.segments.last;
  }
}
