/**
 * Runs the tests: `node tools/test.mjs [unit|int|e2e|browser] [jest arguments]`. Without a kind: the static checks and all
 * four. What they need is installed, built and started. The last line reads `tests: N passed, N failed`.
 * MYSQL_URL names a server for the integration tests, E2E_MYSQL_URL one for the whole-stack tests, which drop the trade_*
 * databases there; without them, private servers are started. CHROMIUM_PATH names the browser, else the system's is used.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { run } from './command.mjs';
import { explain, say } from './console.mjs';
import { install } from './install.mjs';
import { root } from './paths.mjs';
import { countTests, Tally } from './test-tally.mjs';
import { onStopRequest } from './signals.mjs';
import { testBrowser } from './test-browser.mjs';
import { testDatabase } from './test-database.mjs';

const KINDS = ['unit', 'int', 'e2e', 'browser'];
/** They start the system as processes, so they need it built: a whole stack at a time. */
const WHOLE_STACK = ['e2e', 'browser'];
const [first, ...rest] = process.argv.slice(2);
const onlyKind = KINDS.includes(first) ? first : null;
const jestArguments = onlyKind ? rest : process.argv.slice(2);

const interrupt = new AbortController();
const { signal } = interrupt;
void onStopRequest({ first: () => interrupt.abort(), again: () => process.exit(1) });

const reports = mkdtempSync(join(tmpdir(), 'trade-reports-'));
const tally = new Tally();
const failedSteps = [];
let database = null;
try {
  await install({ signal });
  // Unit and integration tests run the sources.
  if (!onlyKind || WHOLE_STACK.includes(onlyKind)) await build({ signal });
  if (!onlyKind) await staticChecks();
  for (const kind of onlyKind ? [onlyKind] : KINDS) await runJest(kind);
} catch (error) {
  say(signal.aborted ? 'interrupted' : explain(error));
  tally.failed += 1;
} finally {
  await database?.stop();
  rmSync(reports, { recursive: true, force: true });
}
if (failedSteps.length > 0) say(`failed: ${failedSteps.join(', ')}`);
process.stdout.write(`${tally}\n`, () => process.exit(tally.failed === 0 ? 0 : 1));

async function staticChecks() {
  await check('lock file', join(root, 'tools/lock-all-platforms.mjs'), ['--check']);
  await check('description of the API', join(root, 'tools/generate-client.mjs'), ['--check']);
  // Without a project graph, the lint rule for module boundaries is skipped.
  await check('project graph', bin('nx'), ['show', 'projects', '--json']);
  await check('pictures of the architecture', join(root, 'tools/architecture.mjs'), ['--check']);
  await check('lint', bin('eslint'), ['.', '--max-warnings', '0']);
  await check('types', bin('tsc'), ['-p', 'tsconfig.base.json', '--noEmit']);
  await check('types of the console', bin('tsc'), ['-p', 'libs/mq/tsconfig.console.json']);
  await check('format', bin('prettier'), ['--check', '.']);
}

/** A check that fails counts as one failed test; the rest still runs. */
async function check(what, script, args) {
  try {
    await run(what, process.execPath, [script, ...args], { signal, env: { ...process.env, NX_DAEMON: 'false' } });
  } catch (error) {
    signal.throwIfAborted();
    say(error.message);
    tally.failed += 1;
    failedSteps.push(what);
  }
}

async function runJest(kind) {
  const env = {
    ...process.env,
    NODE_OPTIONS:
      `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
  };
  if (kind === 'int') {
    database ??= await testDatabase({ signal });
    env.MYSQL_URL = database.adminUrl;
  }
  const browser = kind === 'browser' ? await testBrowser({ signal }) : null;
  if (browser) env.CHROMIUM_PATH = browser;
  const report = join(reports, `${kind}.json`);
  const args = [
    bin('jest'),
    ...['--selectProjects', kind, '--passWithNoTests', '--json', `--outputFile=${report}`],
    // Two workers are what two cores carry.
    ...(WHOLE_STACK.includes(kind) ? ['--runInBand'] : ['--maxWorkers=2']),
    ...(kind === 'browser' && !browser ? skipAll() : []),
    ...jestArguments,
  ];
  const exitedWell = await run(`${kind} tests`, process.execPath, args, { signal, env }).then(
    () => true,
    (error) => {
      signal.throwIfAborted();
      say(error.message);
      failedSteps.push(`${kind} tests`);
      return false;
    },
  );
  tally.add(countTests(report), exitedWell);
}

/** No name matches: the tests are listed and counted, none is run. */
function skipAll() {
  say('browser tests: skipped, there is no browser: install chromium, or set CHROMIUM_PATH to a Chromium or Chrome');
  return ['--testNamePattern', '(?!)'];
}

function bin(program) {
  return join(root, 'node_modules/.bin', program);
}
