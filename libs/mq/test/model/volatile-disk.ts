import * as fs from 'node:fs';
import { join } from 'node:path';
import * as fileIo from '../../src/store/file-io.js';
import type { Random } from '../random.js';

const SECTOR_BYTES = 512;

interface PendingWrite {
  inode: number;
  position: number;
  before: Buffer;
  after: Buffer;
}

/**
 * The file operations of the store over a disk that may lose what was not synced: a power cut keeps any of the written
 * sectors, and loses the others. Names are durable at once.
 */
export class VolatileDisk {
  #pending: PendingWrite[] = [];

  /** To stand in for src/store/file-io.ts. */
  readonly fileIo = {
    ...fileIo,
    writeAll: (fd: number, bytes: Buffer, position: number): Promise<void> => {
      this.#note(fd, bytes, position);
      return fileIo.writeAll(fd, bytes, position);
    },
    writeAllSync: (fd: number, bytes: Buffer, position: number): void => {
      this.#note(fd, bytes, position);
      fileIo.writeAllSync(fd, bytes, position);
    },
    fdatasync: async (fd: number): Promise<void> => {
      const inode = fs.fstatSync(fd).ino;
      const synced = new Set(this.#pending.filter((write) => write.inode === inode));
      // Until it has answered, everything may still be lost.
      await new Promise((resolve) => setImmediate(resolve));
      this.#pending = this.#pending.filter((write) => !synced.has(write));
    },
  };

  #note(fd: number, bytes: Buffer, position: number): void {
    const before = Buffer.alloc(bytes.length);
    fs.readSync(fd, before, 0, before.length, position);
    this.#pending.push({ inode: fs.fstatSync(fd).ino, position, before, after: Buffer.from(bytes) });
  }

  /** Copies the files of `dir` to `target` as they would be after a power cut now. */
  cutPower(dir: string, target: string, random: Random): void {
    fs.cpSync(dir, target, { recursive: true });
    for (const entry of fs.readdirSync(dir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const { ino } = fs.statSync(path);
      const writes = this.#pending.filter(({ inode }) => inode === ino);
      if (writes.length > 0) this.#lose(join(target, path.slice(dir.length)), writes, random);
    }
  }

  #lose(path: string, writes: PendingWrite[], random: Random): void {
    const file = fs.readFileSync(path);
    for (const { before, position } of [...writes].reverse()) before.copy(file, position);
    const survival = random.next();
    for (const { after, position } of writes) {
      for (let at = 0; at < after.length;) {
        const end = Math.min(after.length, at + SECTOR_BYTES - ((position + at) % SECTOR_BYTES));
        if (random.next() < survival) after.copy(file, position + at, at, end);
        at = end;
      }
    }
    fs.writeFileSync(path, file);
  }
}
