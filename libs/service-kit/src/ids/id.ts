/** The largest signed 64-bit integer. */
const MAX_ID = 9_223_372_036_854_775_807n;
const ID = /^[1-9]\d{0,18}$/;

/** Whether this is a 64-bit id as decimal text, at least 1. */
export function isId(text: string): boolean {
  return ID.test(text) && BigInt(text) <= MAX_ID;
}
