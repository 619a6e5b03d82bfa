import { ConfigError } from './config-error.js';

/** Settings of the environment; empty counts as not set. Each method throws ConfigError with the name of a wrong one. */
export class Settings {
  constructor(private readonly env: Readonly<Record<string, string | undefined>>) {}

  text(name: string): string | undefined {
    return this.env[name] || undefined;
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.#number(name);
    if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return value;
    throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, not ${this.text(name)}`);
  }

  /** A number, more than 0. */
  positive(name: string, max: number): number | undefined {
    const value = this.#number(name);
    if (value === undefined || (value > 0 && value <= max)) return value;
    throw new ConfigError(`${name} must be a number above 0 and up to ${max}, not ${this.text(name)}`);
  }

  /** A share, more than 0 and up to 1. */
  ratio(name: string): number | undefined {
    return this.positive(name, 1);
  }

  #number(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }

  boolean(name: string): boolean | undefined {
    return this.oneOf(name, ['true', 'false']) && this.text(name) === 'true';
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    const choice = choices.find((known) => known === text);
    if (text !== undefined && choice === undefined)
      throw new ConfigError(`${name} must be one of ${choices.join(', ')}, not ${text}`);
    return choice;
  }

  /** host:port */
  address(name: string): { host: string; port: number } | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const [, host, port] = /^([^:]+):(\d{1,5})$/.exec(text) ?? [];
    if (!host || !port) throw new ConfigError(`${name} must be host:port, not ${text}`);
    return { host, port: Number(port) };
  }
}
