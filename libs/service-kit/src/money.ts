/** An amount in fen, 1/100 yuan. Amounts are never floating-point numbers. */
export type Fen = bigint;

/** The largest amount of a decimal(10,2) column: 99,999,999.99 yuan. */
export const MAX_FEN: Fen = 9_999_999_999n;

const YUAN = /^(-?)(\d{1,8})(?:\.(\d{1,2}))?$/;

/** Whether this text is an amount in yuan with at most 8 digits before and 2 after the point. */
export function isYuan(text: string): boolean {
  return YUAN.test(text);
}

/**
 * `"12.3"` → 1230n.
 * @throws {RangeError} when the text is not an amount
 */
export function parseYuan(text: string): Fen {
  const match = YUAN.exec(text);
  if (!match) throw new RangeError(`not an amount in yuan: ${text}`);
  const fen = BigInt(match[2]!) * 100n + BigInt((match[3] ?? '').padEnd(2, '0'));
  return match[1] === '-' ? -fen : fen;
}

/** 1230n → `"12.30"`: what SQL's decimal(10,2) and the wire take. */
export function formatYuan(fen: Fen): string {
  const positive = fen < 0n ? -fen : fen;
  return `${fen < 0n ? '-' : ''}${positive / 100n}.${String(positive % 100n).padStart(2, '0')}`;
}
