import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('../../tools/start.mjs', import.meta.url));
const START_TIMEOUT_MS = 240_000;
const PORTS = [
  'ORDER_HTTP_PORT',
  'ORDER_GRPC_PORT',
  'PAY_HTTP_PORT',
  'PAY_GRPC_PORT',
  'GOODS_HTTP_PORT',
  'GOODS_GRPC_PORT',
  'COUPON_HTTP_PORT',
  'COUPON_GRPC_PORT',
  'USER_HTTP_PORT',
  'USER_GRPC_PORT',
  'MQ_GRPC_PORT',
  'MQ_ADMIN_PORT',
];

/** A stack of its own on free ports, told by its stack.json; the database counts among its processes. */
export async function startStack(environmentOfTheRun = {}) {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'trade-bench-'));
  const ports = await freePorts(PORTS.length);
  const environment = Object.fromEntries(PORTS.map((name, index) => [name, String(ports[index])]));
  const child = spawn(process.execPath, [START], {
    env: {
      ...process.env,
      ...environment,
      DATA_DIR: dataDir,
      SAMPLE_DATA: 'false',
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'warn',
      ...environmentOfTheRun,
      ORDER_TIMELINE: 'off',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(dataDir, { recursive: true, force: true });
  };
  const ready = ['ORDER_HTTP_PORT', 'PAY_HTTP_PORT'].map(
    (name) => `http://127.0.0.1:${environment[name]}/health/ready`,
  );
  const startMs = Date.now();
  const deadlineMs = startMs + START_TIMEOUT_MS;
  console.log('starting the stack …');
  while (!(await answers(ready))) {
    if (child.exitCode !== null || Date.now() > deadlineMs) {
      await stop();
      throw new Error('the stack did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { database, processes } = JSON.parse(readFileSync(path.join(dataDir, 'stack.json'), 'utf8'));
  const measured = [
    ...processes,
    { name: 'database', pid: database.pid },
    { name: 'load generator', pid: process.pid },
  ];
  return { database, processes: measured, startedInMs: Date.now() - startMs, stop };
}

async function answers(urls) {
  try {
    const responses = await Promise.all(urls.map((url) => fetch(url)));
    return responses.every((response) => response.ok);
  } catch {
    return false; // not listening yet
  }
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
