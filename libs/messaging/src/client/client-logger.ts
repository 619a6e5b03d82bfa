import { format } from 'node:util';
import type { LoggerService } from '@nestjs/common';

const QUIET_MS = 30_000;
/** gRPC's words. The publisher says once that the connection is lost, and once that it is back. */
const BROKER_AWAY = '14 UNAVAILABLE';

/**
 * The logger handed to the client library. Always given, because without one the library writes log files under $HOME.
 * It has debug(), which the library calls unguarded, and a close() that does nothing, because the library closes the
 * logger that it was given. During an outage the library repeats itself every second: each kind of line is let
 * through once in 30 s.
 */
export class ClientLogger {
  readonly #lastAtMs = new Map<string, number>();
  #muted = false;

  constructor(
    private readonly logger: LoggerService,
    private readonly who: string,
  ) {}

  info(): void {}
  debug(): void {}
  close(): void {}

  warn(text: unknown, ...args: unknown[]): void {
    this.#write(text, args);
  }

  error(text: unknown, ...args: unknown[]): void {
    this.#write(text, args);
  }

  /** A client that is being closed has nothing more to say: its calls fail on purpose. */
  mute(): void {
    this.#muted = true;
  }

  #write(text: unknown, args: unknown[]): void {
    const kind = text instanceof Error ? text.name : String(text);
    const nowMs = Date.now();
    if (this.#muted || nowMs - (this.#lastAtMs.get(kind) ?? 0) < QUIET_MS) return;
    const line = text instanceof Error ? text.message : format(text, ...args.map(withoutStack));
    if (line.includes(BROKER_AWAY)) return;
    this.#lastAtMs.set(kind, nowMs);
    this.logger.warn(`${this.who}: ${line}`);
  }
}

function withoutStack(argument: unknown): unknown {
  return argument instanceof Error ? argument.message : argument;
}
