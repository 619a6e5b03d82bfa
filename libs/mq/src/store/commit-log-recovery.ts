import { decodeRecord, END_OF_SEGMENT, isIntact, RECORD_HEADER_BYTES, type StoredRecord } from './record.js';
import { Segment, SEGMENT_HEADER_BYTES } from './segment.js';
import { StoreDamagedError } from './store-errors.js';

const WINDOW_BYTES = 1 << 20;

/**
 * Replays the records from `fromOffset` on and returns the end of the log. In the last segment the first thing that is no
 * intact record is the end: the write that a crash interrupted was never acknowledged. Everything behind it becomes zero,
 * or bytes of that write could look like a record again after the next, shorter one.
 */
export async function recoverSegments(
  segments: readonly Segment[],
  fromOffset: number,
  replay: (record: StoredRecord) => void,
): Promise<number> {
  checkSequence(segments);
  const last = segments[segments.length - 1] as Segment;
  for (const segment of segments) {
    if (segment.endOffset <= fromOffset) continue;
    const from = Math.max(fromOffset, segment.baseOffset + SEGMENT_HEADER_BYTES);
    const { end, closed } = scan(segment, from, replay);
    if (segment === last) {
      await segment.zeroFrom(end);
      await segment.sync();
      return end;
    }
    // A segment gets its successor only after it was marked and flushed: this is no interrupted write.
    if (!closed)
      throw new StoreDamagedError(segment.path, `no intact record at offset ${end}, but the log goes on behind it`);
  }
  throw new StoreDamagedError(last.path, `the checkpoint is at offset ${fromOffset}, behind the end of the log`);
}

function checkSequence(segments: readonly Segment[]): void {
  segments.forEach((segment, i) => {
    const previous = segments[i - 1];
    if (previous && previous.endOffset !== segment.baseOffset) {
      throw new StoreDamagedError(
        segment.path,
        `the segment before it ends at ${previous.endOffset}: a file is missing`,
      );
    }
  });
}

function scan(
  segment: Segment,
  from: number,
  replay: (record: StoredRecord) => void,
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
    replay(decodeRecord(bytes));
    offset += recordBytes;
  }
  return { end: offset, closed: false };
}
