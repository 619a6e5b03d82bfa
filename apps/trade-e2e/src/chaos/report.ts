import type { FaultRecord } from './fault-injector.js';
import type { Ledger, Outcome } from './ledger.js';
import type { LedgerCheck } from './ledger-check.js';

export interface ChaosResult {
  seed: number;
  orders: number;
  trafficMs: number;
  settleMs: number;
  ledger: Ledger;
  timeline: FaultRecord[];
  check: LedgerCheck;
  /** Broken promises; none is what everybody hopes for. */
  violations: string[];
}

const OUTCOMES: Record<Outcome, string> = {
  taken: 'confirmed (200)',
  refused: 'refused, as it had to be (4xx)',
  unavailable: 'put off (503, 504)',
  unanswered: 'no answer at all',
};
const VIOLATIONS_SHOWN = 25;
const SLICE_MS = 60_000;

/** What happened, for a person: faults first, then answers, the verdict last. */
export function report(result: ChaosResult): string {
  const { seed, orders, ledger, timeline, check, violations } = result;
  const sections = [
    section('Timeline of faults', timelineLines(timeline)),
    section('Answers', [...table(ledger.answerCounts().map(([door, answer, times]) => [door, answer, String(times)]))]),
    section(
      'Orders tried, by outcome',
      table([
        ...Object.entries(OUTCOMES).map(([outcome, name]) => [name, String(ledger.count(outcome as Outcome))]),
        ['confirmed, but the answer got lost', String(check.confirmedWithoutAnswer)],
        ['confirmed, and cancelled on request', String(check.cancelledOnRequest)],
        ['paid, and refunded on request', String(check.refundedOnRequest)],
      ]),
    ),
    section(
      'Payments',
      table([
        ['reported by the platform', String(ledger.callbacks.size)],
        ['taken (200)', String(ledger.accepted.length)],
        ['kept: order paid, one score credit, one pay log', String(check.paymentsKept)],
        ['refunded: the order was cancelled or refunded', String(check.paymentsRefunded)],
      ]),
    ),
    section('Faults', table(faultCounts(timeline))),
    section(
      `Violations: ${violations.length}`,
      violations.slice(0, VIOLATIONS_SHOWN).map((line) => `- ${line}`),
    ),
  ];
  const verdict = violations.length === 0 ? 'nothing was lost' : `${violations.length} VIOLATIONS`;
  const times = `${seconds(result.trafficMs)} of traffic, ${seconds(result.settleMs)} to settle`;
  return `${sections.join('\n')}\nchaos: seed ${seed}, ${orders} orders, ${killsOf(timeline)} kills, ${times}: ${verdict}\n`;
}

export function clock(ms: number): string {
  const total = Math.floor(ms / 1000);
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
}

function timelineLines(timeline: FaultRecord[]): string[] {
  let slice = -1;
  return timeline.flatMap(({ atMs, what }) => {
    const line = `${clock(atMs)}.${Math.floor((atMs % 1000) / 100)}  ${what}`;
    if (Math.floor(atMs / SLICE_MS) === slice) return [line];
    slice = Math.floor(atMs / SLICE_MS);
    return [`minute ${slice + 1}`, line];
  });
}

function faultCounts(timeline: FaultRecord[]): string[][] {
  const counts = new Map<string, number>();
  for (const { what, done } of timeline) {
    if (!done) continue;
    const name = what.replace(/ for [\d.]+ s$/, '');
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => [name, String(count)]);
}

function killsOf(timeline: FaultRecord[]): number {
  return timeline.filter(({ kind, done }) => done && (kind === 'kill' || kind === 'restart')).length;
}

function section(title: string, lines: string[]): string {
  return ['', title, ...lines.map((line) => `  ${line}`)].join('\n');
}

function table(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  '),
  );
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
