import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosStack } from '../chaos/chaos-stack.js';
import { checkLedger } from '../chaos/ledger-check.js';
import { Ledger } from '../chaos/ledger.js';
import { Market } from '../chaos/market.js';
import { Random } from '../chaos/random.js';
import { settle } from '../chaos/settlement.js';
import { Shopper } from '../chaos/shopper.js';
import { planStories } from '../chaos/stories.js';
import { trendOf, type Series, type Trend } from './flatness.js';
import { allowanceOf, diskUseOf, sample } from './gauges.js';

export interface SoakOptions {
  seed: number;
  minutes: number;
  ordersPerSecond: number;
  progress?: (line: string) => void;
}

export interface SoakResult {
  orders: number;
  trends: Trend[];
  violations: string[];
}

const UNPAID_LIMIT_MS = 6_000;
const CONFIRM_LIMIT_MS = 4_000;
const SETTLE_WITHIN_MS = 120_000;
/** Each third of a run has enough samples for a median. */
const SAMPLES = 60;
/** What is kept for days in real life goes after this share of the run. */
const KEEP_SHARE = 1 / 10;
const MS_PER_HOUR = 3_600_000;
/** Small ones, because files go as a whole. */
const SEGMENT_BYTES = 1 << 20;
const DELIVERY_TRACE_BYTES = 1 << 20;

/** Orders and payments at a steady rate, with retention in compressed time; what must not grow is measured all the while. */
export async function runSoak({
  seed,
  minutes,
  ordersPerSecond,
  progress = () => undefined,
}: SoakOptions): Promise<SoakResult> {
  const durationMs = minutes * 60_000;
  const keepMs = durationMs * KEEP_SHARE;
  const keepHours = String(keepMs / MS_PER_HOUR);
  const random = new Random(String(seed));
  const plan = planStories(random.fork('stories'), Math.ceil(minutes * 60 * ordersPerSecond));
  const market = new Market(plan.length);
  const ledger = new Ledger();
  const chaos = await ChaosStack.start({
    unpaidLimitMs: UNPAID_LIMIT_MS,
    confirmLimitMs: CONFIRM_LIMIT_MS,
    env: {
      INBOX_KEEP_HOURS: keepHours,
      MQ_KEEP_HOURS: keepHours,
      MQ_SEGMENT_BYTES: String(SEGMENT_BYTES),
      MQ_DELIVERY_TRACE_BYTES: String(DELIVERY_TRACE_BYTES),
      LOG_LEVEL: 'warn',
    },
  });
  try {
    await market.open(chaos.books, random.fork('market'));
    const series: Series = new Map();
    const atStart = diskUseOf(chaos.stack.dataDir);
    const sampling = new AbortController();
    const sampler = sampleUntil(sampling.signal, durationMs / SAMPLES, async () => {
      await chaos.books.letDayPass(keepMs);
      for (const [name, value] of await sample(chaos, atStart)) series.set(name, [...(series.get(name) ?? []), value]);
      progress(`${ledger.confirms.size} orders, ${lastOf(series)}`);
    });
    await Promise.all(
      plan.map(async (story, number) => {
        await sleep((number * durationMs) / plan.length);
        const own = { story: story.name, number, random: random.fork(`story ${number}`) };
        await story.act(new Shopper({ ...own, shops: chaos.shops, ledger, market, unpaidLimitMs: UNPAID_LIMIT_MS }));
      }),
    );
    sampling.abort();
    await sampler;
    const unsettled = await settle(chaos, { confirmLimitMs: CONFIRM_LIMIT_MS, timeoutMs: SETTLE_WITHIN_MS });
    const trends = [...series].map(([name, values]) => trendOf(name, values, allowanceOf(name)));
    const growing = trends.filter(({ isFlat }) => !isFlat).map(({ name }) => `grows: ${name}`);
    const { violations } = await checkLedger(chaos.books, ledger);
    return {
      orders: ledger.confirms.size,
      trends,
      violations: [...ledger.violations, ...violations, ...unsettled, ...growing],
    };
  } finally {
    await chaos.stop();
  }
}

async function sampleUntil(signal: AbortSignal, everyMs: number, take: () => Promise<void>): Promise<void> {
  const aborted = new Promise((end) => signal.addEventListener('abort', end));
  while (!signal.aborted) {
    const nextAtMs = Date.now() + everyMs;
    await take();
    await Promise.race([sleep(nextAtMs - Date.now()), aborted]);
  }
}

function lastOf(series: Series): string {
  const sumOf = (kind: string): number =>
    [...series].filter(([name]) => name.endsWith(kind)).reduce((sum, [, values]) => sum + values.at(-1)!, 0);
  return `${sumOf('MiB resident')} MiB resident, ${sumOf(': rows')} rows that go after a time, ${sumOf('mq: MiB on disk')} MiB in the broker's store`;
}
