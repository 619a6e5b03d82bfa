import { collectDefaultMetrics, Counter, Gauge, Histogram, register } from 'prom-client';

/** A figure that cannot be read by then (the database is away) is left out: the others must reach Prometheus. */
const READ_TIMEOUT_MS = 2_000;
/** From a check in memory to the deadline of a call. */
const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3];

type Labels<Label extends string> = Record<Label, string>;

/** How often something happened. */
export class Count {
  value = 0;

  add(): void {
    this.value++;
  }
}

/**
 * Counts events of one kind, by labels. Whoever counts looks its Count up once, or where that is rare: prom-client's own
 * increment takes half a microsecond, most of it to find the labels, and an order has twenty of them.
 */
export class EventCounter<Label extends string> {
  private readonly counts = new Map<string, { labels: Labels<Label>; count: Count }>();

  constructor(
    name: string,
    help: string,
    private readonly labelNames: readonly Label[],
  ) {
    const counts = this.counts;
    new Counter<Label>({
      name,
      help,
      labelNames,
      collect() {
        this.reset();
        for (const { labels, count } of counts.values()) this.inc(labels, count.value);
      },
    });
  }

  /** Shown as 0 from now on. */
  of(labels: Labels<Label>): Count {
    const key = this.labelNames.map((name) => labels[name]).join('\n');
    let found = this.counts.get(key);
    if (!found) this.counts.set(key, (found = { labels, count: new Count() }));
    return found.count;
  }
}

/** How long something takes, by labels. */
export class DurationHistogram<Label extends string> {
  private readonly histogram: Histogram<Label>;

  constructor(name: string, help: string, labelNames: readonly Label[]) {
    this.histogram = new Histogram({ name, help, labelNames, buckets: DURATION_BUCKETS_S });
  }

  /** Look it up once. */
  of(labels: Labels<Label>): { observe(seconds: number): void } {
    return this.histogram.labels(labels);
  }
}

export type Sample<Label extends string> = readonly [labels: Labels<Label>, value: number];
type Read<Label extends string> = () => readonly Sample<Label>[] | Promise<readonly Sample<Label>[]>;

const readers = new Map<string, Read<string>>();

/** A figure that is read when Prometheus asks. Whoever shows it last is asked: there is one application in a process. */
export function showGauge<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[],
  read: Read<Label>,
): void {
  if (isShownAnew(name, read)) return;
  new Gauge<string>({
    name,
    help,
    labelNames,
    async collect() {
      this.reset();
      if (labelNames.length === 0) this.remove(); // what has no labels would be 0 after a reset, not missing
      for (const [labels, value] of await samplesOf(name)) this.set(labels, value);
    },
  });
}

/** The same for a figure that only grows. */
export function showCounter<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[],
  read: Read<Label>,
): void {
  if (isShownAnew(name, read)) return;
  new Counter<string>({
    name,
    help,
    labelNames,
    async collect() {
      this.reset();
      for (const [labels, value] of await samplesOf(name)) this.inc(labels, value);
    },
  });
}

/** How often the event loop is asked whether it is late; it never looks less late than this. The default of 10 ms wakes each process a hundred times a second. */
const EVENT_LOOP_LAG_EVERY_MS = 50;

/** Of the process itself: processor time, memory, event loop, garbage collection. */
export function showProcessMetrics(): void {
  collectDefaultMetrics({ eventLoopMonitoringPrecision: EVENT_LOOP_LAG_EVERY_MS });
}

/** In the text format of Prometheus. */
export function metricsText(): Promise<string> {
  return register.metrics();
}

export const METRICS_CONTENT_TYPE: string = register.contentType;

function isShownAnew<Label extends string>(name: string, read: Read<Label>): boolean {
  const isKnown = readers.has(name);
  readers.set(name, read as Read<string>);
  return isKnown;
}

async function samplesOf(name: string): Promise<readonly Sample<string>[]> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<readonly Sample<string>[]>((resolve) => {
    timer = setTimeout(() => resolve([]), READ_TIMEOUT_MS);
  });
  try {
    return await Promise.race([readers.get(name)!(), timeout]);
  } catch {
    return []; // that it is missing says that it cannot be read
  } finally {
    clearTimeout(timer);
  }
}
