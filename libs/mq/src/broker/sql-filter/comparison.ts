/** What a part of an expression yields; undefined is SQL's NULL, the unknown. */
export type Value = string | number | bigint | boolean | undefined;

/** Three-valued: undefined = unknown. */
export type Truth = boolean | undefined;

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Properties are texts: compared with a number they count as one, compared with a boolean "true" in any case is TRUE and
 * every other text FALSE. A text that is no number is neither equal nor unequal to one, but unknown.
 */
export function equal(left: Value, right: Value): Truth {
  if (left === undefined || right === undefined) return undefined;
  if (isNumber(left) || isNumber(right)) {
    if (typeof left === 'boolean' || typeof right === 'boolean') return false;
    const difference = compare(left, right);
    return difference === undefined ? undefined : difference === 0;
  }
  return typeof left === typeof right ? left === right : truthOf(left) === truthOf(right);
}

/** Negative, 0 or positive as numbers compare; undefined when one of the values is none. */
export function compare(left: Value, right: Value): number | undefined {
  const a = numberOf(left);
  const b = numberOf(right);
  if (a === undefined || b === undefined) return undefined;
  // bigint and number compare exactly with each other.
  return a < b ? -1 : a > b ? 1 : 0;
}

function isNumber(value: Value): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function numberOf(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value !== 'string') return undefined;
  if (!DECIMAL.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) || !INTEGER.test(value) ? number : BigInt(value.replace('+', ''));
}

function truthOf(value: string | number | bigint | boolean): boolean {
  return typeof value === 'string' ? value.toLowerCase() === 'true' : value === true;
}
