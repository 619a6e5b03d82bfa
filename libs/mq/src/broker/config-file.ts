import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { replaceFileSync } from '../store/file-io.js';
import { StoreDamagedError, UnknownFormatError } from '../store/store-errors.js';

const FORMAT_VERSION = 1;

/** Reads the list `what` of a file of <dataDir>/config; empty when there is no file yet. */
export function readConfigFile<T>(path: string, what: string): T[] {
  fs.mkdirSync(dirname(path), { recursive: true });
  if (!fs.existsSync(path)) return [];
  let saved: Record<string, unknown>;
  try {
    saved = JSON.parse(fs.readFileSync(path, 'utf8')) as typeof saved;
  } catch (error) {
    throw new StoreDamagedError(path, String(error));
  }
  if (saved['formatVersion'] !== FORMAT_VERSION)
    throw new UnknownFormatError(path, `version ${String(saved['formatVersion'])}`, `version ${FORMAT_VERSION}`);
  if (!Array.isArray(saved[what])) throw new StoreDamagedError(path, `it has no list of ${what}`);
  return saved[what] as T[];
}

export function writeConfigFile(path: string, what: string, items: readonly object[]): void {
  replaceFileSync(path, JSON.stringify({ formatVersion: FORMAT_VERSION, [what]: items }, undefined, 2) + '\n');
}
