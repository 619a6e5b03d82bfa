import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { StoreDamagedError, UnknownFormatError } from './store-errors.js';
import { fdatasync, syncDir, writeAll, writeAllSync } from './file-io.js';
import { readUint64, writeUint64 } from './uint64.js';

/**
 * One file of the CommitLog, named by its first physical offset (20 digits) and filled with zeros in advance, so that
 * fdatasync on an append has no file size or block map to write.
 *
 *   0  magic "TRADEMQ\n"  8 bytes
 *   8  format version     u32
 *  12  segmentBytes       u32
 *  16  baseOffset         u64
 *  24  crc32              u32   of the bytes [0, 24)
 *  28  zeros up to 32, then records
 *
 * A physical offset counts file bytes over all segments, headers included.
 */
export const SEGMENT_HEADER_BYTES = 32;
const MAGIC = Buffer.from('TRADEMQ\n');
const FORMAT_VERSION = 2;
const ZEROS = Buffer.alloc(1 << 20);
const PREPARING = '.preparing';

export class Segment {
  private constructor(
    readonly path: string,
    readonly fd: number,
    readonly baseOffset: number,
    readonly segmentBytes: number,
  ) {}

  static pathOf(dir: string, baseOffset: number): string {
    return join(dir, String(baseOffset).padStart(20, '0'));
  }

  /** Base offsets of the finished segments in `dir`, ascending. Half-prepared files are removed. */
  static list(dir: string): number[] {
    const names = fs.readdirSync(dir);
    for (const name of names) {
      if (name.endsWith(PREPARING)) fs.rmSync(join(dir, name));
    }
    return names
      .filter((name) => /^\d{20}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /**
   * Writes the zeros and the header under a temporary name. The file gets its real name in publish(), when the segment
   * before it is flushed: a named segment therefore proves that everything before it is on disk.
   */
  static async prepare(dir: string, baseOffset: number, segmentBytes: number): Promise<Segment> {
    const path = Segment.pathOf(dir, baseOffset);
    const fd = fs.openSync(path + PREPARING, 'w+');
    try {
      const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
      MAGIC.copy(header);
      header.writeUInt32LE(FORMAT_VERSION, 8);
      header.writeUInt32LE(segmentBytes, 12);
      writeUint64(header, baseOffset, 16);
      header.writeUInt32LE(crc32(header.subarray(0, 24)), 24);
      await writeAll(fd, header, 0);
      for (let at = SEGMENT_HEADER_BYTES; at < segmentBytes; at += ZEROS.length) {
        await writeAll(fd, ZEROS.subarray(0, Math.min(ZEROS.length, segmentBytes - at)), at);
      }
      await fdatasync(fd);
    } catch (error) {
      fs.closeSync(fd);
      fs.rmSync(path + PREPARING, { force: true });
      throw error;
    }
    return new Segment(path, fd, baseOffset, segmentBytes);
  }

  publish(): void {
    fs.renameSync(this.path + PREPARING, this.path);
    syncDir(dirname(this.path));
  }

  /** Closes and removes a prepared segment that is not needed any more. */
  discard(): void {
    fs.closeSync(this.fd);
    fs.rmSync(this.path + PREPARING, { force: true });
  }

  static open(dir: string, baseOffset: number): Segment {
    const path = Segment.pathOf(dir, baseOffset);
    const fd = fs.openSync(path, 'r+');
    try {
      const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
      fs.readSync(fd, header, 0, header.length, 0);
      if (!header.subarray(0, 8).equals(MAGIC))
        throw new UnknownFormatError(path, 'unknown (no commit log)', `version ${FORMAT_VERSION}`);
      const version = header.readUInt32LE(8);
      if (version !== FORMAT_VERSION)
        throw new UnknownFormatError(path, `version ${version}`, `version ${FORMAT_VERSION}`);
      if (header.readUInt32LE(24) !== crc32(header.subarray(0, 24)))
        throw new StoreDamagedError(path, 'its header has bytes that were not written');
      if (readUint64(header, 16) !== baseOffset) throw new StoreDamagedError(path, 'its header names another offset');
      return new Segment(path, fd, baseOffset, header.readUInt32LE(12));
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
  }

  get endOffset(): number {
    return this.baseOffset + this.segmentBytes;
  }

  read(physicalOffset: number, bytes: number): Buffer {
    const target = Buffer.allocUnsafe(bytes);
    const read = fs.readSync(this.fd, target, 0, bytes, physicalOffset - this.baseOffset);
    return read === bytes ? target : target.subarray(0, read);
  }

  write(bytes: Buffer, physicalOffset: number): Promise<void> {
    return writeAll(this.fd, bytes, physicalOffset - this.baseOffset);
  }

  /** write() in this turn of the event loop: for a few bytes, which the page cache takes at once. */
  writeNow(bytes: Buffer, physicalOffset: number): void {
    writeAllSync(this.fd, bytes, physicalOffset - this.baseOffset);
  }

  sync(): Promise<void> {
    return fdatasync(this.fd);
  }

  /** Fills [physicalOffset, end) with zeros, touching only blocks that are not zero already. */
  async zeroFrom(physicalOffset: number, endOffset = this.endOffset): Promise<void> {
    for (let at = physicalOffset; at < endOffset; at += ZEROS.length) {
      const length = Math.min(ZEROS.length, endOffset - at);
      if (!this.read(at, length).equals(ZEROS.subarray(0, length))) await this.write(ZEROS.subarray(0, length), at);
    }
  }

  close(): void {
    fs.closeSync(this.fd);
  }

  /** Deletes the closed file. */
  remove(): void {
    fs.rmSync(this.path);
    syncDir(dirname(this.path));
  }
}
