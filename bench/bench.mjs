/**
 * All benchmarks, and in the end one table: what was measured, what is aimed at, and whether it is reached.
 *
 *   npm run bench -- [--quick]
 *
 * --quick takes three minutes: enough to see a regression, not enough to quote.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { printVerdicts } from './verdicts.mjs';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const QUICK = {
  mq: ['--quick', '--rounds', '2', '--clients', '1', '--tables', 'sends,latency,raw'],
  orders: ['--quick'],
};
const folder = mkdtempSync(path.join(os.tmpdir(), 'trade-bench-'));
const file = path.join(folder, 'verdicts.jsonl');

try {
  for (const name of ['mq', 'orders']) {
    const program = path.join(import.meta.dirname, name, 'bench.mjs');
    const options = [...(args.quick ? QUICK[name] : []), '--verdicts', file];
    const { status } = spawnSync(process.execPath, [program, ...options], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`bench/${name} ended with ${status}`);
  }
  printVerdicts(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
} finally {
  rmSync(folder, { recursive: true });
}
