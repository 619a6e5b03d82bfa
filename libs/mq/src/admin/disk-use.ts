import * as fs from 'node:fs/promises';
import { join } from 'node:path';

export interface DiskUse {
  /** Length of the files of the store. */
  storeBytes: number;
  /** Of the file system that they are on. */
  freeBytes: number;
  totalBytes: number;
}

export async function diskUse(dataDir: string): Promise<DiskUse> {
  const { bavail, blocks, bsize } = await fs.statfs(dataDir);
  const files = await fs.readdir(dataDir, { recursive: true, withFileTypes: true });
  let storeBytes = 0;
  for (const file of files) if (file.isFile()) storeBytes += await bytesOf(join(file.parentPath, file.name));
  return { storeBytes, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Files come and go while they are counted. */
async function bytesOf(path: string): Promise<number> {
  try {
    return (await fs.stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
