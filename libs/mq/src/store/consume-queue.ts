import * as fs from 'node:fs';
import { join } from 'node:path';
import { fdatasync, writeAllSync } from './file-io.js';
import { readUint64, writeUint64 } from './uint64.js';

/**
 * The order of one topic queue: entry n tells where message n stands in the CommitLog. Files of 262,144 entries, named by
 * the byte position of their first entry. Derived from the log, so it is flushed only at checkpoints.
 *
 *   0  physicalOffset    u64
 *   8  recordBytes       u32
 *  12  tagHash           u32   0 = no tag
 *  16  messageGroupHash  u32   0 = no message group
 */
export const ENTRY_BYTES = 20;
const ENTRIES_PER_FILE = 1 << 18;
/** The newest entries are kept in memory and written in blocks of this many. */
const TAIL_ENTRIES = 1024;

export interface QueueEntry {
  physicalOffset: number;
  recordBytes: number;
  tagHash: number;
  messageGroupHash: number;
}

export class ConsumeQueue {
  #files = new Map<number, number>();
  #tail: Buffer | undefined;
  #tailStart: number;
  #dirty = new Set<number>();
  /** Number of entries = offset of the next message that becomes visible. */
  maxOffset: number;
  /** maxOffset plus the places of the batch being written. */
  reservedOffset: number;
  readonly minOffset = 0;

  /** `length` entries of the files count; what lies behind them is replaced by the replay of the log. */
  constructor(
    private readonly dir: string,
    length: number,
  ) {
    this.maxOffset = length;
    this.reservedOffset = length;
    this.#tailStart = length - (length % TAIL_ENTRIES);
  }

  append(entry: QueueEntry): void {
    const tail = (this.#tail ??= this.#loadTail());
    const at = (this.maxOffset - this.#tailStart) * ENTRY_BYTES;
    writeUint64(tail, entry.physicalOffset, at);
    tail.writeUInt32LE(entry.recordBytes, at + 8);
    tail.writeUInt32LE(entry.tagHash, at + 12);
    tail.writeUInt32LE(entry.messageGroupHash, at + 16);
    this.maxOffset++;
    if (this.reservedOffset < this.maxOffset) this.reservedOffset = this.maxOffset;
    if (this.maxOffset - this.#tailStart === TAIL_ENTRIES) {
      this.#writeTail();
      this.#tailStart = this.maxOffset;
    }
  }

  /** Up to `max` entries from `offset` on, as bytes; decode them with entryAt. Fewer when a block ends earlier. */
  read(offset: number, max: number): Buffer {
    if (this.#tail && offset >= this.#tailStart) {
      const end = Math.min(this.maxOffset, offset + max);
      return this.#tail.subarray((offset - this.#tailStart) * ENTRY_BYTES, (end - this.#tailStart) * ENTRY_BYTES);
    }
    const file = offset - (offset % ENTRIES_PER_FILE);
    const flushedEnd = this.#tail ? this.#tailStart : this.maxOffset;
    const count = Math.min(max, flushedEnd - offset, file + ENTRIES_PER_FILE - offset);
    if (count <= 0) return Buffer.alloc(0);
    const target = Buffer.allocUnsafe(count * ENTRY_BYTES);
    const bytes = fs.readSync(this.#fd(file), target, 0, target.length, (offset - file) * ENTRY_BYTES);
    return target.subarray(0, bytes - (bytes % ENTRY_BYTES));
  }

  entry(offset: number): QueueEntry | undefined {
    if (offset < this.minOffset || offset >= this.maxOffset) return undefined;
    const bytes = this.read(offset, 1);
    return bytes.length === ENTRY_BYTES ? entryAt(bytes, 0) : undefined;
  }

  /** Entries that the files on disk hold, from the size of the newest one. */
  storedEntries(): number {
    const newest = fs.existsSync(this.dir) ? fs.readdirSync(this.dir).sort().pop() : undefined;
    if (!newest) return 0;
    return Math.floor((Number(newest) + fs.statSync(join(this.dir, newest)).size) / ENTRY_BYTES);
  }

  #loadTail(): Buffer {
    const tail = Buffer.alloc(TAIL_ENTRIES * ENTRY_BYTES);
    const existing = this.read(this.#tailStart, this.maxOffset - this.#tailStart);
    existing.copy(tail);
    return tail;
  }

  #writeTail(): void {
    if (!this.#tail || this.maxOffset === this.#tailStart) return;
    const file = this.#tailStart - (this.#tailStart % ENTRIES_PER_FILE);
    const bytes = this.#tail.subarray(0, (this.maxOffset - this.#tailStart) * ENTRY_BYTES);
    writeAllSync(this.#fd(file), bytes, (this.#tailStart - file) * ENTRY_BYTES);
    this.#dirty.add(file);
  }

  #fd(file: number): number {
    let fd = this.#files.get(file);
    if (fd === undefined) {
      fs.mkdirSync(this.dir, { recursive: true });
      fd = fs.openSync(
        join(this.dir, String(file * ENTRY_BYTES).padStart(20, '0')),
        fs.constants.O_RDWR | fs.constants.O_CREAT,
      );
      this.#files.set(file, fd);
    }
    return fd;
  }

  /** Makes the first maxOffset entries durable. */
  async flush(): Promise<void> {
    this.#writeTail();
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const file of dirty) await fdatasync(this.#fd(file));
  }

  close(): void {
    for (const fd of this.#files.values()) fs.closeSync(fd);
    this.#files.clear();
  }
}

export function entryAt(bytes: Buffer, at: number): QueueEntry {
  return {
    physicalOffset: readUint64(bytes, at),
    recordBytes: bytes.readUInt32LE(at + 8),
    tagHash: bytes.readUInt32LE(at + 12),
    messageGroupHash: bytes.readUInt32LE(at + 16),
  };
}
