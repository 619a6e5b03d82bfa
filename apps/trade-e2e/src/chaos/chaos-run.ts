import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosStack } from './chaos-stack.js';
import { FaultInjector } from './fault-injector.js';
import { planFaults } from './fault-plan.js';
import { checkLedger } from './ledger-check.js';
import { Ledger } from './ledger.js';
import { Market } from './market.js';
import { Random } from './random.js';
import { clock, type ChaosResult } from './report.js';
import { settle } from './settlement.js';
import { Shopper } from './shopper.js';
import { planStories, type Story } from './stories.js';

export interface ChaosOptions {
  seed: number;
  orders: number;
  /** For how long orders come in and things go wrong. */
  trafficMs: number;
  kills: number;
  /** Two instances of every service. */
  twoOfEach?: boolean;
  settleWithinMs: number;
  /** Hears how it goes, a line at a time. */
  progress?: (line: string) => void;
  signal?: AbortSignal;
}

const UNPAID_LIMIT_MS = 6_000;
const CONFIRM_LIMIT_MS = 4_000;
const PROGRESS_EVERY_MS = 5_000;

/**
 * Starts a stack of its own, lets customers order and pay while processes die and connections break, waits until all is
 * quiet again, and holds what everybody was told against the databases.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, orders, trafficMs, settleWithinMs, progress = () => undefined } = options;
  const signal = options.signal ?? new AbortController().signal;
  setMaxListeners(0, signal);
  const random = new Random(String(seed));
  const plan = planStories(random.fork('stories'), orders);
  const market = new Market(plan.length);
  const ledger = new Ledger((what) => progress(`VIOLATION ${what}`));
  progress('starting the system');
  const chaos = await ChaosStack.start({
    unpaidLimitMs: UNPAID_LIMIT_MS,
    confirmLimitMs: CONFIRM_LIMIT_MS,
    twoOfEach: options.twoOfEach ?? false,
  });
  let violations: string[] = ['the run did not come to its end'];
  try {
    await market.open(chaos.books, random.fork('market'));
    const processes = [...chaos.stack.pids().keys()];
    const faults = planFaults(random.fork('faults'), { processes, durationMs: trafficMs, kills: options.kills });

    const startedAtMs = Date.now();
    const sinceStartMs = (): number => Date.now() - startedAtMs;
    const injector = new FaultInjector(chaos, sinceStartMs);
    const ticker = setInterval(
      () => progress(progressLine(sinceStartMs(), orders, ledger, injector)),
      PROGRESS_EVERY_MS,
    );
    const shopperOf = (story: Story, number: number): Shopper =>
      new Shopper({
        story: story.name,
        number,
        shops: chaos.shops,
        ledger,
        market,
        random: random.fork(`story ${number}`),
        unpaidLimitMs: UNPAID_LIMIT_MS,
      });
    try {
      await Promise.all([
        injector.run(faults, signal),
        ...plan.map(async (story, number) => {
          await sleep((number * trafficMs) / plan.length, undefined, { signal });
          await story.act(shopperOf(story, number));
        }),
      ]);
    } finally {
      clearInterval(ticker);
    }
    const quietAtMs = sinceStartMs();
    progress('all stories are told and all faults are over: waiting until the system is at rest');
    const unsettled = await settle(chaos, { confirmLimitMs: CONFIRM_LIMIT_MS, timeoutMs: settleWithinMs });
    const check = await checkLedger(chaos.books, ledger);
    violations = [...ledger.violations, ...check.violations, ...unsettled.map((what) => `never at rest: ${what}`)];
    return {
      seed,
      orders: ledger.confirms.size,
      trafficMs: quietAtMs,
      settleMs: sinceStartMs() - quietAtMs,
      ledger,
      timeline: injector.timeline,
      check,
      violations,
    };
  } finally {
    const keepFiles = violations.length > 0 && !signal.aborted;
    await chaos.stop({ keepFiles });
    if (keepFiles) progress(`database, broker store and logs are kept in ${chaos.stack.dataDir}`);
  }
}

function progressLine(atMs: number, orders: number, ledger: Ledger, injector: FaultInjector): string {
  const counts = [
    `${ledger.confirms.size}/${orders} orders`,
    `${ledger.count('taken')} confirmed`,
    `${ledger.count('refused')} refused`,
    `${ledger.count('unavailable') + ledger.count('unanswered')} failed`,
    `${ledger.accepted.length} paid`,
    `${injector.kills} kills`,
    `${injector.timeline.length} faults`,
    ...(ledger.violations.length > 0 ? [`${ledger.violations.length} VIOLATIONS`] : []),
  ];
  const now = injector.present;
  return `${clock(atMs)}  ${counts.join(', ')}${now ? `  [${now}]` : ''}`;
}
