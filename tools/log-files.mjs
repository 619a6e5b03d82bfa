import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { say, UserError } from './console.mjs';

const CHUNK_BYTES = 1 << 20;
const LOOK_EVERY_MS = 5_000;
const DEFAULT_MAX_MB = 20;
const DEFAULT_KEPT = 4;

/** @throws {UserError} for LOG_FILE_MAX_MB or LOG_FILES_KEPT that are no numbers */
export function readLogLimits(env) {
  const read = (variable, fallback, least) => {
    const value = Number(env[variable] || fallback);
    if (!(value >= least))
      throw new UserError(`${variable} must be a number of ${least} or more, not ${env[variable]}`);
    return value;
  };
  return {
    maxBytes: read('LOG_FILE_MAX_MB', DEFAULT_MAX_MB, 1) * 1024 * 1024,
    kept: Math.floor(read('LOG_FILES_KEPT', DEFAULT_KEPT, 0)),
  };
}

/**
 * Looks at log files now and then, and moves what is in those that have grown too large to `<path>.1`, what was there to
 * `<path>.2`, and so on.
 * @param paths returns the files to look at
 * @returns what ends it
 */
export function limitLogFiles(paths, { maxBytes, kept, everyMs = LOOK_EVERY_MS }) {
  let failed = false;
  const timer = setInterval(() => {
    try {
      for (const path of paths()) if (sizeOf(path) > maxBytes) rotate(path, kept);
      failed = false;
    } catch (error) {
      if (!failed) say(`log files are not rotated: ${error.message}`);
      failed = true;
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Copies and empties the file, because its process keeps it open and appends to it. A line that is written between the end
 * of the copy and the emptying, some microseconds, is lost.
 */
export function rotate(path, kept) {
  rmSync(`${path}.${kept}`, { force: true });
  for (let age = kept - 1; age >= 1; age--) renameIfThere(`${path}.${age}`, `${path}.${age + 1}`);
  const from = openSync(path, 'r+');
  try {
    if (kept > 0) copyAll(from, `${path}.1`);
    ftruncateSync(from);
  } finally {
    closeSync(from);
  }
}

/** Also what is added meanwhile. */
function copyAll(from, path) {
  const to = openSync(path, 'w', 0o600);
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let position = 0; position < fstatSync(from).size;) {
      const bytes = readSync(from, chunk, 0, chunk.length, position);
      writeSync(to, chunk, 0, bytes);
      position += bytes;
    }
  } finally {
    closeSync(to);
  }
}

function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function renameIfThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
