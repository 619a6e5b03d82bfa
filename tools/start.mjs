/**
 * Starts the whole system on this machine and keeps it running until Ctrl-C or SIGTERM: the database, the broker, the five
 * services. What it needs, it installs and builds. `npm start -- --scale goods=2,order=2` starts more instances of a service;
 * `npm run dev` (`--watch`) also shows the logs, and restarts what uses a source that changes.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { explain, say, UserError } from './console.mjs';
import { provideDatabase } from './database.mjs';
import { install } from './install.mjs';
import { claimDataDir, endLeftovers, releaseDataDir } from './leftovers.mjs';
import { limitLogFiles, readLogLimits } from './log-files.mjs';
import { dataDir as readDataDir } from './paths.mjs';
import { assertPortFree } from './ports.mjs';
import { createTopics, topicCommands } from './rocketmq-topics.mjs';
import { applySchema } from './schema.mjs';
import { onStopRequest } from './signals.mjs';
import { StackFile } from './stack-file.mjs';
import { Supervisor } from './supervisor.mjs';
import { describeSystem, readScale, TOPICS } from './system.mjs';
import { welcome } from './welcome.mjs';

const env = process.env;
const dataDir = readDataDir(env);
const interrupt = new AbortController();
const { signal } = interrupt;
const stackFile = new StackFile(dataDir);
let adminUrl = null;
let system = null;
let devMode = null;

mkdirSync(dataDir, { recursive: true });
const supervisor = new Supervisor({
  logDir: join(dataDir, 'logs'),
  onChange: writeStackFile,
  longestBackoffMs: Number(env.RESTART_BACKOFF_MAX_MS) || undefined,
});
const stopRequested = onStopRequest({
  first: (why) => {
    say(`${why}: stopping (again to kill)`);
    interrupt.abort();
  },
  again: () => {
    say('killing everything');
    supervisor.killAll();
    process.exit(1);
  },
});

let exitCode = 0;
try {
  claimDataDir(dataDir);
  try {
    await Promise.race([startEverything(), stopRequested]);
    await stopRequested;
  } finally {
    await stopEverything();
    releaseDataDir(dataDir);
  }
  say('stopped');
} catch (error) {
  if (!signal.aborted) {
    say(explain(error));
    exitCode = 1;
  }
}
process.exit(exitCode);

async function startEverything() {
  const { scale, watch } = readArguments(process.argv.slice(2));
  await endLeftovers(dataDir);
  // Told before the long steps: a port that is taken, a setting that is wrong.
  limitLogFiles(() => supervisor.logFiles(), readLogLimits(env));
  system = describeSystem({ dataDir, adminUrl: env.MYSQL_URL || 'mysql://127.0.0.1', env, scale });
  for (const part of parts()) {
    for (const kind of Object.keys(part.ports)) {
      await assertPortFree(part.ports[kind], system.host, part.portVariables[kind], `${part.name} ${kind}`);
    }
  }
  await install({ signal });
  await build({ signal });
  if (watch) devMode = await startDevMode();

  const database = await provideDatabase({ dataDir, env, signal });
  signal.throwIfAborted();
  adminUrl = database.adminUrl;
  system = describeSystem({ dataDir, adminUrl, env, scale });
  await Promise.all([startDatabase(database), system.broker ? start(system.broker) : prepareRocketmq()]);
  await Promise.all(system.services.map(start));
  signal.throwIfAborted();
  await welcome(parts(), { host: system.reachedOn, dataDir, adminUrl, env });
  await devMode?.watch(parts());
}

/** Loaded on demand: an image without development packages can start as well. */
async function startDevMode() {
  const { DevMode } = await import('./dev/dev-mode.mjs');
  return new DevMode({ supervisor, logDir: join(dataDir, 'logs') });
}

function readArguments(args) {
  const options = {
    scale: { type: 'string', multiple: true, default: [] },
    watch: { type: 'boolean', default: false },
  };
  try {
    const { scale, watch } = parseArgs({ args, options }).values;
    return { scale: readScale(scale), watch };
  } catch (error) {
    throw new UserError(`${error.message}. Usage: npm start [-- --scale goods=2,order=2]`);
  }
}

async function startDatabase(database) {
  if (database.process) await start(database.process);
  await applySchema(adminUrl, { env, sampleData: env.SAMPLE_DATA !== 'false' });
  say('database: tables and accounts are there');
}

/** An Apache RocketMQ is there already; it needs our topics, each with its message type. */
async function prepareRocketmq() {
  if (env.ROCKETMQ_NAMESRV) return createTopics(env.ROCKETMQ_NAMESRV, TOPICS, { signal });
  say(`ROCKETMQ_NAMESRV is not set: these topics must be on ${env.ROCKETMQ_ENDPOINT} already`);
  for (const command of topicCommands(TOPICS)) say(`  ${command}`);
}

async function start(part) {
  signal.throwIfAborted();
  if (part.app) devMode?.show(part.name);
  await supervisor.start(part);
  say(`${part.name} is ready`);
}

/** Those that take requests first, what they stand on last. */
async function stopEverything() {
  await supervisor.stop(system ? system.services.map(({ name }) => name) : []);
  await supervisor.stop(['mq-broker']);
  await supervisor.stop(['database']);
  await devMode?.close();
  stackFile.remove();
}

function parts() {
  return [...system.services, ...(system.broker ? [system.broker] : [])];
}

function writeStackFile() {
  const processes = supervisor.running();
  stackFile.write({
    database: { adminUrl, pid: supervisor.pid('database') },
    processes: processes.filter(({ name }) => name !== 'database'),
  });
}
