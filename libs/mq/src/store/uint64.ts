/** 64-bit little-endian positions as numbers: exact up to 2^53, eight petabytes of log. */
const TWO_TO_32 = 0x1_0000_0000;

export function writeUint64(target: Buffer, value: number, at: number): void {
  target.writeUInt32LE(value % TWO_TO_32, at);
  target.writeUInt32LE(Math.floor(value / TWO_TO_32), at + 4);
}

export function readUint64(source: Buffer, at: number): number {
  return source.readUInt32LE(at) + source.readUInt32LE(at + 4) * TWO_TO_32;
}
