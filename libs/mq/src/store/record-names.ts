/**
 * The names that a message is found by: its message id first, then its keys. Each is
 *
 *   0  nameBytes  u16   little-endian
 *   2  name       UTF-8
 *
 * They stand in the record besides the client's own system properties, so that the index is rebuilt from the log alone.
 */
const LENGTH_BYTES = 2;
const MAX_NAMES_BYTES = 0xffff;

/** Keys that do not fit into MAX_NAMES_BYTES are left out, and so is a message id of that size. */
export function encodeNames(messageId: string, keys: readonly string[]): Buffer {
  const names: string[] = [];
  let bytes = 0;
  const add = (name: string) => {
    const nameBytes = LENGTH_BYTES + Buffer.byteLength(name);
    if (bytes + nameBytes > MAX_NAMES_BYTES) return false;
    bytes += nameBytes;
    names.push(name);
    return true;
  };
  if (!add(messageId)) add('');
  for (const key of keys) add(key);
  const target = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const name of names) at = writeName(target, name, at);
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
