import { appendFileSync } from 'node:fs';

/** What a benchmark found, a line a figure that has an aim. */
export class Verdicts {
  #lines = [];

  /** @param figure a ratio to the reference, or a figure with its unit in the name */
  atLeast(name, figure, aim) {
    this.#add(name, figure, `>= ${aim}`, figure >= aim);
  }

  atMost(name, figure, aim) {
    this.#add(name, figure, `<= ${aim}`, figure <= aim);
  }

  /** Adds them to a file, JSON a line, for whoever runs several benchmarks. */
  save(file) {
    if (file) appendFileSync(file, this.#lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  print() {
    printVerdicts(this.#lines);
  }

  #add(name, figure, aim, reached) {
    this.#lines.push({ name, figure, aim, reached });
  }
}

export function printVerdicts(lines) {
  console.log(`\n${'figure'.padEnd(64)}${'measured'.padStart(10)}${'aim'.padStart(10)}`);
  for (const { name, figure, aim, reached } of lines) {
    const measured = figure.toFixed(figure < 10 ? 2 : 0);
    console.log(
      `${name.padEnd(64)}${measured.padStart(10)}${aim.padStart(10)}  ${reached ? 'reached' : 'NOT REACHED'}`,
    );
  }
}
