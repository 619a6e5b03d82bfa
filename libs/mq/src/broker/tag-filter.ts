import type { StoredRecord } from '../store/record.js';
import { stringHash } from '../store/string-hash.js';
import { BrokerError, Code } from './code.js';

/** Which tags a subscription wants: "*" or "" = all, else "a || b". */
export class TagFilter {
  readonly readsMessages = false;
  readonly #tags: Set<string> | undefined;
  readonly #hashes: Set<number> | undefined;

  constructor(expression: string) {
    const wanted = expression.trim();
    if (wanted === '' || wanted === '*') return;
    const tags = wanted
      .split('||')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '');
    if (tags.length === 0)
      throw new BrokerError(
        Code.ILLEGAL_FILTER_EXPRESSION,
        `filter expression ${JSON.stringify(expression)} names no tag`,
      );
    this.#tags = new Set(tags);
    this.#hashes = new Set(tags.map(stringHash));
  }

  /** Cheap test on the ConsumeQueue entry; two tags may share a hash, so matches() decides. */
  mayMatch(tagHash: number): boolean {
    return this.#hashes === undefined || this.#hashes.has(tagHash);
  }

  matches({ tag }: Pick<StoredRecord, 'tag'>): boolean {
    return this.#tags === undefined || this.#tags.has(tag);
  }
}
