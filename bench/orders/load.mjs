/**
 * Keeps `inFlight` items under way for `durationMs` and measures them. Failures are kept as text: a rate with failures
 * in it is no result.
 */
export async function load({ inFlight, durationMs, items, doOne }) {
  const latenciesMs = [];
  const failures = [];
  const startMs = performance.now();
  const endMs = startMs + durationMs;
  let next = items.first;
  const last = items.first + items.count;

  const client = async () => {
    while (performance.now() < endMs && next < last) {
      const item = next++;
      const sentMs = performance.now();
      try {
        await doOne(item);
        latenciesMs.push(performance.now() - sentMs);
      } catch (error) {
        failures.push(error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));

  const tookMs = performance.now() - startMs;
  latenciesMs.sort((a, b) => a - b);
  return {
    perSecond: (latenciesMs.length * 1_000) / tookMs,
    count: latenciesMs.length,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    failures,
  };
}

/**
 * All items one after the other at random moments (a Poisson process), whether or not the ones before are done: at even ones, each
 * run would have its own fixed distance to the timers of the processes. Latencies count from when one was due. Those of the first, unmeasured ones go into opening connections.
 */
export async function paced({ perSecond, unmeasured, items, doOne }) {
  const latenciesMs = [];
  const { count } = items;
  const all = [];
  let dueMs = performance.now();
  for (let index = 0; index < count; index++) {
    dueMs += (-Math.log(1 - Math.random()) * 1_000) / perSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    // a timer may be a fraction of a millisecond early
    const fromMs = Math.min(dueMs, performance.now());
    const done = doOne(items.first + index);
    all.push(index < unmeasured ? done : done.then(() => latenciesMs.push(performance.now() - fromMs)));
  }
  await Promise.all(all);
  latenciesMs.sort((a, b) => a - b);
  return { perSecond, count, p50Ms: percentile(latenciesMs, 0.5), p99Ms: percentile(latenciesMs, 0.99) };
}

export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
