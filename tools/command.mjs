import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say, UserError } from './console.mjs';
import { root } from './paths.mjs';

const PROGRESS_EVERY_MS = 10_000;

/**
 * Runs a long step with its output shown and a sign of life every ten seconds.
 * An aborted step takes its whole process group with it, so that no npm or compiler child outlives us.
 */
export async function run(what, command, args, { env = process.env, signal, cwd = root } = {}) {
  signal?.throwIfAborted();
  say(`${what} …`);
  const startedAtMs = Date.now();
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  const killGroup = () => sendSignal(-child.pid, 'SIGTERM');
  signal?.addEventListener('abort', killGroup, { once: true });
  const progress = setInterval(
    () => say(`${what} … still at it (${Math.round((Date.now() - startedAtMs) / 1000)} s)`),
    PROGRESS_EVERY_MS,
  );
  try {
    const failure = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, killedBy) => resolve(code === 0 ? null : (killedBy ?? `exit code ${code}`)));
    });
    signal?.throwIfAborted();
    if (failure) throw new UserError(`${what}: failed (${failure}); see the lines above`);
  } finally {
    clearInterval(progress);
    signal?.removeEventListener('abort', killGroup);
  }
}

/** Its standard output, or null when it is missing, fails or takes too long. */
export function output(command, args, { timeoutMs = 15_000 } = {}) {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: timeoutMs,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return result.status === 0 ? result.stdout : null;
}

/** System daemons live where an ordinary user's PATH does not look. */
const MORE_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
  '/opt/homebrew/bin',
  '/usr/local/bin',
  '/usr/local/mysql/bin',
];

/** The full path of the first of `names` that is installed, or null. */
export function findProgram(...names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...MORE_FOLDERS];
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found) return found;
  }
  return null;
}

/** A negative pid names a process group. One that is gone already is fine. */
export function sendSignal(pid, signalName) {
  try {
    process.kill(pid, signalName);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
