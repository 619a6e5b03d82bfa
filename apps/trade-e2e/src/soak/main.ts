import { numbersOf } from '../command-line.js';
import { runSoak } from './soak-run.js';

const USAGE = `npm run soak -- [--minutes 30] [--rate 20] [--seed N]
  Orders and payments at a steady rate (a second) while memory, handles, tables and files are watched.`;
/** What is old is deleted once a minute: in less time it is not seen to stay flat. */
const MIN_MINUTES = 10;

/** @returns the exit code: 0 when nothing grew, 1 when something did, 2 when the command is not right */
export async function main(args: string[]): Promise<number> {
  const numbers = numbersOf(args, ['minutes', 'rate', 'seed']);
  if (typeof numbers === 'string') return misused(numbers);
  const { minutes = 30, rate: ordersPerSecond = 20, seed = 1 } = numbers;
  if (minutes < MIN_MINUTES || ordersPerSecond < 1)
    return misused(`at least ${MIN_MINUTES} minutes, and 1 order a second`);
  print(`soak: seed ${seed}, ${minutes} minutes, ${ordersPerSecond} orders a second`);
  const { orders, trends, violations } = await runSoak({ seed, minutes, ordersPerSecond, progress: print });
  print(`\n  ${'after warm-up, and in the end'.padEnd(48)}   middle      end  allowed`);
  for (const { name, middle, end, allowed, isFlat } of trends) {
    const columns = [middle, end, Number(allowed.toFixed(2))].map((value) => String(value).padStart(8));
    print(`  ${name.padEnd(48)} ${columns.join(' ')}  ${isFlat ? 'flat' : 'GROWS'}`);
  }
  for (const violation of violations) print(`- ${violation}`);
  const verdict = violations.length === 0 ? 'nothing grew, nothing was lost' : `${violations.length} VIOLATIONS`;
  print(`\nsoak: seed ${seed}, ${minutes} minutes, ${orders} orders: ${verdict}`);
  return violations.length === 0 ? 0 : 1;
}

function misused(why: string): number {
  print(`${why}\n\n${USAGE}`);
  return 2;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
