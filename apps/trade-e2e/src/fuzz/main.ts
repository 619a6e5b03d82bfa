import { numbersOf } from '../command-line.js';
import { runFuzz } from './fuzz-run.js';

const USAGE = `npm run fuzz -- [--requests 100000] [--seed N]
  Sends requests that are nearly right, wrong, or no requests at all to every REST and gRPC door of a stack of its own.`;

/** @returns the exit code: 0 when every door held, 1 when not, 2 when the command is not right */
export async function main(args: string[]): Promise<number> {
  const numbers = numbersOf(args, ['requests', 'seed']);
  if (typeof numbers === 'string') {
    print(`${numbers}\n\n${USAGE}`);
    return 2;
  }
  const { requests = 100_000, seed = Date.now() % 1_000_000 } = numbers;
  print(`fuzz: seed ${seed}, ${requests} requests`);
  const { sent, violations } = await runFuzz({ seed, requests, progress: print });
  for (const violation of violations) print(`\n- ${violation}`);
  const total = [...sent.values()].reduce((sum, count) => sum + count, 0);
  const verdict = violations.length === 0 ? 'every door held' : `${violations.length} VIOLATIONS`;
  print(`\nfuzz: seed ${seed}, ${total} requests to ${sent.size} doors: ${verdict}`);
  return violations.length === 0 ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
