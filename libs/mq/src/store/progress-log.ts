import * as fs from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { fdatasync, replaceFileSync, syncDir, writeAll } from './file-io.js';
import { writeUint64 } from './uint64.js';
import {
  ADVANCE,
  CLIENT,
  DONE,
  FILE_HEADER_BYTES,
  FORMAT_VERSION,
  FRAME_HEADER_BYTES,
  HOLD,
  MAGIC,
  QUEUE,
  replayFile,
  type HeldMessage,
  type ProgressEvents,
} from './progress-replay.js';

const FIRST_BUFFER_BYTES = 64 << 10;
/** More than any single event needs. */
const MAX_EVENT_BYTES = 600;

export interface ProgressLogOptions {
  dir: string;
  /** Pause between two fdatasync, ms: acks younger than this may be lost when the machine (not the process) dies. */
  syncMs: number;
  /** A file larger than this and four times its snapshot is replaced by a new snapshot. */
  compactBytes: number;
  /** Called when a write failed; it is tried again with the next event. */
  onError: (error: unknown) => void;
  /** Called when the end of the file was incomplete or damaged: what it said is forgotten, and messages come again. */
  onCut?: (path: string, bytes: number) => void;
}

/** What each group has consumed, as an append-only log of events with a snapshot at its start. */
export class ProgressLog implements ProgressEvents {
  #fd = -1;
  #generation = 0;
  #position = 0;
  #snapshotBytes = 0;
  #buffer = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);
  #used = FRAME_HEADER_BYTES;
  #queueRefs = new Map<string, number>();
  #clientRefs = new Map<string, number>();
  #writing: Promise<void> | undefined;
  #unsynced = false;
  #syncing: Promise<void> | undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  #snapshot: (events: ProgressEvents) => void = () => undefined;

  private constructor(private readonly options: ProgressLogOptions) {}

