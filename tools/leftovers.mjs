import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendSignal } from './command.mjs';
import { say, UserError } from './console.mjs';
import { root } from './paths.mjs';
import { commandLineOf, StackFile } from './stack-file.mjs';

const TERMINATE_WITHIN_MS = 20_000;

/** One stack a DATA_DIR: refuses when a live one has it; otherwise it is ours until releaseDataDir(). */
export function claimDataDir(dataDir) {
  const path = join(dataDir, 'start.pid');
  const owner = existsSync(path) ? Number(readFileSync(path, 'utf8')) : null;
  if (owner && owner !== process.pid && /(start|restore)\.mjs/.test(commandLineOf(owner) ?? '')) {
    throw new UserError(`a stack is already running on ${dataDir} (pid ${owner}): stop it, or set another DATA_DIR`);
  }
  writeFileSync(path, `${process.pid}\n`);
}

export function releaseDataDir(dataDir) {
  rmSync(join(dataDir, 'start.pid'), { force: true });
}

/**
 * Ends what a stack left running when it was killed without a chance to stop its children. A pid may belong to someone
 * else by now: only processes whose command line is one of this stack's are touched.
 */
export async function endLeftovers(dataDir) {
  const file = new StackFile(dataDir);
  const stack = file.read();
  const left = [...(stack?.processes ?? []), { name: 'database', pid: pidOfDatabase(dataDir) ?? stack?.database?.pid }]
    .filter(({ pid }) => pid)
    .filter(({ name, pid }) => isOfThisStack(name, commandLineOf(pid), dataDir));
  if (left.length > 0) {
    say(`ending what an interrupted start left running: ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')}`);
  }
  // In the order of an orderly stop.
  const isLast = ({ name }) => ['mq-broker', 'database'].includes(name);
  await Promise.all(left.filter((part) => !isLast(part)).map(end));
  for (const part of left.filter(isLast)) await end(part);
  file.remove();
}

function pidOfDatabase(dataDir) {
  const path = join(dataDir, 'mysqld.pid');
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : null;
}

function isOfThisStack(name, commandLine, dataDir) {
  if (!commandLine) return false;
  if (name === 'database') return commandLine.includes(`--datadir=${join(dataDir, 'mysql')}`);
  const service = name.replace(/-\d$/, ''); // of an instance
  return commandLine.includes(join(root, 'apps', service, 'dist'));
}

async function end({ pid }) {
  const commandLine = commandLineOf(pid);
  const killAtMs = Date.now() + TERMINATE_WITHIN_MS;
  let signalName = 'SIGTERM';
  while (commandLineOf(pid) === commandLine) {
    if (signalName) sendSignal(pid, signalName);
    signalName = Date.now() > killAtMs ? 'SIGKILL' : null;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
