import type { AdminClient } from './admin-client.js';

/** The command line is wrong. */
export class UsageError extends Error {}

export interface Option {
  short?: string;
  /** What the value is, in help; unset: a switch without value. */
  value?: string;
  help: string;
  required?: true;
}

/** One verb of the CLI. */
export interface Command {
  name: string;
  summary: string;
  options: Readonly<Record<string, Option>>;
  /** Throws UsageError, RefusedError or UnreachableError. */
  run(admin: AdminClient, options: Given): Promise<Output>;
}

export interface Output {
  /** As the broker answered; printed with --json. */
  json: unknown;
  /** For people. */
  text: string;
}

/** Options as they were given. */
export class Given {
  constructor(private readonly values: Readonly<Record<string, string | boolean | undefined>>) {}

  switch(name: string): boolean {
    return this.values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** Of an option that is `required`, which is checked before. */
  required(name: string): string {
    return this.text(name) as string;
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : integerOf(name, text);
  }

  integers(name: string): number[] | undefined {
    return this.texts(name)?.map((text) => integerOf(name, text));
  }

  /** `a,b,c` */
  texts(name: string): string[] | undefined {
    return this.text(name)
      ?.split(',')
      .map((text) => text.trim());
  }

  boolean(name: string): boolean | undefined {
    const text = this.text(name);
    if (text !== undefined && text !== 'true' && text !== 'false')
      throw new UsageError(`--${name} must be true or false`);
    return text === undefined ? undefined : text === 'true';
  }

  /** ms since 1970. */
  time(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : timeOf(name, text);
  }
}

function integerOf(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`--${name} must be a whole number, not ${text}`);
  return Number(text);
}

export const TIME_HELP = 'now, ms since 1970, 2026-01-31T12:00:00Z or 2026-01-31#12:00:00:000';

function timeOf(name: string, text: string): number {
  if (text === 'now') return Date.now();
  if (/^\d+$/.test(text)) return Number(text);
  // yyyy-MM-dd#HH:mm:ss:SSS, in local time, is what users of RocketMQ's own tool write.
  const ms = Date.parse(
    text.replace(/^(\d{4}-\d\d-\d\d)#(\d\d:\d\d:\d\d)(?::(\d{3}))?$/, '$1T$2.$3').replace(/\.$/, ''),
  );
  if (Number.isNaN(ms)) throw new UsageError(`--${name} is no time: ${text} (${TIME_HELP})`);
  return ms;
}
