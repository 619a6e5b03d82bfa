import { Segment } from './segment.js';

/** The segment behind the last one, zeroed in the background before the log needs it. */
export class NextSegment {
  #preparing: Promise<Segment> | undefined;

  constructor(private readonly dir: string) {}

  /** Starts the preparation behind `last`, once. */
  prepareAhead(last: Segment): void {
    if (this.#preparing) return;
    const next = this.#prepare(last);
    this.#preparing = next;
    next.then(undefined, () => {
      // A full disk: the roll that needs the segment tries again and reports the error to the producer.
      if (this.#preparing === next) this.#preparing = undefined;
    });
  }

  /** The prepared segment, to be published. Rejects when the disk refuses it; the next call tries again. */
  async take(last: Segment): Promise<Segment> {
    this.#preparing ??= this.#prepare(last);
    try {
      return await this.#preparing;
    } finally {
      this.#preparing = undefined;
    }
  }

  #prepare(last: Segment): Promise<Segment> {
    return Segment.prepare(this.dir, last.endOffset, last.segmentBytes);
  }

  /** Removes what was prepared and not taken. */
  async discard(): Promise<void> {
    if (!this.#preparing) return;
    const [prepared] = await Promise.allSettled([this.#preparing]);
    if (prepared.status === 'fulfilled') prepared.value.discard();
  }
}
