/** The processes of the benchmark: brokers and clients, all ended by closeAll(). */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { ROOT } from './protocol.mjs';

export const BROKER = join(ROOT, 'apps/mq-broker/dist/main.js');
const closers = new Set();
const directories = new Set();
const CLOSE_WITHIN_MS = 5_000;

/** Runs a benchmark and ends its processes afterwards, after Ctrl-C and SIGTERM too. */
export async function runAndClose(main) {
  let stopped = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      stopped = true;
      closeAll().finally(() => process.exit(130));
    });
  }
  try {
    await main();
  } catch (error) {
    if (!stopped) throw error;
  } finally {
    await closeAll();
  }
}

export async function closeAll() {
  while (closers.size > 0) await Promise.all([...closers].map((close) => close()));
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  directories.clear();
}

/** A directory that closeAll() removes. */
export function temporaryDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'mq-bench-'));
  directories.add(directory);
  return directory;
}

/** Ends the process with the signal, or after a while without mercy. */
function closerOf(child) {
  const exited = new Promise((done) => child.once('exit', done));
  const close = async (signal = 'SIGTERM', withinMs = CLOSE_WITHIN_MS) => {
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
    await exited;
    clearTimeout(timer);
    closers.delete(close);
  };
  closers.add(close);
  return close;
}

/** A client process that knows the actions of client.mjs. */
export async function startClient() {
  const child = fork(join(ROOT, 'bench/mq/client.mjs'), { serialization: 'advanced' });
  const waiting = new Map();
  let lastId = 0;
  const answered = (id) => new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(result);
  });
  child.on('exit', () => waiting.forEach(({ reject }) => reject(new Error('the client process ended'))));
  const close = closerOf(child);
  await answered(lastId);
  const ask = (name, options) => {
    const id = ++lastId;
    child.send({ id, do: name, ...options });
    return answered(id);
  };
  return { ask, close };
}

/** A broker with a data directory of its own, unless told one. */
export function startBuiltIn(name, flush, topics, { main = BROKER, dataDir = temporaryDirectory() } = {}) {
  const env = {
    MQ_GRPC_PORT: '0',
    MQ_ADMIN_PORT: '0',
    MQ_DATA_DIR: dataDir,
    MQ_TOPICS: topics.join(','),
    MQ_FLUSH: flush,
  };
  return startServer(name, main, env);
}

export function startStub(topics) {
  return startServer('stub', join(ROOT, 'bench/mq/stub-broker.mjs'), { STUB_TOPICS: topics.join(',') });
}

async function startServer(name, main, env) {
  const spawnedMs = performance.now();
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const close = closerOf(child);
  const endpoint = await new Promise((started, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line);
      if (entry.event === 'broker_started') started(entry.endpoint);
      if (entry.level !== 'info') console.error(line);
    });
  });
  return { name, endpoint, pids: [child.pid], startMs: performance.now() - spawnedMs, close };
}

/** Another program of this folder, whose output goes where ours goes. */
export async function run(program, options) {
  const child = spawn(process.execPath, [join(ROOT, 'bench/mq', program), ...options], { stdio: 'inherit' });
  closerOf(child);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

/** The Apache RocketMQ of ROCKETMQ_ENDPOINT, which runs already; its topics are created here. */
export async function useApache(flush, topics, pids) {
  const { ROCKETMQ_ENDPOINT: endpoint, ROCKETMQ_NAMESRV: namesrv } = process.env;
  if (!namesrv) throw new Error('ROCKETMQ_NAMESRV is needed, to create the topics');
  const child = spawn(process.execPath, [join(ROOT, 'tools/rocketmq-declare.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ topics: topics.map((name) => ({ name, type: 'NORMAL', queues: 4 })), groups: [] }));
  const exited = once(child, 'exit');
  await text(child.stdout);
  const [code] = await exited;
  if (code !== 0) throw new Error('the topics could not be created');
  return { name: `apache ${flush.slice(0, -'_FLUSH'.length)}`, endpoint, pids };
}

/** Resident memory of these processes together in MB; NaN where there is no /proc. */
export const rssMb = (pids) => memoryMb(pids, 'VmRSS');

/** The most that they ever had. */
export const peakRssMb = (pids) => memoryMb(pids, 'VmHWM');

function memoryMb(pids, field) {
  const kb = pids.map((pid) => {
    try {
      return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    } catch (error) {
      if (error.code === 'ENOENT') return Number.NaN;
      throw error;
    }
  });
  return kb.length > 0 ? kb.reduce((sum, value) => sum + value, 0) / 1_024 : Number.NaN;
}
