import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES, MAX_WINDOW, PREFACE } from './frames.js';
import { ErrorCode, Http2Error } from './http2-error.js';

type OnFrame = (type: number, flags: number, streamId: number, payload: Buffer) => void;

/** Cuts what a client sends into frames, after the preface that every connection begins with. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #neededBytes = 1;
  #prefaceSeen = false;

  constructor(private readonly onFrame: OnFrame) {}

  /** Payloads are parts of the chunks. Throws Http2Error. */
  read(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    // Bytes that come one by one are put together once, when a frame is whole.
    if (this.#bytes < this.#neededBytes) return;
    const input = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#bytes);
    const rest = input.subarray(this.#frames(input));
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
  }

  /** Returns where the first frame begins that is not whole. */
  #frames(input: Buffer): number {
    let at = this.#prefaceSeen ? 0 : this.#preface(input);
    while (this.#prefaceSeen) {
      this.#neededBytes = FRAME_HEADER_BYTES;
      if (input.length - at < this.#neededBytes) return at;
      const length = input.readUIntBE(at, 3);
      if (length > MAX_FRAME_BYTES) throw new Http2Error(ErrorCode.FRAME_SIZE_ERROR, 'a frame that is too long');
      this.#neededBytes += length;
      if (input.length - at < this.#neededBytes) return at;
      const payload = input.subarray(at + FRAME_HEADER_BYTES, at + this.#neededBytes);
      const streamId = input.readUInt32BE(at + 5) & MAX_WINDOW;
      const [type, flags] = [input[at + 3] as number, input[at + 4] as number];
      at += this.#neededBytes;
      this.onFrame(type, flags, streamId, payload);
    }
    return at;
  }

  /** What is no HTTP/2 is noticed at its first wrong byte. */
  #preface(input: Buffer): number {
    const bytes = Math.min(input.length, PREFACE.length);
    if (PREFACE.compare(input, 0, bytes, 0, bytes) !== 0) throw new Http2Error(ErrorCode.PROTOCOL_ERROR, 'no HTTP/2');
    this.#prefaceSeen = bytes === PREFACE.length;
    return this.#prefaceSeen ? bytes : 0;
  }
}
