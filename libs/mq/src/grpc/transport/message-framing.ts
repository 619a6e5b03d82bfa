import { gunzipSync } from 'node:zlib';
import { GrpcError, GrpcStatus } from './grpc-status.js';

/**
 * A message on a gRPC stream:
 *
 *   compressed (1 byte: 0 or 1) | length (4 bytes, big-endian) | message
 */
const PREFIX_BYTES = 5;
const MAX_MESSAGE_BYTES = 130 << 20;
/** Unpacking blocks the process, so a small request must not become a large one. */
const MAX_UNPACKED_BYTES = 16 << 20;

const EMPTY = Buffer.alloc(0);

/** The messages, each with its prefix, as one piece of bytes. */
export function framed(messages: readonly Uint8Array[]): Buffer {
  let bytes = 0;
  for (const message of messages) bytes += PREFIX_BYTES + message.length;
  const target = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const message of messages) {
    target[at] = 0;
    target.writeUInt32BE(message.length, at + 1);
    target.set(message, at + PREFIX_BYTES);
    at += PREFIX_BYTES + message.length;
  }
  return target;
}

/** Cuts the bytes of one stream into messages, however they are split over DATA frames. */
export class MessageReader {
  #head: Buffer = EMPTY;
  #rest: Buffer[] = [];
  #bytes = 0;
  #neededBytes = PREFIX_BYTES;

  constructor(private readonly encoding: string | undefined) {}

  push(chunk: Buffer): void {
    if (this.#bytes === 0) this.#head = chunk;
    else this.#rest.push(chunk);
    this.#bytes += chunk.length;
  }

  /** The stream ended although a message had begun. */
  get torn(): boolean {
    return this.#bytes > 0;
  }

  /** The next whole message; undefined = not there yet. Throws GrpcError when it is too large or cannot be unpacked. */
  next(): Buffer | undefined {
    if (this.#bytes < this.#neededBytes) return undefined;
    // Bytes of a large message are put together once, when the last of them is there.
    if (this.#rest.length > 0) {
      this.#head = Buffer.concat([this.#head, ...this.#rest]);
      this.#rest = [];
    }
    const length = this.#head.readUInt32BE(1);
    if (length > MAX_MESSAGE_BYTES)
      throw new GrpcError(GrpcStatus.RESOURCE_EXHAUSTED, `a message of ${length} bytes, max is ${MAX_MESSAGE_BYTES}`);
    this.#neededBytes = PREFIX_BYTES + length;
    if (this.#bytes < this.#neededBytes) return undefined;
    const message = this.#head.subarray(PREFIX_BYTES, this.#neededBytes);
    const compressed = this.#head[0] !== 0;
    this.#head = this.#head.subarray(this.#neededBytes);
    this.#bytes = this.#head.length;
    this.#neededBytes = PREFIX_BYTES;
    return compressed ? unpacked(message, this.encoding) : message;
  }
}

function unpacked(message: Buffer, encoding: string | undefined): Buffer {
  if (encoding === undefined || encoding === 'identity')
    throw new GrpcError(GrpcStatus.INTERNAL, 'compressed message without grpc-encoding');
  if (encoding !== 'gzip') throw new GrpcError(GrpcStatus.UNIMPLEMENTED, `grpc-encoding ${encoding} is not supported`);
  try {
    return gunzipSync(message, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new GrpcError(
        GrpcStatus.RESOURCE_EXHAUSTED,
        `a compressed message of more than ${MAX_UNPACKED_BYTES} bytes`,
      );
    throw new GrpcError(GrpcStatus.INTERNAL, `the message cannot be unpacked: ${String(error)}`);
  }
}
