import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

/** Where a stack keeps everything that it writes. */
export function dataDir(env = process.env) {
  return resolve(root, env.DATA_DIR || '.data');
}
