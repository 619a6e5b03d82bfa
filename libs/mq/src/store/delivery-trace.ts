import * as fs from 'node:fs';
import { join } from 'node:path';
import { writeAll } from './file-io.js';

const OUTCOMES = ['acked', 'failed', 'expired', 'lost', 'reset', 'dead'] as const;

/**
 * How a delivery ended: acked; the client wants the message again later (failed); its lease was over (expired); the client or
 * its connection was gone (lost); the group was moved meanwhile (reset). dead: the message became a dead letter.
 */
export type DeliveryOutcome = (typeof OUTCOMES)[number];

export interface DeliveryEvent {
  group: string;
  /** Which delivery to the group, from 1. */
  attempt: number;
  outcome: DeliveryOutcome;
  clientId: string;
  /** ms since 1970; 0 = before the last start of the broker. */
  deliveredAtMs: number;
  /** When it ended, ms since 1970. */
  endedAtMs: number;
}

/** Where a message stands in its topic. */
export interface MessagePlace {
  topic: string;
  queueId: number;
  queueOffset: number;
}

export interface DeliveryTraceOptions {
  dir: string;
  /** Of all files; 0 = nothing is traced. */
  maxBytes: number;
  /** Events are dropped after a failed write, and the next are written again. */
  onError: (error: unknown) => void;
}

const LINE_ENDS = /[\t\n\r]/g;
const UNKNOWN = -1;
const HEADER = 'deliveries 1\n';
const FILES = 16;
const FLUSH_MS = 1000;
/** Waiting for the disk; what comes on top is dropped. */
const MAX_WAITING_BYTES = 8 << 20;
const FIRST_BUFFER_BYTES = 64 << 10;
const MAX_CLIENT_CHARS = 128;
/** Topic and group have at most 127 characters, a character at most 3 bytes. */
const MAX_LINE_BYTES = 1 << 10;
/** Of one message; a group may try without end. */
const MAX_FOUND = 2000;
const READ_BYTES = 1 << 20;
/** The file system may keep coarser times than the clock. */
const MTIME_SLACK_MS = 2000;

/**
 * What became of each delivery, for those who ask later: text, a line an ended delivery, written once a second without fsync.
 * The broker itself never reads it. Files deliveries-<n>, the oldest is removed when a new one is begun:
 *
 *   topic \t queueId \t offset \t group \t attempt \t outcome \t tookMs, -1 when unknown \t endedAtMs \t clientId \n
 */
export class DeliveryTrace {
  /** Lines that wait for the disk. */
  #buffer = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);
  #used = 0;
  readonly #ended = new LastText<number>(String);
  readonly #client = new LastText<string>((clientId) => clientId.slice(0, MAX_CLIENT_CHARS).replace(LINE_ENDS, ' '));
  #dropped = 0;
  #fd = -1;
  #number = 0;
  #position = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  readonly #fileBytes: number;

  constructor(private readonly options: DeliveryTraceOptions) {
    this.#fileBytes = Math.ceil(options.maxBytes / FILES);
  }

