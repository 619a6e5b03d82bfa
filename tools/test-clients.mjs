/**
 * The official RocketMQ 5 clients of other languages against the built-in broker: `node tools/test-clients.mjs [java|go|python …]`,
 * all without a name. A language whose tools are not installed is skipped. The last line reads `tests: N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { LANGUAGES } from './client-languages.mjs';
import { sendSignal } from './command.mjs';
import { explain, say, UserError } from './console.mjs';
import { install } from './install.mjs';
import { root } from './paths.mjs';
import { onStopRequest } from './signals.mjs';
import { Tally } from './test-tally.mjs';

const SCENARIOS = ['simple', 'push', 'large', 'fifo', 'fifo-retry', 'delay', 'transaction', 'check-back'];
const TOPIC_TYPES = ['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION'];
/** Eight scenarios that may wait for half a minute each. */
const RUN_WITHIN_MS = 300_000;
const SHOWN_ERROR_CHARACTERS = 3000;

const interrupt = new AbortController();
const { signal } = interrupt;
void onStopRequest({ first: () => interrupt.abort(), again: () => process.exit(1) });

const tally = new Tally();
const columns = [];
let broker = null;
try {
  const languages = chosenLanguages();
  await install({ signal });
  await build({ signal });
  const { startBroker } = await import(join(root, 'libs/mq/dist/index.js'));
  broker = await startBroker({
    adminPort: false,
    // Clients that are closed wait for the end of their polls.
    longPollingMs: 5000,
    transactionTimeoutMs: 1000,
    transactionCheckIntervalMs: 1000,
    topics: languages.flatMap(({ name }) => TOPIC_TYPES.map((type) => ({ name: topicOf(name, type), type }))),
  });
  for (const language of languages) {
    try {
      const column = await test(language);
      if (column) columns.push(column);
    } catch (error) {
      signal.throwIfAborted();
      // The others still run.
      say(`${language.name}: ${explain(error)}`);
      tally.failed += 1;
    }
  }
} catch (error) {
  say(signal.aborted ? 'interrupted' : explain(error));
  tally.failed += 1;
} finally {
  await broker?.close();
}
printTable();
process.stdout.write(`${tally}\n`, () => process.exit(tally.failed === 0 ? 0 : 1));

function chosenLanguages() {
  const names = process.argv.slice(2);
  for (const name of names) {
    if (!Object.hasOwn(LANGUAGES, name)) {
      throw new UserError(`no client of ${name}; there are: ${Object.keys(LANGUAGES).join(', ')}`);
    }
  }
  return Object.entries(LANGUAGES)
    .filter(([name]) => names.length === 0 || names.includes(name))
    .map(([name, language]) => ({ name, ...language }));
}

/** The programs know their topics as prefix_type. */
function topicOf(language, type) {
  return `${language}_${type.toLowerCase()}`;
}

/** One column of the table, or null when the language was skipped. */
async function test({ name, version, missing, build: buildClient, command, lacks = {} }) {
  const missingTools = missing();
  if (missingTools.length > 0) {
    say(`${name}: skipped, not installed: ${missingTools.join(', ')}`);
    tally.skipped += SCENARIOS.length;
    return null;
  }
  const title = `${name} ${version()}`;
  const out = join(root, 'node_modules/.cache/test-clients', name);
  mkdirSync(out, { recursive: true });
  await buildClient(out, signal);
  say(`${title} …`);
  const scenarios = SCENARIOS.filter((scenario) => !Object.hasOwn(lacks, scenario));
  const results = await runProgram(scenarios, (home) => [...command(out, home), broker.endpoint, name]);
  for (const [scenario, why] of Object.entries(lacks)) {
    tally.skipped += 1;
    say(`${title}: ${scenario} skipped: ${why}`);
  }
  for (const scenario of scenarios) {
    const { ok, detail } = results.get(scenario) ?? { ok: false, detail: 'no result' };
    tally.add(ok ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }, ok);
    say(`${title}: ${scenario} ${ok ? 'ok' : 'FAILED'}: ${detail}`);
  }
  return { title, cells: SCENARIOS.map((scenario) => cell(scenario, lacks, results)) };
}

function cell(scenario, lacks, results) {
  if (Object.hasOwn(lacks, scenario)) return '-';
  return results.get(scenario)?.ok ? 'ok' : 'FAILED';
}

/** Runs a client program in a home of its own, where clients keep their logs; resolves to the results that it printed. */
async function runProgram(scenarios, commandFor) {
  const home = mkdtempSync(join(tmpdir(), 'mq-client-'));
  const [program, ...programArguments] = commandFor(home);
  const child = spawn(program, programArguments, {
    env: { ...process.env, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => (printed[stream] += text));
  }
  const killGroup = () => sendSignal(-child.pid, 'SIGKILL');
  const timer = setTimeout(killGroup, RUN_WITHIN_MS);
  signal.addEventListener('abort', killGroup, { once: true });
  try {
    const exit = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, killedBy) => resolve(killedBy ?? code));
    });
    signal.throwIfAborted();
    const results = new Map(resultsIn(printed.stdout).map((result) => [result.scenario, result]));
    const allWell = scenarios.every((scenario) => results.get(scenario)?.ok);
    if (exit !== 0 && allWell) tally.failed += 1;
    if (exit !== 0 || !allWell) say(`exit ${exit}\n${printed.stderr.slice(-SHOWN_ERROR_CHARACTERS)}`);
    return results;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', killGroup);
    rmSync(home, { recursive: true, force: true });
  }
}

/** Clients print lines of their own between the results. */
function resultsIn(stdout) {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"scenario"'))
    .map((line) => JSON.parse(line));
}

function printTable() {
  if (columns.length === 0) return;
  const rows = [
    ['', ...columns.map(({ title }) => title)],
    ...SCENARIOS.map((scenario, at) => [scenario, ...columns.map(({ cells }) => cells[at])]),
  ];
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  for (const row of rows) process.stdout.write(`${row.map((cell, at) => cell.padEnd(widths[at])).join('  ')}\n`);
}
