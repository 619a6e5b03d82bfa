/** What is measured over and over: by name, how much there was at each sample. */
export type Series = Map<string, number[]>;

export interface Trend {
  name: string;
  /** Median of the middle third of the run: warm. */
  middle: number;
  /** Median of its last third. */
  end: number;
  allowed: number;
  isFlat: boolean;
}

/** How much more there may be in the end than in the middle: a share of it, and so much in any case. */
export interface Allowance {
  share: number;
  plus: number;
}

/** Compares the last third of a run with the third before it; the first one is for warming up. */
export function trendOf(name: string, values: readonly number[], { share, plus }: Allowance): Trend {
  const third = Math.floor(values.length / 3);
  const middle = median(values.slice(third, 2 * third));
  const end = median(values.slice(2 * third));
  const allowed = middle * (1 + share) + plus;
  return { name, middle, end, allowed, isFlat: end <= allowed };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
