import * as fs from 'node:fs';
import { join } from 'node:path';
import { replaceFileSync } from './file-io.js';
import { StoreDamagedError, UnknownFormatError } from './store-errors.js';

const FORMAT_VERSION = 1;

/**
 * State of everything that is derived from the CommitLog, as of one physical offset. A start loads it and replays only
 * what the log holds behind that offset; without it the whole log is replayed.
 */
export interface Checkpoint {
  physicalOffset: number;
  /** Entries of each ConsumeQueue, by topic and queue id. */
  queueLengths: Record<string, number[]>;
  /** Physical offsets of DELAYED records that are not delivered yet, with their delivery times (ms). */
  timers: Float64Array;
  delayedByTopic: Record<string, number>;
  /** Physical offsets of HALF records that are neither committed nor rolled back. */
  halfMessages: number[];
}

export const EMPTY_CHECKPOINT: Checkpoint = {
  physicalOffset: 0,
  queueLengths: {},
  timers: new Float64Array(),
  delayedByTopic: {},
  halfMessages: [],
};

/**
 * checkpoint.json names its timers file, `timers-<physicalOffset>`: pairs of float64 (delivery time, physical offset).
 * The timers are written first, so a crash in between leaves the old pair in force.
 */
export function saveCheckpoint(dataDir: string, checkpoint: Checkpoint): void {
  const timersFile = `timers-${checkpoint.physicalOffset}`;
  const { timers, ...state } = checkpoint;
  replaceFileSync(join(dataDir, timersFile), Buffer.from(timers.buffer, timers.byteOffset, timers.byteLength));
  replaceFileSync(
    join(dataDir, 'checkpoint.json'),
    JSON.stringify({ formatVersion: FORMAT_VERSION, timersFile, ...state }),
  );
  for (const name of fs.readdirSync(dataDir)) {
    if (name.startsWith('timers-') && name !== timersFile) fs.rmSync(join(dataDir, name));
  }
}

export function loadCheckpoint(dataDir: string): Checkpoint {
  const path = join(dataDir, 'checkpoint.json');
  if (!fs.existsSync(path)) return EMPTY_CHECKPOINT;
  const saved = parse(path);
  if (saved.formatVersion !== FORMAT_VERSION) {
    throw new UnknownFormatError(path, `version ${String(saved.formatVersion)}`, `version ${FORMAT_VERSION}`);
  }
  const { timersFile, ...state } = saved;
  const timerBytes = fs.readFileSync(join(dataDir, timersFile));
  const timers = new Float64Array(timerBytes.length / 8);
  Buffer.from(timers.buffer).set(timerBytes);
  return { ...state, timers };
}

interface SavedCheckpoint extends Omit<Checkpoint, 'timers'> {
  formatVersion: number;
  timersFile: string;
}

function parse(path: string): SavedCheckpoint {
  try {
    return JSON.parse(fs.readFileSync(path, 'utf8')) as SavedCheckpoint;
  } catch (error) {
    throw new StoreDamagedError(path, `${String(error)}. Remove the file: it is rebuilt from the commit log.`);
  }
}
