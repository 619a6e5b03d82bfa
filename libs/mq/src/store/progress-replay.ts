import * as fs from 'node:fs';
import { crc32 } from 'node:zlib';
import { UnknownFormatError } from './store-errors.js';
import { readUint64 } from './uint64.js';

/** A message that was handed to a group (or passed over because its message group is busy) and is not acked yet. */
export interface HeldMessage {
  offset: number;
  /** Deliveries so far. */
  attempts: number;
  /** Lease changes since the last delivery; part of the receipt handle. */
  renewals: number;
  /** When it may be delivered again, ms since 1970. */
  visibleAtMs: number;
  /** The server renews the lease while the client lives. */
  autoRenew: boolean;
  clientId: string;
}

/** Receives the replayed events; also what a snapshot is written through. */
export interface ProgressEvents {
  /** Everything before `offset` has been looked at by the group. */
  advance(group: string, topic: string, queueId: number, offset: number): void;
  hold(group: string, topic: string, queueId: number, message: HeldMessage): void;
  /** Acked, or moved to the dead-letter queue. */
  done(group: string, topic: string, queueId: number, offset: number): void;
}

/*
 * File progress-<generation>: header "TRADEPRG" and u32 version, then frames. A frame is one write:
 *
 *   0  bodyBytes  u32
 *   4  crc32      u32  of the body
 *   8  body       events, one after the other
 *
 * Event (little-endian):
 *   QUEUE   1  u8 | queueRef u32 | queueId u16 | groupBytes u8 | topicBytes u8 | group | topic     names a queueRef
 *   CLIENT  2  u8 | clientRef u32 | idBytes u16 | id                                               names a clientRef
 *   ADVANCE 3  u8 | queueRef u32 | offset u64
 *   HOLD    4  u8 | queueRef u32 | offset u64 | visibleAtMs u64 | clientRef u32 | attempts u16 | renewals u16 | autoRenew u8
 *   DONE    5  u8 | queueRef u32 | offset u64
 */
export const MAGIC = Buffer.from('TRADEPRG');
export const FORMAT_VERSION = 1;
export const FILE_HEADER_BYTES = 12;
export const FRAME_HEADER_BYTES = 8;
export const QUEUE = 1;
export const CLIENT = 2;
export const ADVANCE = 3;
export const HOLD = 4;
export const DONE = 5;

/**
 * Feeds the frames of a progress file to `events`, up to the first that is incomplete or damaged: what came after it may only
 * be forgotten, or a message that it hands out would count as done. Returns how many bytes at the end were passed over.
 */
export function replayFile(path: string, events: ProgressEvents): number {
  const bytes = fs.readFileSync(path);
  if (!bytes.subarray(0, 8).equals(MAGIC) || bytes.readUInt32LE(8) !== FORMAT_VERSION) {
    throw new UnknownFormatError(path, 'unknown', `version ${FORMAT_VERSION}`);
  }
  const names: ReplayNames = { queues: new Map(), clients: new Map() };
  let at = FILE_HEADER_BYTES;
  while (at + FRAME_HEADER_BYTES <= bytes.length) {
    const end = at + FRAME_HEADER_BYTES + bytes.readUInt32LE(at);
    const body = bytes.subarray(at + FRAME_HEADER_BYTES, end);
    // The last frame may be incomplete after a crash: its events were never confirmed to anyone.
    if (end > bytes.length || crc32(body) !== bytes.readUInt32LE(at + 4)) break;
    replayFrame(body, names, events);
    at = end;
  }
  return bytes.length - at;
}

interface ReplayNames {
  queues: Map<number, { group: string; topic: string; queueId: number }>;
  clients: Map<number, string>;
}

function replayFrame(body: Buffer, names: ReplayNames, events: ProgressEvents): void {
  let at = 0;
  while (at < body.length) {
    const kind = body[at] as number;
    const ref = body.readUInt32LE(at + 1);
    if (kind === QUEUE) {
      const topicAt = at + 9 + (body[at + 7] as number);
      const end = topicAt + (body[at + 8] as number);
      names.queues.set(ref, {
        queueId: body.readUInt16LE(at + 5),
        group: body.toString('utf8', at + 9, topicAt),
        topic: body.toString('utf8', topicAt, end),
      });
      at = end;
      continue;
    }
    if (kind === CLIENT) {
      const end = at + 7 + body.readUInt16LE(at + 5);
      names.clients.set(ref, body.toString('utf8', at + 7, end));
      at = end;
      continue;
    }
    const queue = names.queues.get(ref);
    const offset = readUint64(body, at + 5);
    if (queue && kind === ADVANCE) events.advance(queue.group, queue.topic, queue.queueId, offset);
    if (queue && kind === DONE) events.done(queue.group, queue.topic, queue.queueId, offset);
    at += 13;
    if (kind === HOLD) {
      const message = {
        offset,
        visibleAtMs: readUint64(body, at),
        clientId: names.clients.get(body.readUInt32LE(at + 8)) ?? '',
        attempts: body.readUInt16LE(at + 12),
        renewals: body.readUInt16LE(at + 14),
        autoRenew: body[at + 16] === 1,
      };
      if (queue) events.hold(queue.group, queue.topic, queue.queueId, message);
      at += 17;
    }
  }
}
