import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as Pino, type LoggerOptions } from 'pino';
import { prettyLine } from './log-format.js';
import { recordLogLine } from './timeline/order-events.js';
import { currentSpan, currentTraceId } from './tracing/trace.js';

// until a process configures it, as tests never do: what is wrong only
let root: Pino = pino({ level: 'warn', base: undefined });

export type LogFormat = 'json' | 'pretty';

/** Called once, at the start of the process. */
export function configureLogging(service: string, level: string, format: LogFormat = 'json'): void {
  const options: LoggerOptions = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
    redact: { paths: ['password', '*.password', 'secret', '*.secret'], censor: '***' },
    mixin: () => {
      const traceId = currentTraceId();
      return traceId ? { traceId } : {};
    },
  };
  root = format === 'json' ? pino(options) : pino(options, { write: (line) => process.stdout.write(prettyLine(line)) });
}

/** An error without the values of its SQL: orders and password hashes stay out of the log. */
export function describeError(error: Error): object {
  const described: Record<string, unknown> = { ...pino.stdSerializers.err(error) };
  for (const field of ['sql', 'parameters', 'driverError']) delete described[field];
  return described;
}

export type LogFields = Record<string, unknown>;

/** Structured log of one part of a service: `log.info('stock held', { orderId, goodsId })`. One JSON line each. */
export class Log {
  constructor(private readonly context: string) {}

  debug(message: string, fields: LogFields = {}): void {
    root.debug({ context: this.context, ...fields }, message);
  }
  info(message: string, fields: LogFields = {}): void {
    root.info({ context: this.context, ...fields }, message);
    noteInSpan(message, fields);
    recordLogLine('info', message, fields);
  }
  warn(message: string, fields: LogFields = {}): void {
    root.warn({ context: this.context, ...fields }, message);
    noteInSpan(message, fields);
    recordLogLine('warn', message, fields);
  }
  error(message: string, error?: unknown, fields: LogFields = {}): void {
    root.error({ context: this.context, err: error, ...fields }, message);
    recordLogLine('error', message, fields);
  }
}

/** What an order goes through is seen in its trace too, and the trace is found by the order. */
function noteInSpan(message: string, fields: LogFields): void {
  const span = fields['orderId'] === undefined ? undefined : currentSpan();
  if (!span) return;
  span.setAttribute('trade.order_id', String(fields['orderId']));
  const attributes = Object.entries(fields).map(([name, value]) => [`trade.${name}`, String(value)]);
  span.addEvent(message, Object.fromEntries(attributes) as Record<string, string>);
}

/** Nest's own lines and those of libraries that log through Nest, in the same format. */
export class NestLog implements LoggerService {
  log(message: unknown, ...rest: unknown[]): void {
    root.info(fieldsOf(rest), String(message));
  }
  warn(message: unknown, ...rest: unknown[]): void {
    root.warn(fieldsOf(rest), String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    root.error({ ...fieldsOf(rest), ...(message instanceof Error ? { err: message } : {}) }, String(message));
  }
  debug(message: unknown, ...rest: unknown[]): void {
    root.debug(fieldsOf(rest), String(message));
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    root.trace(fieldsOf(rest), String(message));
  }
}

/** Nest passes the context last, and for errors a stack before it. */
function fieldsOf(rest: unknown[]): LogFields {
  const texts = rest.filter((value) => typeof value === 'string');
  return { context: texts.at(-1), ...(texts.length > 1 ? { stack: texts[0] } : {}) };
}
