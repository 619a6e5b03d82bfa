import { Http2Error, ErrorCode } from './http2-error.js';
import { huffmanDecode } from './huffman.js';

/** Names and values that every connection knows, from index 1 on. */
const STATIC_TABLE: readonly (readonly [name: string, value: string])[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-language', ''],
  ['accept-ranges', ''],
  ['accept', ''],
  ['access-control-allow-origin', ''],
  ['age', ''],
  ['allow', ''],
  ['authorization', ''],
  ['cache-control', ''],
  ['content-disposition', ''],
  ['content-encoding', ''],
  ['content-language', ''],
  ['content-length', ''],
  ['content-location', ''],
  ['content-range', ''],
  ['content-type', ''],
  ['cookie', ''],
  ['date', ''],
  ['etag', ''],
  ['expect', ''],
  ['expires', ''],
  ['from', ''],
  ['host', ''],
  ['if-match', ''],
  ['if-modified-since', ''],
  ['if-none-match', ''],
  ['if-range', ''],
  ['if-unmodified-since', ''],
  ['last-modified', ''],
  ['link', ''],
  ['location', ''],
  ['max-forwards', ''],
  ['proxy-authenticate', ''],
  ['proxy-authorization', ''],
  ['range', ''],
  ['referer', ''],
  ['refresh', ''],
  ['retry-after', ''],
  ['server', ''],
  ['set-cookie', ''],
  ['strict-transport-security', ''],
  ['transfer-encoding', ''],
  ['user-agent', ''],
  ['vary', ''],
  ['via', ''],
  ['www-authenticate', ''],
];
const FIRST_DYNAMIC = STATIC_TABLE.length + 1;
const TABLE_BYTES = 4096;
const ENTRY_OVERHEAD_BYTES = 32;
const MAX_LIST_BYTES = 64 << 10;

/** Unpacks the header blocks of one connection, in their order. Throws Http2Error on anything that is no HPACK. */
export class HpackDecoder {
  /** Oldest first, from #oldest on. */
  #names: string[] = [];
  #values: string[] = [];
  #oldest = 0;
  #tableBytes = 0;
  #maxTableBytes = TABLE_BYTES;
  #block!: Uint8Array;
  #at = 0;

  /** Names and values in turn. */
  decode(block: Uint8Array): string[] {
    this.#block = block;
    this.#at = 0;
    const fields: string[] = [];
    let listBytes = 0;
    while (this.#at < block.length) {
      const first = block[this.#at] as number;
      if ((first & 0xe0) === 0x20) {
        if (fields.length > 0) throw broken('a table size behind fields');
        this.#resize(this.#integer(5));
        continue;
      }
      let name: string;
      let value: string;
      if (first & 0x80) {
        const index = this.#integer(7);
        name = this.#entry(index, 0);
        value = this.#entry(index, 1);
      } else {
        const indexed = (first & 0x40) !== 0;
        const index = this.#integer(indexed ? 6 : 4);
        name = index === 0 ? this.#string() : this.#entry(index, 0);
        value = this.#string();
        if (indexed) this.#add(name, value);
      }
      listBytes += name.length + value.length + ENTRY_OVERHEAD_BYTES;
      if (listBytes > MAX_LIST_BYTES) throw new Http2Error(ErrorCode.ENHANCE_YOUR_CALM, 'too many header fields');
      fields.push(name, value);
    }
    return fields;
  }

  /** A number that begins in the lower bits of the next byte: all ones = it goes on, 7 bits a byte, lowest first. */
  #integer(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = this.#byte() & mask;
    if (value < mask) return value;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#byte();
      if (shift > 21) throw broken('a number that is too large');
      value += (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value;
    }
  }

  #byte(): number {
    const byte = this.#block[this.#at++];
    if (byte === undefined) throw broken('a block that ends too early');
    return byte;
  }

  #string(): string {
    const huffman = ((this.#block[this.#at] ?? 0) & 0x80) !== 0;
    const length = this.#integer(7);
    const [from, to] = [this.#at, this.#at + length];
    if (to > this.#block.length || length > MAX_LIST_BYTES) throw broken('a string that ends too late');
    this.#at = to;
    if (!huffman) return Buffer.from(this.#block.buffer, this.#block.byteOffset + from, length).toString('latin1');
    const text = huffmanDecode(this.#block, from, to);
    if (text === undefined) throw broken('a wrong Huffman code');
    return text;
  }

  #entry(index: number, part: 0 | 1): string {
    if (index > 0 && index < FIRST_DYNAMIC) return (STATIC_TABLE[index - 1] as readonly [string, string])[part];
    const at = this.#names.length - 1 - (index - FIRST_DYNAMIC);
    if (index === 0 || at < this.#oldest) throw broken('an index of nothing');
    return (part === 0 ? this.#names : this.#values)[at] as string;
  }

  #add(name: string, value: string): void {
    this.#names.push(name);
    this.#values.push(value);
    this.#tableBytes += name.length + value.length + ENTRY_OVERHEAD_BYTES;
    this.#evict();
  }

  #resize(bytes: number): void {
    if (bytes > TABLE_BYTES) throw broken('a table that is too large');
    this.#maxTableBytes = bytes;
    this.#evict();
  }

  #evict(): void {
    while (this.#tableBytes > this.#maxTableBytes) {
      const [name, value] = [this.#names[this.#oldest] as string, this.#values[this.#oldest] as string];
      this.#tableBytes -= name.length + value.length + ENTRY_OVERHEAD_BYTES;
      this.#oldest++;
    }
    if (this.#oldest > 64) {
      this.#names.splice(0, this.#oldest);
      this.#values.splice(0, this.#oldest);
      this.#oldest = 0;
    }
  }
}

function broken(what: string): Http2Error {
  return new Http2Error(ErrorCode.COMPRESSION_ERROR, what);
}

/** Fields as literals that no table remembers. */
export function hpackEncode(fields: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [Buffer.from([0]), encodedString(name), encodedString(value)]),
  );
}

function encodedString(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  const length = [Math.min(bytes.length, 0x7f)];
  if (bytes.length >= 0x7f) {
    let rest = bytes.length - 0x7f;
    for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}
