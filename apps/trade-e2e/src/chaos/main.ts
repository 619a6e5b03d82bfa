import { numbersOf } from '../command-line.js';
import { runChaos } from './chaos-run.js';
import { report } from './report.js';

const USAGE = `npm run chaos -- [--orders 20000] [--seed N] [--seconds N] [--kills N] [--settle-seconds N] [--scale 1|2]
  Orders and payments against a stack of their own, while its processes are killed and stopped and its connections break.
  --seconds  for how long (default: 16 orders a second)   --kills  how many (default: one every 4 seconds)
  --scale 2  two instances of every service`;
const ORDERS_PER_SECOND = 16;
const SECONDS_PER_KILL = 4;

/** @returns the exit code: 0 when every promise was kept, 1 when one was broken, 2 when the command is not right */
export async function main(args: string[]): Promise<number> {
  const numbers = numbersOf(args, ['orders', 'seed', 'seconds', 'kills', 'settle-seconds', 'scale']);
  if (typeof numbers === 'string') return misused(numbers);
  const { orders = 20_000, seed = Date.now() % 1_000_000, scale = 1 } = numbers;
  if (scale !== 1 && scale !== 2) return misused(`--scale must be 1 or 2: ${scale}`);
  const seconds = numbers.seconds ?? Math.max(20, Math.ceil(orders / ORDERS_PER_SECOND));
  const kills = numbers.kills ?? Math.ceil(seconds / SECONDS_PER_KILL);
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  print(
    `chaos: seed ${seed}, ${orders} orders in ${seconds} s, ${kills} kills${scale === 2 ? ', two instances of every service' : ''}`,
  );
  const result = await runChaos({
    seed,
    orders,
    trafficMs: seconds * 1000,
    kills,
    twoOfEach: scale === 2,
    settleWithinMs: (numbers['settle-seconds'] ?? 300) * 1000,
    progress: print,
    signal: interrupt.signal,
  });
  print(report(result));
  return result.violations.length === 0 ? 0 : 1;
}

function misused(why: string): number {
  print(`${why}\n\n${USAGE}`);
  return 2;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
