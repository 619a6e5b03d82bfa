/**
 * The names that a message is found by: its message id first, then its keys. Each is
 *
 *   0  nameBytes  u16   little-endian
 *   2  name       UTF-8
 *
 * They stand in the record besides the client's own system properties, so that the index is rebuilt from the log alone.
 */
const LENGTH_BYTES = 2;
export const MAX_NAMES_BYTES = 0xffff;

/** Throws RangeError when the names need more than MAX_NAMES_BYTES. */
export function encodeNames(messageId: string, keys: readonly string[]): Buffer {
  let bytes = LENGTH_BYTES + Buffer.byteLength(messageId);
  for (const key of keys) bytes += LENGTH_BYTES + Buffer.byteLength(key);
  if (bytes > MAX_NAMES_BYTES) throw new RangeError(`the message id and the keys need ${bytes} bytes`);
  const target = Buffer.allocUnsafe(bytes);
  let at = writeName(target, messageId, 0);
  for (const key of keys) at = writeName(target, key, at);
  return target;
}

function writeName(target: Buffer, name: string, at: number): number {
  const nameBytes = target.write(name, at + LENGTH_BYTES);
  target.writeUInt16LE(nameBytes, at);
  return at + LENGTH_BYTES + nameBytes;
}

export function decodeNames(names: Uint8Array): { messageId: string; keys: string[] } {
  const [messageId = '', ...keys] = eachName(names).map(({ start, end }) =>
    Buffer.from(names.buffer, names.byteOffset + start, end - start).toString('utf8'),
  );
  return { messageId, keys };
}

/** Where each name stands, the message id first. */
export function eachName(names: Uint8Array): { start: number; end: number }[] {
  const places = [];
  for (let at = 0; at + LENGTH_BYTES <= names.length;) {
    const start = at + LENGTH_BYTES;
    const end = start + (names[at] as number) + (names[at + 1] as number) * 256;
    places.push({ start, end });
    at = end;
  }
  return places;
}
