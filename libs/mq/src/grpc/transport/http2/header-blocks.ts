import { Flag, FRAME_HEADER_BYTES } from './frames.js';
import { ErrorCode, Http2Error, violation } from './http2-error.js';

export const MAX_HEADER_BLOCK_BYTES = 64 << 10;
const PRIORITY_BYTES = 5;

export interface HeaderBlock {
  streamId: number;
  endStream: boolean;
  bytes: Buffer;
}

/** Content of a DATA or HEADERS frame: padding length (1 byte, when the flag says so) | content | padding. */
export function withoutPadding(flags: number, payload: Buffer): Buffer {
  if ((flags & Flag.PADDED) === 0) return payload;
  const to = payload.length - (payload[0] ?? Infinity);
  if (to < 1) throw violation('more padding than frame');
  return payload.subarray(1, to);
}

/** Puts header blocks together from one HEADERS frame and any number of CONTINUATION frames. All methods throw Http2Error. */
export class HeaderBlocks {
  #open: { streamId: number; endStream: boolean; parts: Buffer[]; bytes: number } | undefined;

  /** Inside a block no other frame may come. */
  checkNotInside(): void {
    if (this.#open) throw violation('a header block that is interrupted');
  }

  /** A HEADERS frame. Undefined = the block goes on. */
  begin(flags: number, streamId: number, payload: Buffer): HeaderBlock | undefined {
    let bytes = withoutPadding(flags, payload);
    if (flags & Flag.PRIORITY) {
      if (bytes.length < PRIORITY_BYTES)
        throw new Http2Error(ErrorCode.FRAME_SIZE_ERROR, 'a priority that is too short');
      bytes = bytes.subarray(PRIORITY_BYTES);
    }
    if (streamId % 2 === 0) throw violation('a stream id that is not for clients');
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if (flags & Flag.END_HEADERS) return { streamId, endStream, bytes };
    this.#open = { streamId, endStream, parts: [bytes], bytes: bytes.length };
    return undefined;
  }

  /** A CONTINUATION frame. Undefined = the block goes on. */
  add(flags: number, streamId: number, payload: Buffer): HeaderBlock | undefined {
    const open = this.#open;
    if (open?.streamId !== streamId) throw violation('a header block that has no beginning');
    open.parts.push(payload);
    // Empty parts count too, or they could go on for ever.
    open.bytes += payload.length + FRAME_HEADER_BYTES;
    if (open.bytes > MAX_HEADER_BLOCK_BYTES)
      throw new Http2Error(ErrorCode.ENHANCE_YOUR_CALM, 'too large a header block');
    if ((flags & Flag.END_HEADERS) === 0) return undefined;
    this.#open = undefined;
    return { streamId, endStream: open.endStream, bytes: Buffer.concat(open.parts) };
  }
}
