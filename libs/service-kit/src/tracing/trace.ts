import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Span } from '@opentelemetry/api';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NO_TRACE_ID = '0'.repeat(32);
const NO_SPAN_ID = '0'.repeat(16);

interface Scope {
  traceId: string;
  traceparent: string;
  /** Where this process writes spans: the one that is open. */
  span?: Span;
}
const storage = new AsyncLocalStorage<Scope>();

/**
 * Runs work as part of the trace that the W3C `traceparent` names. Without one, or with a broken one, there is no trace:
 * on Node 20 an AsyncLocalStorage in use costs every promise of the process, about 11 % of an order, so only a process
 * that is asked to trace pays for it. The lines of an order are found by its orderId all the same.
 */
export function runInTrace<T>(traceparent: string | undefined, work: () => T): T {
  const traceId = parseTraceparent(traceparent)?.traceId;
  return traceId === undefined ? work() : storage.run({ traceId, traceparent: traceparent! }, work);
}

/** Runs work inside a span: what it calls and sends are the span's children. */
export function runInSpan<T>(span: Span, work: () => T): T {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return storage.run({ traceId, traceparent: traceparentOf(traceId, spanId, traceFlags), span }, work);
}

export function traceparentOf(traceId: string, spanId: string, traceFlags: number): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

export function parseTraceparent(
  text: string | undefined,
): { traceId: string; spanId: string; traceFlags: number } | undefined {
  if (!text) return undefined;
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text) ?? [];
  if (!traceId || !spanId || !flags || traceId === NO_TRACE_ID || spanId === NO_SPAN_ID) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}

/** For what is only reported once, such as an error outside any trace. */
export function newTraceId(): string {
  return randomBytes(16).toString('hex');
}

export function currentTraceId(): string | undefined {
  return storage.getStore()?.traceId;
}

/**
 * The `traceparent` to send along with a call or a message; nothing outside a trace. A process that writes no spans hands
 * on what it was given, so that the spans of those behind it have a parent that exists.
 */
export function currentTraceparent(): string | undefined {
  return storage.getStore()?.traceparent;
}

export function currentSpan(): Span | undefined {
  return storage.getStore()?.span;
}
