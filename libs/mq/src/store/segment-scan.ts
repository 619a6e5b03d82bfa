import { decodeRecord, END_OF_SEGMENT, isIntact, RECORD_HEADER_BYTES, type StoredRecord } from './record.js';
import type { Segment } from './segment.js';

const WINDOW_BYTES = 1 << 20;
/** Small, so that the zeros behind the end of the log are passed over quickly. */
const PROOF_WINDOW_BYTES = 64 << 10;
const ZEROS = Buffer.alloc(PROOF_WINDOW_BYTES);

/**
 * Hands the intact records from `from` on to `visit`. `end` is where they end; `closed` tells that the segment's end mark
 * stands there.
 */
export function scanSegment(
  segment: Segment,
  from: number,
  visit: (record: StoredRecord) => void,
): { end: number; closed: boolean } {
  let offset = from;
  let windowStart = from;
  let window = segment.read(from, Math.min(WINDOW_BYTES, segment.endOffset - from));
  const view = (bytes: number): Buffer => {
    if (offset + bytes > windowStart + window.length) {
      windowStart = offset;
      window = segment.read(offset, Math.min(Math.max(WINDOW_BYTES, bytes), segment.endOffset - offset));
    }
    return window.subarray(offset - windowStart, offset - windowStart + bytes);
  };
  while (offset + 4 <= segment.endOffset) {
    const length = view(4);
    if (length.length < 4) break;
    const recordBytes = length.readUInt32LE(0);
    if (recordBytes === END_OF_SEGMENT) return { end: offset, closed: true };
    if (recordBytes < RECORD_HEADER_BYTES || offset + recordBytes > segment.endOffset) break;
    const bytes = view(recordBytes);
    if (!isIntact(bytes, offset)) break;
    visit(decodeRecord(bytes));
    offset += recordBytes;
  }
  return { end: offset, closed: false };
}

/**
 * Offset of an intact record behind `from` that was written when everything before it was on disk. It proves that unreadable
 * bytes at `from` are damage and not the left-over of an interrupted write. Undefined when there is none.
 */
export function findFlushedProof(segment: Segment, from: number): number | undefined {
  for (let start = from; start + RECORD_HEADER_BYTES <= segment.endOffset; start += PROOF_WINDOW_BYTES) {
    const window = segment.read(start, Math.min(PROOF_WINDOW_BYTES + RECORD_HEADER_BYTES, segment.endOffset - start));
    if (window.subarray(0, PROOF_WINDOW_BYTES).equals(ZEROS.subarray(0, Math.min(window.length, PROOF_WINDOW_BYTES))))
      continue;
    const view = new DataView(window.buffer, window.byteOffset, window.length);
    for (let at = 0; at < Math.min(PROOF_WINDOW_BYTES, window.length - RECORD_HEADER_BYTES); at++) {
      // Where the record says that it stands decides quickly; it is at the record's byte 24.
      if (view.getUint32(at + 24, true) === (start + at) >>> 0 && isFlushedProof(segment, start + at))
        return start + at;
    }
  }
  return undefined;
}

function isFlushedProof(segment: Segment, offset: number): boolean {
  const recordBytes = segment.read(offset, 4).readUInt32LE(0);
  if (recordBytes < RECORD_HEADER_BYTES || offset + recordBytes > segment.endOffset) return false;
  const bytes = segment.read(offset, recordBytes);
  return isIntact(bytes, offset) && decodeRecord(bytes).flushedBefore;
}