  record({ topic, queueId, queueOffset }: MessagePlace, event: DeliveryEvent): void {
    if (this.options.maxBytes === 0) return;
    if (!this.#reserve()) {
      this.#dropped++;
      return;
    }
    const { group, attempt, outcome, deliveredAtMs, endedAtMs, clientId } = event;
    const tookMs = deliveredAtMs > 0 ? endedAtMs - deliveredAtMs : UNKNOWN;
    this.#ended.change(endedAtMs);
    this.#client.change(clientId);
    // As bytes at once: strings that live for a second cost the garbage collector more than all else here.
    this.#used += this.#buffer.write(
      `${topic}\t${queueId}\t${queueOffset}\t${group}\t${attempt}\t${outcome}\t${tookMs}\t${this.#ended.text}\t${this.#client.text}\n`,
      this.#used,
    );
    this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_MS).unref();
  }

  /** Room for one more line; false when too much waits already. */
  #reserve(): boolean {
    if (this.#used + MAX_LINE_BYTES <= this.#buffer.length) return true;
    if (this.#buffer.length >= MAX_WAITING_BYTES) return false;
    const larger = Buffer.allocUnsafe(this.#buffer.length * 2);
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
    return true;
  }

  /** The newest last. What was recorded before `sinceMs` belongs to an earlier message in this place. */
  async find({ topic, queueId, queueOffset }: MessagePlace, sinceMs: number): Promise<DeliveryEvent[]> {
    await this.#flush();
    const wanted = Buffer.from(`\n${topic}\t${queueId}\t${queueOffset}\t`);
    const events: DeliveryEvent[] = [];
    for (const number of this.#numbers()) {
      const path = this.#pathOf(number);
      for await (const line of linesWith(wanted, path, sinceMs)) {
        const event = eventOf(line);
        if (event && event.endedAtMs >= sinceMs) events.push(event);
        if (events.length === MAX_FOUND) return events;
      }
    }
    return events;
  }

  /** Resolves when the events so far are with the operating system, or dropped. */
  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return (this.#writing = this.#writing.then(() => this.#write()));
  }

  async #write(): Promise<void> {
    if (this.#used === 0) return;
    const lines = this.#buffer.subarray(0, this.#used);
    this.#buffer = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);
    this.#used = 0;
    try {
      if (this.#dropped > 0) this.options.onError(new Error(`${this.#dropped} deliveries are not traced`));
      this.#dropped = 0;
      if (this.#fd < 0) this.#openNewest();
      if (this.#position + lines.length > this.#fileBytes) this.#begin(this.#number + 1);
      await writeAll(this.#fd, lines, this.#position);
      this.#position += lines.length;
    } catch (error) {
      this.options.onError(error);
    }
  }

  #openNewest(): void {
    fs.mkdirSync(this.options.dir, { recursive: true });
    const newest = this.#numbers().pop();
    if (newest === undefined) {
      this.#begin(1);
      return;
    }
    this.#number = newest;
    this.#fd = fs.openSync(this.#pathOf(newest), 'r+');
    this.#position = fs.fstatSync(this.#fd).size;
    // Its last line may have been cut by a crash.
    this.#position += fs.writeSync(this.#fd, '\n', this.#position);
  }

  #begin(number: number): void {
    if (this.#fd >= 0) fs.closeSync(this.#fd);
    this.#fd = fs.openSync(this.#pathOf(number), 'w');
    this.#number = number;
    this.#position = fs.writeSync(this.#fd, HEADER, 0);
    for (const old of this.#numbers()) if (old <= number - FILES) fs.rmSync(this.#pathOf(old));
  }

  #numbers(): number[] {
    if (!fs.existsSync(this.options.dir)) return [];
    return fs
      .readdirSync(this.options.dir)
      .filter((name) => /^deliveries-\d+$/.test(name))
      .map((name) => Number(name.slice('deliveries-'.length)))
      .sort((a, b) => a - b);
  }

  #pathOf(number: number): string {
    return join(this.options.dir, `deliveries-${number}`);
  }

  async close(): Promise<void> {
    await this.#flush();
    if (this.#fd >= 0) fs.closeSync(this.#fd);
  }
}

/** The lines of a file that begin with `wanted`, which starts with the end of the line before. */
async function* linesWith(wanted: Buffer, path: string, sinceMs: number): AsyncGenerator<string> {
  const file = await fs.promises.open(path).catch(nothingIfGone);
  if (!file) return;
  try {
    if ((await file.stat()).mtimeMs < sinceMs - MTIME_SLACK_MS) return;
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of file.createReadStream({ highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const end = bytes.lastIndexOf('\n');
      for (let at = bytes.indexOf(wanted); at >= 0 && at < end; at = bytes.indexOf(wanted, at + 1))
        yield bytes.toString('utf8', at + 1, bytes.indexOf('\n', at + 1));
      rest = bytes.subarray(Math.max(0, end));
    }
  } finally {
    await file.close();
  }
}

/** The oldest file may be removed at any time. */
function nothingIfGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** Undefined for a line that was cut. */
function eventOf(line: string): DeliveryEvent | undefined {
  const [, , , group, attempt, outcome, took, ended, clientId] = line.split('\t');
  const [tookMs, endedAtMs] = [Number(took), Number(ended)];
  const known = OUTCOMES.find((one) => one === outcome);
  if (group === undefined || clientId === undefined || !known) return undefined;
  return {
    group,
    attempt: Number(attempt),
    outcome: known,
    clientId,
    deliveredAtMs: tookMs === UNKNOWN ? 0 : endedAtMs - tookMs,
    endedAtMs,
  };
}

/** Events come many at a time, of the same client and in the same millisecond: their text is made once. */
class LastText<T> {
  text = '';
  #of: T | undefined;

  constructor(private readonly textOf: (value: T) => string) {}

  change(value: T): void {
    if (value === this.#of) return;
    this.#of = value;
    this.text = this.textOf(value);
  }
}
