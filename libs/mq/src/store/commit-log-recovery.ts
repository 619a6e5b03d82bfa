import type { StoredRecord } from './record.js';
import { Segment, SEGMENT_HEADER_BYTES } from './segment.js';
import { findFlushedProof, scanSegment } from './segment-scan.js';
import { StoreDamagedError } from './store-errors.js';

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
    const { end, closed } = scanSegment(segment, from, replay);
    if (segment === last) {
      const proof = findFlushedProof(segment, end);
      if (proof !== undefined) {
        throw new StoreDamagedError(
          segment.path,
          `no intact record at offset ${end}, but the record at ${proof} was written after it was flushed`,
        );
      }
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