  /** Replays the newest file and starts a new one with a snapshot of what `snapshot` then reports. */
  static open(
    options: ProgressLogOptions,
    replayTo: ProgressEvents,
    snapshot: (events: ProgressEvents) => void,
  ): ProgressLog {
    fs.mkdirSync(options.dir, { recursive: true });
    const log = new ProgressLog(options);
    const newest = log.#generations().pop();
    if (newest !== undefined) {
      const cutBytes = replayFile(log.#pathOf(newest), replayTo);
      if (cutBytes > 0) options.onCut?.(log.#pathOf(newest), cutBytes);
      log.#generation = newest;
    }
    log.#snapshot = snapshot;
    log.#startGeneration();
    log.#syncTimer = setInterval(() => log.#syncLater(), options.syncMs).unref();
    return log;
  }

  advance(group: string, topic: string, queueId: number, offset: number): void {
    this.#queueEvent(ADVANCE, group, topic, queueId, offset);
  }

  done(group: string, topic: string, queueId: number, offset: number): void {
    this.#queueEvent(DONE, group, topic, queueId, offset);
  }

  hold(group: string, topic: string, queueId: number, message: HeldMessage): void {
    const clientRef = this.#clientRef(message.clientId);
    this.#queueEvent(HOLD, group, topic, queueId, message.offset);
    const buffer = this.#buffer;
    writeUint64(buffer, message.visibleAtMs, this.#used);
    buffer.writeUInt32LE(clientRef, this.#used + 8);
    buffer.writeUInt16LE(Math.min(message.attempts, 0xffff), this.#used + 12);
    buffer.writeUInt16LE(message.renewals & 0xffff, this.#used + 14);
    buffer[this.#used + 16] = message.autoRenew ? 1 : 0;
    this.#used += 17;
  }

  #queueEvent(kind: number, group: string, topic: string, queueId: number, offset: number): void {
    const queueRef = this.#queueRef(group, topic, queueId);
    this.#reserve();
    this.#buffer[this.#used] = kind;
    this.#buffer.writeUInt32LE(queueRef, this.#used + 1);
    writeUint64(this.#buffer, offset, this.#used + 5);
    this.#used += 13;
  }

  #queueRef(group: string, topic: string, queueId: number): number {
    const key = `${group} ${topic} ${queueId}`;
    let ref = this.#queueRefs.get(key);
    if (ref === undefined) {
      ref = this.#queueRefs.size;
      this.#queueRefs.set(key, ref);
      this.#reserve();
      const buffer = this.#buffer;
      buffer[this.#used] = QUEUE;
      buffer.writeUInt32LE(ref, this.#used + 1);
      buffer.writeUInt16LE(queueId, this.#used + 5);
      const groupBytes = buffer.write(group, this.#used + 9);
      const topicBytes = buffer.write(topic, this.#used + 9 + groupBytes);
      buffer[this.#used + 7] = groupBytes;
      buffer[this.#used + 8] = topicBytes;
      this.#used += 9 + groupBytes + topicBytes;
    }
    return ref;
  }

  #clientRef(clientId: string): number {
    let ref = this.#clientRefs.get(clientId);
    if (ref === undefined) {
      ref = this.#clientRefs.size;
      this.#clientRefs.set(clientId, ref);
      this.#reserve();
      const idBytes = this.#buffer.write(clientId.slice(0, 128), this.#used + 7);
      this.#buffer[this.#used] = CLIENT;
      this.#buffer.writeUInt32LE(ref, this.#used + 1);
      this.#buffer.writeUInt16LE(idBytes, this.#used + 5);
      this.#used += 7 + idBytes;
    }
    return ref;
  }

  #reserve(): void {
    if (this.#used + MAX_EVENT_BYTES <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(this.#buffer.length * 2);
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }

  /** Resolves when all events so far are with the operating system: they survive kill -9 of this process. */
  async written(): Promise<void> {
    while (this.#used > FRAME_HEADER_BYTES) {
      this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
      await this.#writing;
    }
    await this.#writing;
  }

  /** Starts the write without waiting for it. An error goes to onError and the events stay for the next write. */
  flushSoon(): void {
    this.written().then(undefined, this.options.onError);
  }

  async #write(): Promise<void> {
    // Events of the same turn of the event loop share a frame.
    await new Promise((resolve) => setImmediate(resolve));
    const frame = this.#sealFrame();
    this.#buffer = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);
    this.#used = FRAME_HEADER_BYTES;
    try {
      await writeAll(this.#fd, frame, this.#position);
    } catch (error) {
      this.#putBack(frame);
      throw error;
    }
    this.#position += frame.length;
    this.#unsynced = true;
    if (this.#position > this.options.compactBytes && this.#position > 4 * this.#snapshotBytes) {
      await this.#syncing;
      this.#startGeneration();
    }
  }

  #sealFrame(): Buffer {
    const frame = this.#buffer.subarray(0, this.#used);
    frame.writeUInt32LE(frame.length - FRAME_HEADER_BYTES, 0);
    frame.writeUInt32LE(crc32(frame.subarray(FRAME_HEADER_BYTES)), 4);
    return frame;
  }

  /** The events of a failed write come before those that were recorded meanwhile. */
  #putBack(frame: Buffer): void {
    const newer = this.#buffer.subarray(FRAME_HEADER_BYTES, this.#used);
    this.#buffer = Buffer.concat([frame, newer, Buffer.allocUnsafe(MAX_EVENT_BYTES)]);
    this.#used = frame.length + newer.length;
  }

  /** Writes the whole state to a new file and removes the old ones. Runs in one turn, so no event can fall in between. */
  #startGeneration(): void {
    this.#queueRefs.clear();
    this.#clientRefs.clear();
    this.#used = FRAME_HEADER_BYTES;
    this.#snapshot(this);
    const header = Buffer.alloc(FILE_HEADER_BYTES);
    MAGIC.copy(header);
    header.writeUInt32LE(FORMAT_VERSION, 8);
    const content = Buffer.concat([header, this.#sealFrame()]);
    this.#used = FRAME_HEADER_BYTES;
    const path = this.#pathOf(this.#generation + 1);
    replaceFileSync(path, content);
    if (this.#fd >= 0) fs.closeSync(this.#fd);
    this.#fd = fs.openSync(path, 'r+');
    this.#generation++;
    this.#position = content.length;
    this.#snapshotBytes = content.length;
    for (const old of this.#generations()) {
      if (old !== this.#generation) fs.rmSync(this.#pathOf(old));
    }
    syncDir(this.options.dir);
  }

  #syncLater(): void {
    if (!this.#unsynced || this.#syncing) return;
    this.#unsynced = false;
    this.#syncing = fdatasync(this.#fd)
      .then(undefined, this.options.onError)
      .finally(() => (this.#syncing = undefined));
  }

  #generations(): number[] {
    return fs
      .readdirSync(this.options.dir)
      .filter((name) => /^progress-\d+$/.test(name))
      .map((name) => Number(name.slice('progress-'.length)))
      .sort((a, b) => a - b);
  }

  #pathOf(generation: number): string {
    return join(this.options.dir, `progress-${generation}`);
  }

  async close(): Promise<void> {
    clearInterval(this.#syncTimer);
    await this.written();
    await this.#syncing;
    await fdatasync(this.#fd);
    fs.closeSync(this.#fd);
  }
}
