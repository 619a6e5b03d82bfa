import * as fs from 'node:fs';
import type { Log } from './log.js';

const SAVE_AFTER_MS = 5000;
const FORMAT_VERSION = 1;

/**
 * How often each undecided half message was asked about, kept over restarts in a small file. A kill of the broker loses
 * the counts of the last seconds: such a message is asked about once more than it should be.
 */
export class CheckCounts {
  #counts = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> | undefined;

  constructor(
    private readonly path: string,
    undecided: { has(physicalOffset: number): boolean },
    private readonly log: Log,
  ) {
    if (!fs.existsSync(path)) return;
    for (const [offset, checks] of this.#load()) if (undecided.has(offset)) this.#counts.set(offset, checks);
  }

  /** An unreadable file costs nothing but the counts in it. */
  #load(): [number, number][] {
    try {
      const saved = JSON.parse(fs.readFileSync(this.path, 'utf8')) as {
        formatVersion: number;
        checks: [number, number][];
      };
      if (saved.formatVersion === FORMAT_VERSION) return saved.checks;
      this.log('warn', 'transaction_checks_ignored', { path: this.path, formatVersion: saved.formatVersion });
    } catch (error) {
      this.log('warn', 'transaction_checks_ignored', { path: this.path, error: String(error) });
    }
    return [];
  }

  of(physicalOffset: number): number {
    return this.#counts.get(physicalOffset) ?? 0;
  }

  add(physicalOffset: number): void {
    this.#counts.set(physicalOffset, this.of(physicalOffset) + 1);
    this.#saveLater();
  }

  forget(physicalOffset: number): void {
    if (this.#counts.delete(physicalOffset)) this.#saveLater();
  }

  #saveLater(): void {
    this.#timer ??= setTimeout(() => (this.#saving = this.#save()), SAVE_AFTER_MS).unref();
  }

  async #save(): Promise<void> {
    this.#timer = undefined;
    const temporary = `${this.path}.tmp`;
    try {
      await fs.promises.writeFile(
        temporary,
        JSON.stringify({ formatVersion: FORMAT_VERSION, checks: [...this.#counts] }),
      );
      await fs.promises.rename(temporary, this.path);
    } catch (error) {
      this.log('warn', 'transaction_checks_not_saved', { path: this.path, error: String(error) });
    }
  }

  async close(): Promise<void> {
    const changed = this.#timer !== undefined;
    clearTimeout(this.#timer);
    await this.#saving;
    if (changed) await this.#save();
  }
}
