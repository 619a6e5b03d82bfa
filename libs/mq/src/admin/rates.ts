import type { Broker } from '../broker/broker.js';

const SAMPLE_MS = 1000;
const KEPT_SAMPLES = 61;

interface Sample {
  atMs: number;
  in: number;
  out: number;
}

export interface Rate {
  inPerSecond: number;
  outPerSecond: number;
}

export function messagesOut({ progress }: Broker): number {
  let messages = 0;
  for (const { delivered } of progress.all()) messages += delivered.messages;
  return messages;
}

/** Messages in and out per second, over the last minute. */
export class Rates {
  readonly #samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly broker: Broker) {
    this.#samples.push(this.#sample());
    this.#timer = setInterval(() => this.#keep(this.#sample()), SAMPLE_MS).unref();
  }

  #sample(): Sample {
    return { atMs: performance.now(), in: this.broker.traffic.messages, out: messagesOut(this.broker) };
  }

  #keep(sample: Sample): void {
    this.#samples.push(sample);
    if (this.#samples.length > KEPT_SAMPLES) this.#samples.shift();
  }

  /** Mean over the last `seconds`, less when the broker is younger. */
  over(seconds: number): Rate {
    const now = this.#sample();
    const since = this.#samples.find(({ atMs }) => now.atMs - atMs <= seconds * 1000) ?? now;
    const elapsedS = Math.max((now.atMs - since.atMs) / 1000, 1);
    // A deleted group takes its count with it.
    const perSecond = (count: number) => Math.max(0, Math.round((count / elapsedS) * 10) / 10);
    return { inPerSecond: perSecond(now.in - since.in), outPerSecond: perSecond(now.out - since.out) };
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
