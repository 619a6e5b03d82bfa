import * as fs from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { replaceFile } from './file-io.js';
import type { PendingState } from './pending-messages.js';
import { UnknownFormatError } from './store-errors.js';
import type { QueueRanges } from './topic-queues.js';

/** Of checkpoint.json, the timers file and the ConsumeQueue files. */
const FORMAT_VERSION = 2;

/**
 * State of everything that is derived from the CommitLog, as of one physical offset. A start loads it and replays only
 * what the log holds behind that offset; without it the whole log is replayed.
 */
export interface Checkpoint extends PendingState {
  physicalOffset: number;
  /** The record that ends at physicalOffset; 0 = none. */
  lastRecordOffset: number;
  queues: QueueRanges;
}

export const EMPTY_CHECKPOINT: Checkpoint = {
  physicalOffset: 0,
  lastRecordOffset: 0,
  queues: {},
  timers: new Float64Array(),
  delayedByTopic: {},
  halfMessages: [],
};

interface SavedState extends Omit<Checkpoint, 'timers'> {
  timersFile: string;
  timersCrc32: number;
}

/**
 * checkpoint.json is {formatVersion, crc32, state}, with the CRC of the state's JSON. It names its timers file,
 * `timers-<physicalOffset>`: pairs of float64 (delivery time, physical offset). The timers are written first, so a crash in
 * between leaves the old pair in force.
 */
export async function saveCheckpoint(dataDir: string, checkpoint: Checkpoint): Promise<void> {
  const { timers, ...rest } = checkpoint;
  const timersFile = `timers-${checkpoint.physicalOffset}`;
  const timerBytes = Buffer.from(timers.buffer, timers.byteOffset, timers.byteLength);
  const state: SavedState = { timersFile, timersCrc32: crc32(timerBytes), ...rest };
  await replaceFile(join(dataDir, timersFile), timerBytes);
  await replaceFile(
    join(dataDir, 'checkpoint.json'),
    Buffer.from(JSON.stringify({ formatVersion: FORMAT_VERSION, crc32: crcOf(state), state })),
  );
  for (const name of fs.readdirSync(dataDir)) {
    if (name.startsWith('timers-') && name !== timersFile) fs.rmSync(join(dataDir, name));
  }
}

export interface LoadedCheckpoint {
  checkpoint: Checkpoint;
  /** Its timers are lost. */
  incomplete: boolean;
}

/** The last checkpoint, undefined when there is none. A damaged one is reported and passed over. Throws UnknownFormatError. */
export function loadCheckpoint(dataDir: string, onDamage: (path: string) => void): LoadedCheckpoint | undefined {
  const path = join(dataDir, 'checkpoint.json');
  if (!fs.existsSync(path)) return undefined;
  const saved = parse(fs.readFileSync(path, 'utf8'));
  if (typeof saved?.formatVersion === 'number' && saved.formatVersion !== FORMAT_VERSION)
    throw new UnknownFormatError(path, `version ${saved.formatVersion}`, `version ${FORMAT_VERSION}`);
  if (saved?.formatVersion === FORMAT_VERSION && saved.state && crcOf(saved.state) === saved.crc32) {
    const { timersFile, timersCrc32, ...rest } = saved.state;
    const timers = readTimers(join(dataDir, timersFile), timersCrc32);
    if (!timers) onDamage(join(dataDir, timersFile));
    return { checkpoint: { ...rest, timers: timers ?? new Float64Array() }, incomplete: !timers };
  }
  onDamage(path);
  return undefined;
}

function crcOf(state: SavedState): number {
  return crc32(JSON.stringify(state));
}

function parse(text: string): { formatVersion?: unknown; crc32?: number; state?: SavedState } | undefined {
  try {
    return JSON.parse(text) as ReturnType<typeof parse>;
  } catch {
    return undefined;
  }
}

function readTimers(path: string, expectedCrc32: number): Float64Array | undefined {
  if (!fs.existsSync(path)) return undefined;
  const bytes = fs.readFileSync(path);
  if (crc32(bytes) !== expectedCrc32) return undefined;
  const timers = new Float64Array(bytes.length / 8);
  Buffer.from(timers.buffer).set(bytes);
  return timers;
}
