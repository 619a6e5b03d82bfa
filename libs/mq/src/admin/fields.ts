import { AdminError } from './admin-error.js';

/** Reads the fields of a body or a query. What is there but wrong or unknown throws AdminError 400 with its name. */
export class Fields {
  /** `known`: every other field is refused, so that a misspelt one is not silently ignored. */
  static ofBody(body: unknown, known: readonly string[]): Fields {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw new AdminError(400, 'the body must be a JSON object');
    return new Fields(new Map(Object.entries(body)), known);
  }

  static ofQuery(query: URLSearchParams, known: readonly string[]): Fields {
    return new Fields(new Map(query), known, true);
  }

  private constructor(
    private readonly values: Map<string, unknown>,
    known: readonly string[],
    private readonly inText = false,
  ) {
    for (const name of values.keys()) if (!known.includes(name)) throw wrong(name, 'is no field of this request');
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** As it came. */
  value(name: string): unknown {
    return this.values.get(name);
  }

  text(name: string): string | undefined {
    const value = this.values.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw wrong(name, 'must be text');
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw wrong(name, 'is missing');
    return value;
  }

  texts(name: string): string[] | undefined {
    const value = this.values.get(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw wrong(name, 'must be a list of texts');
  }

  textMap(name: string): Record<string, string> | undefined {
    const value = this.values.get(name);
    if (value === undefined) return undefined;
    if (isObject(value) && Object.values(value).every((item) => typeof item === 'string'))
      return value as Record<string, string>;
    throw wrong(name, 'must be an object of texts');
  }

  integer(name: string, min: number, max = Number.MAX_SAFE_INTEGER): number | undefined {
    const given = this.values.get(name);
    if (given === undefined) return undefined;
    const value = this.inText && /^-?\d+$/.test(String(given)) ? Number(given) : given;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw wrong(
      name,
      max === Number.MAX_SAFE_INTEGER ? `must be a whole number from ${min} on` : `must be ${min} to ${max}`,
    );
  }

  number(name: string, min: number): number | undefined {
    const value = this.values.get(name);
    if (value === undefined || (typeof value === 'number' && value >= min)) return value;
    throw wrong(name, `must be a number from ${min} on`);
  }

  numbers(name: string): number[] | undefined {
    const value = this.values.get(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value;
    throw wrong(name, 'must be a list of numbers');
  }

  boolean(name: string): boolean | undefined {
    const given = this.values.get(name);
    const value = this.inText && (given === 'true' || given === 'false') ? given === 'true' : given;
    if (value === undefined || typeof value === 'boolean') return value;
    throw wrong(name, 'must be true or false');
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.values.get(name);
    if (value === undefined) return undefined;
    const choice = choices.find((known) => known === value);
    if (choice === undefined) throw wrong(name, `must be one of ${choices.join(', ')}`);
    return choice;
  }

  /** The fields of an object inside. */
  object(name: string, known: readonly string[]): Fields | undefined {
    const value = this.values.get(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw wrong(name, 'must be an object');
    return new Fields(new Map(Object.entries(value)), known);
  }

  required<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw wrong(name, 'is missing');
    return value;
  }
}

export function wrong(field: string, why: string): AdminError {
  return new AdminError(400, `${field} ${why}`, field);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
