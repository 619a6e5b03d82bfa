import * as fs from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { replaceFile } from './file-io.js';
import { IndexFile, INDEX_HEADER_BYTES, lookUp, readIndexHeader, type IndexHeader } from './index-file.js';
import { eachName } from './record-names.js';
import { RecordKind, type RecordDraft, type StoredRecord } from './record.js';
import { hashBytes, stringHash } from './string-hash.js';

/** The log, for parts of the index that have to be built again. */
export interface IndexSource {
  endOffset: number;
  scan(fromOffset: number, toOffset: number, visit: (record: StoredRecord) => void): void;
}

interface IndexedPlace {
  physicalOffset: number;
  recordBytes: number;
  storeTimestampMs: number;
}

/** A full file on disk. */
interface StoredFile extends IndexHeader {
  path: string;
  /** Its body was compared with its CRC since the start. */
  checked: boolean;
}

/** Pause between two files that are checked in the background after the start; each costs about a millisecond. */
const CHECK_PAUSE_MS = 20;

export enum NameKind {
  ID = 1,
  KEY = 2,
}

/**
 * Finds messages by topic and message id or key, over a list of index files of which the newest is in memory. What a crash,
 * damage or a lost file took is built again from the log.
 */
export class MessageIndex {
  #stored: StoredFile[] = [];
  /** Full files that are not on disk yet. */
  #unwritten: IndexFile[] = [];
  #filling: IndexFile;
  #changed = false;
  #checkTimer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly dir: string,
    private readonly onDamage: (path: string) => void,
  ) {
    this.#filling = new IndexFile(0);
  }

  /** Reads the headers. Feed it the log from coveredTo on, then call complete(). Throws UnknownFormatError. */
  static open(dir: string, onDamage: (path: string) => void): MessageIndex {
    fs.mkdirSync(dir, { recursive: true });
    const index = new MessageIndex(dir, onDamage);
    for (const name of fs.readdirSync(dir).sort()) {
      const path = join(dir, name);
      const header = /^\d{20}$/.test(name) ? readIndexHeader(path, readStart(path), Number(name)) : undefined;
      if (header) index.#stored.push({ ...header, path, checked: false });
      else index.#remove(path);
    }
    index.#resumeLast();
    return index;
  }

  #resumeLast(): void {
    const last = this.#stored.pop();
    if (!last) return;
    const bytes = fs.readFileSync(last.path);
    if (isIntact(bytes, last)) this.#filling = IndexFile.resume(last, bytes);
    else {
      this.#remove(last.path);
      this.#filling = new IndexFile(this.#stored.at(-1)?.endOffset ?? 0);
    }
  }

  #remove(path: string): void {
    if (!path.endsWith('.tmp')) this.onDamage(path);
    fs.rmSync(path, { force: true });
  }

  /** Records before this offset are indexed, but for those in files that are missing: complete() finds them. */
  get coveredTo(): number {
    return this.#filling.endOffset;
  }

  /** Takes the records of the log in order; one that it has already is passed over. */
  add({ kind, topic, names }: RecordDraft, place: IndexedPlace): void {
    if (place.physicalOffset < this.#filling.endOffset) return;
    if (names && kind === RecordKind.MESSAGE) {
      const seconds = Math.floor(place.storeTimestampMs / 1000);
      const places = eachName(names);
      if (!this.#filling.hasRoom(places.length)) this.#startNext();
      let nameKind = NameKind.ID;
      for (const { start, end } of places) {
        this.#filling.add(hashOf(topic, nameKind, names, start, end), seconds, place.physicalOffset);
        nameKind = NameKind.KEY;
      }
    }
    this.#filling.endOffset = place.physicalOffset + place.recordBytes;
    this.#changed = true;
  }

  #startNext(): void {
    this.#unwritten.push(this.#filling);
    this.#filling = new IndexFile(this.#filling.endOffset);
  }

  /** Builds what is missing in the middle, from `fromOffset`, the start of the log, on. */
  complete(fromOffset: number, source: IndexSource): void {
    if (this.#filling.endOffset > source.endOffset) {
      // The log lost its end: an index that is ahead of it would hide new records at the same offsets.
      this.#stored = [];
      this.#unwritten = [];
      for (const name of fs.readdirSync(this.dir)) this.#remove(join(this.dir, name));
      this.#filling = new IndexFile(fromOffset);
    }
    this.trim(fromOffset);
    let reached = fromOffset;
    for (const file of [...this.#stored, ...this.#unwritten, this.#filling]) {
      if (file.startOffset > reached) this.#build(reached, file.startOffset, source);
      reached = file.endOffset;
    }
    source.scan(reached, source.endOffset, (record) => this.add(record, record));
    this.#checkInBackground(source);
  }

  /** Indexes [fromOffset, toOffset) in files of its own. */
  #build(fromOffset: number, toOffset: number, source: IndexSource): void {
    const part = new MessageIndex(this.dir, this.onDamage);
    part.#filling = new IndexFile(fromOffset);
    source.scan(fromOffset, toOffset, (record) => part.add(record, record));
    part.#filling.endOffset = toOffset;
    this.#unwritten.push(...part.#unwritten, part.#filling);
    this.#changed = true;
  }

  /** Offsets of records that may have the name, newest first, stored in [fromMs, toMs] by the second. */
  *find(
    topic: string,
    kind: NameKind,
    name: Buffer,
    fromMs: number,
    toMs: number,
    source: IndexSource,
  ): Generator<number> {
    const hash = hashOf(topic, kind, name, 0, name.length);
    const fromSeconds = Math.floor(fromMs / 1000);
    const toSeconds = Math.floor(toMs / 1000);
    for (const file of this.#newestFirst()) {
      if (file.maxSeconds < fromSeconds || file.minSeconds > toSeconds) continue;
      if (file instanceof IndexFile) {
        yield* lookUp((at, bytes) => file.read(at, bytes), hash, fromSeconds, toSeconds);
        continue;
      }
      yield* this.#lookUpStored(file, hash, fromSeconds, toSeconds, source);
    }
  }

  #newestFirst(): (StoredFile | IndexFile)[] {
    return [...this.#stored, ...this.#unwritten, this.#filling].sort((a, b) => b.startOffset - a.startOffset);
  }

  #lookUpStored(file: StoredFile, hash: number, fromSeconds: number, toSeconds: number, source: IndexSource): number[] {
    if (!this.#check(file)) return this.#rebuild(file, hash, fromSeconds, toSeconds, source);
    const fd = fs.openSync(file.path, 'r');
    try {
      const read = (at: number, bytes: number) => {
        const target = Buffer.allocUnsafe(bytes);
        fs.readSync(fd, target, 0, bytes, at);
        return target;
      };
      return [...lookUp(read, hash, fromSeconds, toSeconds)];
    } finally {
      fs.closeSync(fd);
    }
  }

  #check(file: StoredFile): boolean {
    return (file.checked ||= fs.existsSync(file.path) && isIntact(fs.readFileSync(file.path), file));
  }

  /** Checks file after file, so that no search has to read all of them at once. */
  #checkInBackground(source: IndexSource): void {
    const file = this.#stored.find(({ checked }) => !checked);
    if (!file) return;
    if (!this.#check(file)) this.#replace(file, source);
    this.#checkTimer = setTimeout(() => this.#checkInBackground(source), CHECK_PAUSE_MS).unref();
  }

  #rebuild(file: StoredFile, hash: number, fromSeconds: number, toSeconds: number, source: IndexSource): number[] {
    return this.#replace(file, source)
      .reverse()
      .flatMap((part) => [...lookUp((at, bytes) => part.read(at, bytes), hash, fromSeconds, toSeconds)]);
  }

  /** Builds a damaged file again; what replaces it is in memory until the next flush. */
  #replace(file: StoredFile, source: IndexSource): IndexFile[] {
    this.#remove(file.path);
    this.#stored.splice(this.#stored.indexOf(file), 1);
    const before = this.#unwritten.length;
    this.#build(file.startOffset, file.endOffset, source);
    return this.#unwritten.slice(before);
  }

  /** Removes files that only cover what the log no longer holds. */
  trim(minOffset: number): void {
    for (const file of this.#stored.filter(({ endOffset }) => endOffset <= minOffset))
      fs.rmSync(file.path, { force: true });
    this.#stored = this.#stored.filter(({ endOffset }) => endOffset > minOffset);
    this.#unwritten = this.#unwritten.filter(({ endOffset }) => endOffset > minOffset);
  }

  /** Writes what is not on disk yet. What fails is tried again by the next call, or built from the log at the next start. */
  async flush(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    try {
      for (const file of [...this.#unwritten]) {
        const stored = await this.#write(file);
        if (!this.#unwritten.includes(file)) fs.rmSync(stored.path, { force: true });
        else {
          this.#unwritten.splice(this.#unwritten.indexOf(file), 1);
          this.#stored.push(stored);
        }
      }
      if (this.#filling.endOffset > this.#filling.startOffset) await this.#write(this.#filling);
    } catch (error) {
      this.#changed = true;
      throw error;
    }
  }

  close(): void {
    clearTimeout(this.#checkTimer);
  }

  async #write(file: IndexFile): Promise<StoredFile> {
    const path = join(this.dir, String(file.startOffset).padStart(20, '0'));
    const image = file.image();
    const header = readIndexHeader(path, image, file.startOffset) as IndexHeader;
    await replaceFile(path, image);
    return { ...header, path, checked: true };
  }
}

function hashOf(topic: string, kind: NameKind, names: Uint8Array, start: number, end: number): number {
  return hashBytes(stringHash(topic) + kind, names, start, end);
}

function isIntact(bytes: Buffer, header: IndexHeader): boolean {
  return crc32(bytes.subarray(INDEX_HEADER_BYTES)) === header.bodyCrc32;
}

function readStart(path: string): Buffer {
  const start = Buffer.alloc(INDEX_HEADER_BYTES);
  const fd = fs.openSync(path, 'r');
  try {
    return start.subarray(0, fs.readSync(fd, start, 0, start.length, 0));
  } finally {
    fs.closeSync(fd);
  }
}
