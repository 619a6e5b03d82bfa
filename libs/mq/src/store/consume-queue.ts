import * as fs from 'node:fs';
import { join } from 'node:path';
import { fdatasync, writeAllSync } from './file-io.js';
import { readUint64, writeUint64 } from './uint64.js';

/**
 * The order of one topic queue: entry n tells where message n stands in the CommitLog. Files of 262,144 entries, named by
 * the byte position of their first entry. Derived from the log, so it is flushed only at checkpoints; their format version
 * is that of checkpoint.json, without which they are built anew.
 *
 *   0  physicalOffset    u64   not smaller than that of the entry before
 *   8  recordBytes       u32   0 = the log has lost the message
 *  12  tagHash           u32   0 = no tag
 *  16  messageGroupHash  u32   0 = no message group
 *  20  check             u32   hash of n and the fields above; tells a damaged, missing or stray entry
 */
export const ENTRY_BYTES = 24;
const ENTRIES_PER_FILE = 1 << 18;
/** The newest entries are kept in memory and written in blocks of this many. */
const TAIL_ENTRIES = 1024;
const FNV_PRIME = 0x01000193;

export interface QueueEntry {
  physicalOffset: number;
  recordBytes: number;
  tagHash: number;
  messageGroupHash: number;
}

/** Looks in the log, from physical offset `from` on, for the entries [start, end) of the queue. */
export type FindInLog = (from: number, start: number, end: number) => Map<number, QueueEntry>;

export class ConsumeQueue {
  #files = new Map<number, number>();
  #tail: Buffer | undefined;
  #tailStart: number;
  #dirty = new Set<number>();
  /** Number of messages so far = offset of the next message that becomes visible. */
  maxOffset: number;
  /** maxOffset plus the places of the batch being written. */
  reservedOffset: number;

  /** Entries [minOffset, maxOffset) of the files count; what lies behind them is replaced by the replay of the log. */
  constructor(
    private readonly dir: string,
    /** Offset of the oldest message that is kept. */
    public minOffset: number,
    maxOffset: number,
    private readonly findInLog: FindInLog,
  ) {
    this.maxOffset = maxOffset;
    this.reservedOffset = maxOffset;
    this.#tailStart = maxOffset - (maxOffset % TAIL_ENTRIES);
  }

