/** Code length of each byte value, and of the end of the string, in bits. The codes themselves follow: they are canonical. */
const CODE_BITS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6,
  5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23,
  22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22,
  23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26,
  20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27,
  27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27,
  27, 27, 27, 26, 30,
];
const END = 256;
const MAX_PADDING_BITS = 7;

/** Two numbers a node: the next node for a 0 and for a 1; or, negative, -1 - the symbol. */
const TREE = tree();

function tree(): Int16Array {
  const nodes = new Int16Array(2 * (CODE_BITS.length - 1));
  const symbols = CODE_BITS.map((bits, symbol) => ({ bits, symbol })).sort(
    (a, b) => a.bits - b.bits || a.symbol - b.symbol,
  );
  let [code, codeBits, used] = [0, 0, 1];
  for (const { bits, symbol } of symbols) {
    code <<= bits - codeBits;
    codeBits = bits;
    let node = 0;
    for (let bit = bits - 1; bit > 0; bit--) {
      const at = 2 * node + ((code >>> bit) & 1);
      if (nodes[at] === 0) nodes[at] = used++;
      node = nodes[at] as number;
    }
    nodes[2 * node + (code & 1)] = -1 - symbol;
    code++;
  }
  return nodes;
}

const decoded = Buffer.alloc(2 * 65_536);

/** Text of bytes `from` … `to`; undefined when they are no Huffman code. */
export function huffmanDecode(bytes: Uint8Array, from: number, to: number): string | undefined {
  let [node, length, bitsSinceSymbol, allOnes] = [0, 0, 0, true];
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    for (let shift = 7; shift >= 0; shift--) {
      const bit = (byte >>> shift) & 1;
      bitsSinceSymbol++;
      if (bit === 0) allOnes = false;
      node = TREE[2 * node + bit] as number;
      if (node >= 0) continue;
      const symbol = -1 - node;
      if (symbol === END) return undefined;
      decoded[length++] = symbol;
      [node, bitsSinceSymbol, allOnes] = [0, 0, true];
    }
  }
  if (bitsSinceSymbol > MAX_PADDING_BITS || !allOnes) return undefined;
  return decoded.toString('latin1', 0, length);
}
