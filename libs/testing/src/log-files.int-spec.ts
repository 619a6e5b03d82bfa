import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.js';

const { limitLogFiles, readLogLimits, rotate } = (await import(
  resolve(import.meta.dirname, '../../../tools/log-files.mjs')
)) as {
  limitLogFiles: (paths: () => string[], limits: { maxBytes: number; kept: number; everyMs?: number }) => () => void;
  readLogLimits: (env: Record<string, string>) => { maxBytes: number; kept: number };
  rotate: (path: string, kept: number) => void;
};
/** Writes numbered lines as long as it lives, to a file that it keeps open. */
const WRITER = `let n = 0; const line = () => require('fs').writeSync(1, String(n++).padStart(99, '.') + '\\n');
  setInterval(() => { for (let i = 0; i < 50; i++) line(); }, 1)`;

let folder: string;
let path: string;
let writer: ChildProcess | undefined;
let stop: (() => void) | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trade-logs-'));
  path = join(folder, 'order-service.log');
});
afterEach(() => {
  stop?.();
  writer?.kill();
  rmSync(folder, { recursive: true });
});

it('what was in the file is in file .1, what was there in .2, and the oldest is gone', () => {
  for (const text of ['first', 'second', 'third', 'fourth']) {
    writeFileSync(path, text);
    rotate(path, 2);
  }
  const texts = ['', '.1', '.2'].map((age) => readFileSync(path + age, 'utf8'));
  expect(texts).toEqual(['', 'fourth', 'third']);
  expect(existsSync(`${path}.3`)).toBe(false);
});

it('nothing is kept where nothing is to be kept', () => {
  writeFileSync(path, 'first');
  rotate(path, 0);
  expect(readFileSync(path, 'utf8')).toBe('');
  expect(existsSync(`${path}.1`)).toBe(false);
});

it('a process that goes on writing is in every file, line by line, and no file outgrows the limit for long', async () => {
  writer = spawn(process.execPath, ['-e', WRITER], { stdio: ['ignore', openSync(path, 'a'), 'inherit'] });
  const maxBytes = 300_000;
  stop = limitLogFiles(() => [path, join(folder, 'not-there.log')], { maxBytes, kept: 3, everyMs: 20 });
  await eventually(() => existsSync(`${path}.3`), { timeoutMs: 20_000 });
  writer.kill();
  const files = ['.3', '.2', '.1'].map((age) => readFileSync(path + age, 'utf8'));
  for (const text of files) {
    const numbers = text
      .trimEnd()
      .split('\n')
      .map((line) => Number(line.replace(/^\.+/, '')));
    expect(numbers.length).toBeGreaterThan(maxBytes / 100 - 1);
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
  }
  expect(statSync(path).size).toBeLessThan(10 * maxBytes);
});

it('a limit that is no number is refused by its name', () => {
  expect(readLogLimits({})).toEqual({ maxBytes: 20 * 1024 * 1024, kept: 4 });
  expect(readLogLimits({ LOG_FILE_MAX_MB: '1', LOG_FILES_KEPT: '0' })).toEqual({ maxBytes: 1024 * 1024, kept: 0 });
  expect(() => readLogLimits({ LOG_FILE_MAX_MB: 'much' })).toThrow('LOG_FILE_MAX_MB must be a number of 1 or more');
  expect(() => readLogLimits({ LOG_FILES_KEPT: '-1' })).toThrow('LOG_FILES_KEPT must be a number of 0 or more');
});
