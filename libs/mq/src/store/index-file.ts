import { crc32 } from 'node:zlib';
import { UnknownFormatError } from './store-errors.js';
import { readUint64, writeUint64 } from './uint64.js';

/**
 * One file of the IndexFile: where the messages of one stretch of the CommitLog stand, by the hash of topic and name.
 * Named by the first physical offset that it covers (20 digits). Derived from the log. Numbers are little-endian.
 *
 *   0  magic "TRADEIDX"  8 bytes
 *   8  format version    u32
 *  12  entries           u32   number of entries in use
 *  16  startOffset       u64   records of [startOffset, endOffset) are indexed, offsets of the CommitLog
 *  24  endOffset         u64
 *  32  minSeconds        u32   store times of the oldest and the newest entry, seconds since 1970
 *  36  maxSeconds        u32
 *  40  bodyCrc32         u32   of everything from 64 on
 *  44  zeros
 *  60  headerCrc32       u32   of the bytes [0, 60)
 *  64  slots             16,384 x u32: newest entry of the chain + 1, 0 = none
 *      entries           each 20 bytes, oldest first:
 *        0  hash            u32   its lowest 14 bits choose the slot
 *        4  seconds         u32   store time, seconds since 1970
 *        8  physicalOffset  u64
 *       16  previous        u32   older entry of the same slot + 1, 0 = none
 */
export const INDEX_HEADER_BYTES = 64;
export const MAX_INDEX_ENTRIES = 1 << 16;
const INDEX_FORMAT_VERSION = 1;
const MAGIC = Buffer.from('TRADEIDX');
const SLOTS = 1 << 14;
const ENTRIES_AT = INDEX_HEADER_BYTES + 4 * SLOTS;
const ENTRY_BYTES = 20;

export interface IndexHeader {
  entries: number;
  startOffset: number;
  endOffset: number;
  minSeconds: number;
  maxSeconds: number;
  bodyCrc32: number;
}

/** The file that is being filled, in memory. */
export class IndexFile {
  readonly #bytes = Buffer.alloc(ENTRIES_AT + MAX_INDEX_ENTRIES * ENTRY_BYTES);
  entries = 0;
  minSeconds = 0xffff_ffff;
  maxSeconds = 0;
  /** Everything before it is in this file or in an earlier one. */
  endOffset: number;

  constructor(readonly startOffset: number) {
    this.endOffset = startOffset;
  }

  /** Goes on with a file that was written before it was full. */
  static resume(header: IndexHeader, bytes: Buffer): IndexFile {
    const file = new IndexFile(header.startOffset);
    bytes.copy(file.#bytes);
    file.entries = header.entries;
    file.minSeconds = header.minSeconds;
    file.maxSeconds = header.maxSeconds;
    file.endOffset = header.endOffset;
    return file;
  }

  hasRoom(names: number): boolean {
    return this.entries + names <= MAX_INDEX_ENTRIES;
  }

  add(hash: number, seconds: number, physicalOffset: number): void {
    const bytes = this.#bytes;
    const slot = INDEX_HEADER_BYTES + 4 * (hash % SLOTS);
    const at = ENTRIES_AT + this.entries * ENTRY_BYTES;
    bytes.writeUInt32LE(hash, at);
    bytes.writeUInt32LE(seconds, at + 4);
    writeUint64(bytes, physicalOffset, at + 8);
    bytes.writeUInt32LE(bytes.readUInt32LE(slot), at + 16);
    bytes.writeUInt32LE(++this.entries, slot);
    if (seconds < this.minSeconds) this.minSeconds = seconds;
    if (seconds > this.maxSeconds) this.maxSeconds = seconds;
  }

  read(at: number, bytes: number): Buffer {
    return this.#bytes.subarray(at, at + bytes);
  }

  /** A copy of the file as it is now, with its header. */
  image(): Buffer {
    const image = Buffer.from(this.#bytes.subarray(0, ENTRIES_AT + this.entries * ENTRY_BYTES));
    MAGIC.copy(image);
    image.writeUInt32LE(INDEX_FORMAT_VERSION, 8);
    image.writeUInt32LE(this.entries, 12);
    writeUint64(image, this.startOffset, 16);
    writeUint64(image, this.endOffset, 24);
    image.writeUInt32LE(this.minSeconds, 32);
    image.writeUInt32LE(this.maxSeconds, 36);
    image.writeUInt32LE(crc32(image.subarray(INDEX_HEADER_BYTES)), 40);
    image.writeUInt32LE(crc32(image.subarray(0, 60)), 60);
    return image;
  }
}

/** The header of a file, undefined when it is damaged. Throws UnknownFormatError. */
export function readIndexHeader(path: string, header: Buffer, startOffset: number): IndexHeader | undefined {
  if (header.length < INDEX_HEADER_BYTES || header.readUInt32LE(60) !== crc32(header.subarray(0, 60))) return undefined;
  const version = header.readUInt32LE(8);
  if (!header.subarray(0, 8).equals(MAGIC) || version !== INDEX_FORMAT_VERSION)
    throw new UnknownFormatError(path, `version ${version}`, `version ${INDEX_FORMAT_VERSION}`);
  if (readUint64(header, 16) !== startOffset) return undefined;
  return {
    entries: header.readUInt32LE(12),
    startOffset,
    endOffset: readUint64(header, 24),
    minSeconds: header.readUInt32LE(32),
    maxSeconds: header.readUInt32LE(36),
    bodyCrc32: header.readUInt32LE(40),
  };
}

/** Offsets of the records that may have the hash, newest first. `read` gives bytes of an undamaged file. */
export function* lookUp(
  read: (at: number, bytes: number) => Buffer,
  hash: number,
  fromSeconds: number,
  toSeconds: number,
): Generator<number> {
  let number = read(INDEX_HEADER_BYTES + 4 * (hash % SLOTS), 4).readUInt32LE(0);
  while (number > 0) {
    const entry = read(ENTRIES_AT + (number - 1) * ENTRY_BYTES, ENTRY_BYTES);
    const seconds = entry.readUInt32LE(4);
    if (entry.readUInt32LE(0) === hash && seconds >= fromSeconds && seconds <= toSeconds) yield readUint64(entry, 8);
    number = entry.readUInt32LE(16);
  }
}
