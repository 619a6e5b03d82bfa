export type Labels = Readonly<Record<string, string>>;

/** Collects metrics in the text format of Prometheus, version 0.0.4. */
export class PrometheusText {
  static readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';
  readonly #lines: string[] = [];

  /** `common` stands on every sample. */
  constructor(private readonly common: Labels) {}

  counter(name: string, help: string, samples: readonly [Labels, number][]): void {
    this.#add(name, 'counter', help, samples);
  }

  gauge(name: string, help: string, samples: readonly [Labels, number][]): void {
    this.#add(name, 'gauge', help, samples);
  }

  #add(name: string, type: string, help: string, samples: readonly [Labels, number][]): void {
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const [labels, value] of samples)
      this.#lines.push(`${name}{${inText({ ...this.common, ...labels })}} ${value}`);
  }

  toString(): string {
    return this.#lines.join('\n') + '\n';
  }
}

function inText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))}"`)
    .join(',');
}