  append(entry: QueueEntry): void {
    const tail = (this.#tail ??= this.#loadTail());
    encodeEntry(tail, (this.maxOffset - this.#tailStart) * ENTRY_BYTES, entry, this.maxOffset);
    this.maxOffset++;
    if (this.reservedOffset < this.maxOffset) this.reservedOffset = this.maxOffset;
    if (this.maxOffset - this.#tailStart === TAIL_ENTRIES) {
      this.#writeTail();
      this.#tailStart = this.maxOffset;
    }
  }

  /** The queue goes on at `offset`; the log holds none of the messages before. */
  startAt(offset: number): void {
    this.#tail = undefined;
    this.minOffset = this.maxOffset = this.reservedOffset = offset;
    this.#tailStart = offset - (offset % TAIL_ENTRIES);
  }

  /** Up to `max` entries from `offset` on, as bytes; decode them with entryAt. Fewer when a block ends earlier. */
  read(offset: number, max: number): Buffer {
    if (this.#tail && offset >= this.#tailStart) {
      const end = Math.min(this.maxOffset, offset + max);
      return this.#tail.subarray((offset - this.#tailStart) * ENTRY_BYTES, (end - this.#tailStart) * ENTRY_BYTES);
    }
    const count = Math.min(max, this.#fileEntriesEnd - offset, startOfFile(offset) + ENTRIES_PER_FILE - offset);
    if (count <= 0) return Buffer.alloc(0);
    const target = this.#readFile(offset, count);
    for (let i = 0; i < count; i++) {
      if (!isIntact(target, i * ENTRY_BYTES, offset + i)) return this.#repair(offset, count);
    }
    return target;
  }

  /** `count` entries as the file has them; what it does not have is zero. */
  #readFile(offset: number, count: number): Buffer {
    const target = Buffer.allocUnsafe(count * ENTRY_BYTES);
    const file = startOfFile(offset);
    const bytes = fs.readSync(this.#fd(file), target, 0, target.length, (offset - file) * ENTRY_BYTES);
    return target.fill(0, bytes);
  }

  /** Builds the entries of one read again from the log, and those around them: damage seldom comes alone. */
  #repair(offset: number, count: number): Buffer {
    const file = startOfFile(offset);
    const start = Math.max(this.minOffset, offset - (offset % TAIL_ENTRIES));
    const end = Math.min(this.#fileEntriesEnd, file + ENTRIES_PER_FILE, Math.max(offset + count, start + TAIL_ENTRIES));
    let before = start - 1;
    while (before >= this.minOffset && !isIntact(this.#readFile(before, 1), 0, before)) before--;
    const searchFrom = before >= this.minOffset ? readUint64(this.#readFile(before, 1), 0) : 0;
    const found = this.findInLog(searchFrom, start, end);
    const target = Buffer.allocUnsafe((end - start) * ENTRY_BYTES);
    let last = { physicalOffset: searchFrom, recordBytes: 0, tagHash: 0, messageGroupHash: 0 };
    for (let i = start; i < end; i++) {
      last = found.get(i) ?? { ...last, recordBytes: 0 };
      encodeEntry(target, (i - start) * ENTRY_BYTES, last, i);
    }
    writeAllSync(this.#fd(file), target, (start - file) * ENTRY_BYTES);
    this.#dirty.add(file);
    return target.subarray((offset - start) * ENTRY_BYTES, (offset - start + count) * ENTRY_BYTES);
  }

  /** Entries from here on are in memory only. */
  get #fileEntriesEnd(): number {
    return this.#tail ? this.#tailStart : this.maxOffset;
  }

  /** undefined when the queue does not hold the offset. */
  entry(offset: number): QueueEntry | undefined {
    if (offset < this.minOffset || offset >= this.maxOffset) return undefined;
    return entryAt(this.read(offset, 1), 0);
  }

  /** Entries that the files on disk hold, from the size of the newest one. */
  storedEntries(): number {
    const newest = this.#fileStarts().pop();
    if (newest === undefined) return 0;
    return newest + Math.floor(fs.statSync(this.#pathOf(newest)).size / ENTRY_BYTES);
  }

  /** The offset behind the newest undamaged entry on disk, for a queue whose messages are no longer in the log. */
  storedEnd(): number {
    for (let end = this.storedEntries(); end > 0; end--) {
      if (isIntact(this.#readFile(end - 1, 1), 0, end - 1)) return end;
    }
    return 0;
  }

  /** The log now starts at `physicalOffset`: older entries go, and files that hold nothing else. */
  dropBefore(physicalOffset: number): void {
    let low = this.minOffset;
    let high = this.maxOffset;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.entry(middle) as QueueEntry).physicalOffset < physicalOffset) low = middle + 1;
      else high = middle;
    }
    this.dropTo(low);
  }

  /** Drops the entries before `offset`. */
  dropTo(offset: number): void {
    if (offset <= this.minOffset) return;
    this.minOffset = offset;
    for (const file of this.#fileStarts()) {
      if (file + ENTRIES_PER_FILE > offset || file === startOfFile(this.#tailStart)) continue;
      const fd = this.#files.get(file);
      if (fd !== undefined) fs.closeSync(fd);
      this.#files.delete(file);
      this.#dirty.delete(file);
      fs.rmSync(this.#pathOf(file));
    }
  }

  #loadTail(): Buffer {
    const tail = Buffer.alloc(TAIL_ENTRIES * ENTRY_BYTES);
    const from = Math.max(this.#tailStart, this.minOffset);
    if (this.maxOffset > from)
      this.read(from, this.maxOffset - from).copy(tail, (from - this.#tailStart) * ENTRY_BYTES);
    return tail;
  }

  #writeTail(): void {
    if (!this.#tail || this.maxOffset === this.#tailStart) return;
    const file = startOfFile(this.#tailStart);
    const bytes = this.#tail.subarray(0, (this.maxOffset - this.#tailStart) * ENTRY_BYTES);
    writeAllSync(this.#fd(file), bytes, (this.#tailStart - file) * ENTRY_BYTES);
    this.#dirty.add(file);
  }

  #fd(file: number): number {
    let fd = this.#files.get(file);
    if (fd === undefined) {
      fs.mkdirSync(this.dir, { recursive: true });
      fd = fs.openSync(this.#pathOf(file), fs.constants.O_RDWR | fs.constants.O_CREAT);
      this.#files.set(file, fd);
    }
    return fd;
  }

  /** First entries of the files on disk, ascending. */
  #fileStarts(): number[] {
    if (!fs.existsSync(this.dir)) return [];
    return fs
      .readdirSync(this.dir)
      .map((name) => Number(name) / ENTRY_BYTES)
      .sort((a, b) => a - b);
  }

  #pathOf(file: number): string {
    return join(this.dir, String(file * ENTRY_BYTES).padStart(20, '0'));
  }

  /** Makes the entries before maxOffset durable. */
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

function startOfFile(offset: number): number {
  return offset - (offset % ENTRIES_PER_FILE);
}

function encodeEntry(target: Buffer, at: number, entry: QueueEntry, offset: number): void {
  writeUint64(target, entry.physicalOffset, at);
  target.writeUInt32LE(entry.recordBytes, at + 8);
  target.writeUInt32LE(entry.tagHash, at + 12);
  target.writeUInt32LE(entry.messageGroupHash, at + 16);
  target.writeUInt32LE(checkOf(target, at, offset), at + 20);
}

/** Every step is a bijection of the hash so far, so a change of any single field changes the result. */
function checkOf(bytes: Buffer, at: number, offset: number): number {
  let hash = ~offset;
  for (let field = at; field < at + 20; field += 4) hash = Math.imul(hash ^ bytes.readUInt32LE(field), FNV_PRIME);
  return hash >>> 0;
}

function isIntact(bytes: Buffer, at: number, offset: number): boolean {
  return bytes.readUInt32LE(at + 20) === checkOf(bytes, at, offset);
}

export function entryAt(bytes: Buffer, at: number): QueueEntry {
  return {
    physicalOffset: readUint64(bytes, at),
    recordBytes: bytes.readUInt32LE(at + 8),
    tagHash: bytes.readUInt32LE(at + 12),
    messageGroupHash: bytes.readUInt32LE(at + 16),
  };
}
