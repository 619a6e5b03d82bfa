import { crc32 } from 'node:zlib';
import { readUint64, writeUint64 } from './uint64.js';

/**
 * One record of the CommitLog. Numbers are little-endian.
 *
 *   0  recordBytes     u32   whole record; 0 = nothing written yet, 0xffffffff = rest of the segment is unused
 *   4  crc32           u32   of the bytes [8, recordBytes)
 *   8  kind            u8    RecordKind; + 0x80 when everything before this record was on disk when it was written
 *   9  messageType     u8    as the protocol numbers it
 *  10  queueId         u16
 *  12  topicBytes      u8
 *  13  originBytes     u8
 *  14  groupBytes      u8
 *  15  reserved        u8
 *  16  tagBytes        u16
 *  18  namesBytes      u16
 *  20  payloadBytes    u32
 *  24  physicalOffset  u64   where this record stands: a stray copy of it is recognised
 *  32  queueOffset     u64   place in the ConsumeQueue (MESSAGE only)
 *  40  storeTimestamp  u64   ms since 1970
 *  48  deliverAt       u64   ms since 1970, 0 = at once
 *  56  sourceOffset    u64   the DELAYED or HALF record that this record settles; 0 = none
 *  64  topic, originTopic, messageGroup, tag (UTF-8), names (see record-names.ts), payload, systemProperties up to the end
 *
 * payload is the client's message without topic and system properties, systemProperties is that one field without what
 * only the delivery knows; both are protobuf bytes that go back on the wire untouched.
 */
export const RECORD_HEADER_BYTES = 64;
export const END_OF_SEGMENT = 0xffff_ffff;
const FLUSHED_BEFORE = 0x80;

export enum RecordKind {
  /** Visible in its ConsumeQueue. */
  MESSAGE = 1,
  /** Waits for its delivery time; a MESSAGE with its offset as sourceOffset settles it. */
  DELAYED = 2,
  /** First half of a transaction; a MESSAGE (commit) or ROLLBACK with its offset as sourceOffset settles it. */
  HALF = 3,
  /** Also settles a DELAYED record that was recalled. */
  ROLLBACK = 4,
}

export interface RecordDraft {
  kind: RecordKind;
  messageType: number;
  topic: string;
  queueId: number;
  /** Topic of the message before it became a dead letter. */
  originTopic?: string;
  messageGroup?: string;
  tag?: string;
  deliverAtMs?: number;
  sourceOffset?: number;
  /** What the index finds the message by, from encodeNames(). */
  names?: Uint8Array;
  payload: Uint8Array;
  systemProperties: Uint8Array;
}

export interface StoredRecord extends Required<RecordDraft> {
  physicalOffset: number;
  recordBytes: number;
  queueOffset: number;
  storeTimestampMs: number;
  flushedBefore: boolean;
}

export function recordBytesOf(draft: RecordDraft): number {
  return (
    RECORD_HEADER_BYTES +
    Buffer.byteLength(draft.topic) +
    Buffer.byteLength(draft.originTopic ?? '') +
    Buffer.byteLength(draft.messageGroup ?? '') +
    Buffer.byteLength(draft.tag ?? '') +
    (draft.names?.length ?? 0) +
    draft.payload.length +
    draft.systemProperties.length
  );
}

export interface RecordPlace {
  physicalOffset: number;
  queueOffset: number;
  storeTimestampMs: number;
  flushedBefore?: boolean;
}

/** Writes the record at `at` and returns the position behind it. The caller has reserved recordBytesOf(draft) bytes. */
export function encodeRecord(target: Buffer, at: number, draft: RecordDraft, place: RecordPlace): number {
  let end = at + RECORD_HEADER_BYTES;
  const topicBytes = target.write(draft.topic, end);
  end += topicBytes;
  const originBytes = draft.originTopic ? target.write(draft.originTopic, end) : 0;
  end += originBytes;
  const groupBytes = draft.messageGroup ? target.write(draft.messageGroup, end) : 0;
  end += groupBytes;
  const tagBytes = draft.tag ? target.write(draft.tag, end) : 0;
  end += tagBytes;
  const namesBytes = draft.names?.length ?? 0;
  if (draft.names) target.set(draft.names, end);
  end += namesBytes;
  target.set(draft.payload, end);
  end += draft.payload.length;
  target.set(draft.systemProperties, end);
  end += draft.systemProperties.length;

  target.writeUInt32LE(end - at, at);
  target[at + 8] = place.flushedBefore ? draft.kind | FLUSHED_BEFORE : draft.kind;
  target[at + 9] = draft.messageType;
  target.writeUInt16LE(draft.queueId, at + 10);
  target[at + 12] = topicBytes;
  target[at + 13] = originBytes;
  target[at + 14] = groupBytes;
  target[at + 15] = 0;
  target.writeUInt16LE(tagBytes, at + 16);
  target.writeUInt16LE(namesBytes, at + 18);
  target.writeUInt32LE(draft.payload.length, at + 20);
  writeUint64(target, place.physicalOffset, at + 24);
  writeUint64(target, place.queueOffset, at + 32);
  writeUint64(target, place.storeTimestampMs, at + 40);
  writeUint64(target, draft.deliverAtMs ?? 0, at + 48);
  writeUint64(target, draft.sourceOffset ?? 0, at + 56);
  target.writeUInt32LE(crc32(target.subarray(at + 8, end)), at + 4);
  return end;
}

/** True when `bytes` is exactly one whole, unharmed record that was written for this place. */
export function isIntact(bytes: Buffer, physicalOffset: number): boolean {
  return (
    bytes.length >= RECORD_HEADER_BYTES &&
    bytes.readUInt32LE(0) === bytes.length &&
    readUint64(bytes, 24) === physicalOffset &&
    crc32(bytes.subarray(8)) === bytes.readUInt32LE(4)
  );
}

/** Reads an intact record. names, payload and systemProperties are views into `bytes`. */
export function decodeRecord(bytes: Buffer): StoredRecord {
  const originAt = RECORD_HEADER_BYTES + (bytes[12] as number);
  const groupAt = originAt + (bytes[13] as number);
  const tagAt = groupAt + (bytes[14] as number);
  const namesAt = tagAt + bytes.readUInt16LE(16);
  const payloadAt = namesAt + bytes.readUInt16LE(18);
  const systemPropertiesAt = payloadAt + bytes.readUInt32LE(20);
  return {
    recordBytes: bytes.length,
    kind: ((bytes[8] as number) & ~FLUSHED_BEFORE) as RecordKind,
    flushedBefore: (bytes[8] as number) >= FLUSHED_BEFORE,
    messageType: bytes[9] as number,
    queueId: bytes.readUInt16LE(10),
    physicalOffset: readUint64(bytes, 24),
    queueOffset: readUint64(bytes, 32),
    storeTimestampMs: readUint64(bytes, 40),
    deliverAtMs: readUint64(bytes, 48),
    sourceOffset: readUint64(bytes, 56),
    topic: bytes.toString('utf8', RECORD_HEADER_BYTES, originAt),
    originTopic: bytes.toString('utf8', originAt, groupAt),
    messageGroup: bytes.toString('utf8', groupAt, tagAt),
    tag: bytes.toString('utf8', tagAt, namesAt),
    names: bytes.subarray(namesAt, payloadAt),
    payload: bytes.subarray(payloadAt, systemPropertiesAt),
    systemProperties: bytes.subarray(systemPropertiesAt),
  };
}
