import { decodeRecord, isIntact, type StoredRecord } from './record.js';
import { type Segment, SEGMENT_HEADER_BYTES } from './segment.js';
import { scanSegment } from './segment-scan.js';
import { StoreDamagedError } from './store-errors.js';

/** Room at the end of a segment for the mark that says "the rest is unused"; also the length field of a record. */
export const END_MARK_BYTES = 4;

/** The segments of the log in order, all of the same size, at least one. */
export class SegmentList {
  constructor(private readonly segments: Segment[]) {}

  get first(): Segment {
    return this.segments[0] as Segment;
  }

  get last(): Segment {
    return this.segments[this.segments.length - 1] as Segment;
  }

  get second(): Segment | undefined {
    return this.segments[1];
  }

  /** Largest record that fits into a segment. */
  get maxRecordBytes(): number {
    return this.first.segmentBytes - SEGMENT_HEADER_BYTES - END_MARK_BYTES;
  }

  push(segment: Segment): void {
    this.segments.push(segment);
  }

  /** Reads one record. Throws StoreDamagedError when the bytes are not what was written. */
  read(physicalOffset: number, recordBytes: number): StoredRecord {
    const segment = this.#segmentOf(physicalOffset);
    const bytes = segment.read(physicalOffset, recordBytes);
    if (!isIntact(bytes, physicalOffset)) {
      throw new StoreDamagedError(segment.path, `no intact record at offset ${physicalOffset}`);
    }
    return decodeRecord(bytes);
  }

  /** Reads a record whose length is not known; undefined when no intact record starts there before `endOffset`. */
  find(physicalOffset: number, endOffset: number): StoredRecord | undefined {
    const startOffset = this.first.baseOffset + SEGMENT_HEADER_BYTES;
    if (physicalOffset < startOffset || physicalOffset + END_MARK_BYTES > endOffset) return undefined;
    const segment = this.#segmentOf(physicalOffset);
    const length = segment.read(physicalOffset, END_MARK_BYTES);
    if (length.length < END_MARK_BYTES) return undefined;
    const recordBytes = length.readUInt32LE(0);
    if (physicalOffset + recordBytes > Math.min(endOffset, segment.endOffset)) return undefined;
    const bytes = segment.read(physicalOffset, recordBytes);
    return isIntact(bytes, physicalOffset) ? decodeRecord(bytes) : undefined;
  }

  scan(fromOffset: number, toOffset: number, visit: (record: StoredRecord) => void): void {
    for (const segment of this.segments) {
      if (segment.endOffset <= fromOffset || segment.baseOffset >= toOffset) continue;
      scanSegment(segment, Math.max(fromOffset, segment.baseOffset + SEGMENT_HEADER_BYTES), (record) => {
        if (record.physicalOffset < toOffset) visit(record);
      });
    }
  }

  /** Closes and removes the oldest segment. */
  dropFirst(): void {
    const segment = this.segments.shift() as Segment;
    segment.close();
    segment.remove();
  }

  #segmentOf(physicalOffset: number): Segment {
    const { first } = this;
    const segment = this.segments[Math.floor((physicalOffset - first.baseOffset) / first.segmentBytes)];
    if (!segment) throw new StoreDamagedError(first.path, `offset ${physicalOffset} lies outside of the log`);
    return segment;
  }

  close(): void {
    for (const segment of this.segments) segment.close();
  }
}
