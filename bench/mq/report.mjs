/** The tables of the benchmark: medians with min-max over the rounds, and ratios of medians. */
import { median } from '../orders/load.mjs';

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const COLUMN_WIDTH = 24;
const cells = (first, rest) => first.padEnd(32) + rest.map((cell) => cell.padStart(COLUMN_WIDTH)).join('');

/**
 * Collects figures by side, a list over the rounds each, and prints them: a row a side, a column a figure.
 * @param {{name: string, digits?: number, ratios?: boolean}[]} figures with the ratios of those that say so
 */
export function printTable(title, figures, resultsBySide) {
  const names = [...resultsBySide.keys()];
  const references = names.filter((name) => /^(stub|empty|apache .*)$/.test(name));
  const compared = figures.filter(({ ratios }) => ratios);
  const titles = compared.flatMap(({ name }) => references.map((reference) => `${name} : ${reference}`));
  console.log(`\n${cells(title, [...figures.map(({ name }) => name), ...titles])}`);
  for (const [side, results] of resultsBySide) {
    const values = figures.map(({ name, digits = 0 }) => spread(results, name, digits));
    const ratios = compared.flatMap(({ name }) =>
      references.map((reference) => ratio(results, resultsBySide.get(reference), name)),
    );
    console.log(cells(`  ${side}`, [...values, ...ratios]));
  }
}

function spread(results, name, digits) {
  const values = results.map((result) => result[name]).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return '-';
  if (values.length === 1) return values[0].toFixed(digits);
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return `${median(values).toFixed(digits)} (${low}-${high})`;
}

/** Of medians. */
export function ratioOf(results, references, name) {
  const of = (list) => median(list.map((result) => result[name]));
  return of(results) / of(references);
}

function ratio(results, references, name) {
  return results === references ? '1' : ratioOf(results, references, name).toFixed(2);
}
