import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { dirname } from 'node:path';

/** Plain descriptors: a FileHandle costs a promise and an object more on every call of the hot path. */
const write = promisify(fs.write) as (
  fd: number,
  buffer: Buffer,
  at: number,
  length: number,
  position: number,
) => Promise<{ bytesWritten: number }>;
export const fdatasync = promisify(fs.fdatasync);

/** Writes all bytes: a single write may be short when the disk is nearly full. */
export async function writeAll(fd: number, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await write(fd, bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

export function writeAllSync(fd: number, bytes: Buffer, position: number): void {
  let done = 0;
  while (done < bytes.length) {
    done += fs.writeSync(fd, bytes, done, bytes.length - done, position + done);
  }
}

/** Makes a created, renamed or removed name durable. */
export function syncDir(dir: string): void {
  const fd = fs.openSync(dir, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Replaces a file so that a crash leaves either the old or the new content. */
export async function replaceFile(path: string, content: Buffer): Promise<void> {
  const temporary = `${path}.tmp`;
  const fd = fs.openSync(temporary, 'w');
  try {
    await writeAll(fd, content, 0);
    await fdatasync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(temporary, path);
  syncDir(dirname(path));
}

/** replaceFile() for small files, at once. */
export function replaceFileSync(path: string, content: string | Buffer): void {
  const temporary = `${path}.tmp`;
  const fd = fs.openSync(temporary, 'w');
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    writeAllSync(fd, bytes, 0);
    fs.fdatasyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(temporary, path);
  syncDir(dirname(path));
}
