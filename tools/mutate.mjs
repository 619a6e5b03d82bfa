/**
 * `npm run mutate [-- part of a safeguard's name]`: takes one safeguard away at a time, in a copy, and runs the spec that must
 * notice. Exit code 1 when one of them does not.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explain, say } from './console.mjs';
import { install } from './install.mjs';
import { MUTANTS, withoutSafeguard } from './mutants.mjs';
import { root } from './paths.mjs';
import { onStopRequest } from './signals.mjs';
import { testDatabase } from './test-database.mjs';

const COPIED = [
  'apps',
  'libs',
  'sql',
  'tools',
  'package.json',
  'tsconfig.base.json',
  'jest.config.mjs',
  'jest.setup.mjs',
];
/** A test that waits for ever for what the safeguard would have done notices, too. */
const SPEC_LIMIT_MS = 300_000;
const LEFT_OUT = /\/(node_modules|dist)$/;

const interrupt = new AbortController();
void onStopRequest({ first: () => interrupt.abort(), again: () => process.exit(1) });
const [wanted = ''] = process.argv.slice(2);
const mutants = MUTANTS.filter(({ safeguard }) => safeguard.includes(wanted));

let database = null;
let copy = null;
let exitCode = 1;
try {
  await install();
  copy = copySources();
  database = await testDatabase({ signal: interrupt.signal });
  const rows = [];
  for (const spec of new Set(mutants.map(({ spec }) => spec))) {
    const { failed, output } = runSpec(spec);
    if (failed.length > 0)
      throw new Error(`${spec} fails with all safeguards in place: ${failed.join('; ')}\n${output}`);
  }
  for (const mutant of mutants) {
    interrupt.signal.throwIfAborted();
    rows.push(row(mutant, tryWithout(mutant)));
    say(rows.at(-1).join('  '));
    await new Promise((resolve) => setImmediate(resolve));
  }
  printTable(rows);
  const missed = rows.filter(([, verdict]) => verdict !== 'caught');
  exitCode = missed.length === 0 && rows.length > 0 ? 0 : 1;
  process.stdout.write(`mutate: ${rows.length} safeguards taken away, ${rows.length - missed.length} noticed\n`);
} catch (error) {
  say(interrupt.signal.aborted ? 'interrupted' : explain(error));
} finally {
  await database?.stop();
  if (copy) rmSync(copy, { recursive: true, force: true });
}
process.exit(exitCode);

/** The sources, with the packages of this folder; our own packages among them are those of the copy. */
function copySources() {
  const folder = mkdtempSync(join(tmpdir(), 'trade-mutants-'));
  for (const name of COPIED)
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => !LEFT_OUT.test(path) });
  linkPackages('.', folder);
  for (const kind of ['apps', 'libs']) {
    for (const name of readdirSync(join(root, kind))) linkPackages(join(kind, name), folder);
  }
  mkdirSync(join(folder, 'node_modules/@trade'));
  for (const name of readdirSync(join(root, 'node_modules/@trade'))) {
    const kind = existsSync(join(root, 'libs', name)) ? 'libs' : 'apps';
    symlinkSync(join(folder, kind, name), join(folder, 'node_modules/@trade', name));
  }
  return folder;
}

function linkPackages(place, folder) {
  const packages = join(root, place, 'node_modules');
  if (!existsSync(packages)) return;
  mkdirSync(join(folder, place, 'node_modules'));
  for (const name of readdirSync(packages)) {
    if (name !== '@trade') symlinkSync(join(packages, name), join(folder, place, 'node_modules', name));
  }
}

function tryWithout(mutant) {
  const path = join(copy, mutant.file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, withoutSafeguard(mutant, source));
  try {
    return runSpec(mutant.spec);
  } finally {
    writeFileSync(path, source);
  }
}

/** Names of the tests that failed; what the run said when there was no report. */
function runSpec(spec) {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const jest = join(copy, 'node_modules/jest/bin/jest.js');
  const { stdout, stderr, error } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', jest, '--runTestsByPath', join(copy, spec), '--json', `--outputFile=${report}`],
    {
      cwd: copy,
      encoding: 'utf8',
      timeout: SPEC_LIMIT_MS,
      killSignal: 'SIGKILL',
      env: { ...process.env, MYSQL_URL: database.adminUrl },
    },
  );
  const output = `${stdout}${stderr}`.slice(-4_000);
  if (error?.code === 'ETIMEDOUT') return { failed: ['it does not end'], broken: false, output };
  if (!existsSync(report)) return { failed: ['no report'], broken: true, output };
  const { testResults, numTotalTests } = JSON.parse(readFileSync(report, 'utf8'));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  // a file that cannot be run shows that the edit is no program, not that a test noticed
  const broken = numTotalTests === 0;
  return { failed: broken ? ['it does not run'] : failed, broken, output };
}

function row({ safeguard, spec }, { failed, broken }) {
  const verdict = broken ? 'BROKEN' : failed.length > 0 ? 'caught' : 'MISSED';
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  return [safeguard, verdict, `${spec.split('/').at(-1)}${failed.length > 0 ? `: ${failed[0]}${more}` : ''}`];
}

function printTable(rows) {
  const width = Math.max(...rows.map(([safeguard]) => safeguard.length));
  process.stdout.write('\n');
  for (const [safeguard, verdict, by] of rows)
    process.stdout.write(`  ${safeguard.padEnd(width)}  ${verdict}  ${by}\n`);
  process.stdout.write('\n');
}
