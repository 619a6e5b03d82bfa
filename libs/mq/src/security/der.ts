/** Writer of DER, the encoding of certificates: tag | length | content, nested. */
function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthBytes(content.length), content]);
}

/** Below 128 the byte itself; else 0x80 + how many bytes follow, and those, big-endian. */
function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = minimal(length);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

function minimal(value: number): number[] {
  const bytes = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}

export const sequence = (...items: readonly Buffer[]) => element(0x30, ...items);
export const set = (...items: readonly Buffer[]) => element(0x31, ...items);
/** `bytes` big-endian; the first bit must be 0, or the number is negative. */
export const integer = (bytes: Buffer) => element(0x02, bytes);
export const TRUE = element(0x01, Buffer.from([0xff]));
export const octetString = (content: Buffer) => element(0x04, content);
export const bitString = (content: Buffer) => element(0x03, Buffer.from([0]), content);
export const utf8String = (text: string) => element(0x0c, Buffer.from(text));
/** [n] around an element. */
export const explicit = (n: number, content: Buffer) => element(0xa0 | n, content);
/** [n] in place of the tag of a primitive. */
export const implicit = (n: number, content: Buffer) => element(0x80 | n, content);

/** YYYYMMDDHHMMSSZ, as certificates write every date; those before 2050 as YYMMDDHHMMSSZ. */
export function time(date: Date): Buffer {
  const text = date.toISOString().replace(/\.\d+|[-:T]/g, '');
  return date.getUTCFullYear() < 2050 ? element(0x17, Buffer.from(text.slice(2))) : element(0x18, Buffer.from(text));
}

/** "1.2.840.10045.4.3.2": the first two numbers share a byte, the others are written in base 128. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...others.flatMap(base128)];
  return element(0x06, Buffer.from(bytes));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
