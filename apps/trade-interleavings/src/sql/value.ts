/** An amount with two decimals, exactly. */
export class Decimal {
  constructor(readonly cents: number) {}

  static of(value: SqlValue): Decimal {
    return value instanceof Decimal ? value : new Decimal(Math.round(Number(value) * 100));
  }

  toString(): string {
    return (this.cents / 100).toFixed(2);
  }

  valueOf(): number {
    return this.cents / 100;
  }
}

/** A value in a row or of an expression; ids are bigint, truth is 1 or 0. */
export type SqlValue = null | number | bigint | string | Decimal | Date;

export type Row = Readonly<Record<string, SqlValue>>;

/** @returns null when one of them is NULL, else negative, 0 or positive */
export function compare(a: SqlValue, b: SqlValue): number | null {
  if (a === null || b === null) return null;
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (typeof a === 'string' && typeof b === 'string') return order(a, b);
  if (isWhole(a) && isWhole(b)) return order(BigInt(a), BigInt(b));
  return order(Number(a), Number(b));
}

export function isTrue(value: SqlValue): boolean {
  return value !== null && Number(value) !== 0;
}

export function truth(value: boolean | null): SqlValue {
  if (value === null) return null;
  return value ? 1 : 0;
}

export function arithmetic(operator: string, a: SqlValue, b: SqlValue): SqlValue {
  if (a === null || b === null) return null;
  if (a instanceof Date) return new Date(a.getTime() + (operator === '+' ? Number(b) : -Number(b)));
  const sign = operator === '+' ? 1 : -1;
  if (operator === '*') return Number(a) * Number(b);
  if (a instanceof Decimal || b instanceof Decimal)
    return new Decimal(Decimal.of(a).cents + sign * Decimal.of(b).cents);
  return Number(a) + sign * Number(b);
}

export function negative(value: SqlValue): SqlValue {
  if (value === null) return null;
  return value instanceof Decimal ? new Decimal(-value.cents) : -Number(value);
}

/** As the driver hands it out: ids and amounts are text. */
export function toDriver(value: SqlValue): unknown {
  return typeof value === 'bigint' || value instanceof Decimal ? value.toString() : value;
}

function order<T extends string | number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isWhole(value: SqlValue): value is bigint | number | string {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return true;
  return typeof value === 'string' && /^-?\d+$/.test(value);
}
