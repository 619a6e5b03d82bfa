import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NO_TRACE_ID = '0'.repeat(32);
/** Span ids only have to differ: a random start of this process and a number. */
const SPANS_OF_PROCESS = randomBytes(4).toString('hex');
let spans = 0;
const storage = new AsyncLocalStorage<{ traceId: string }>();

/**
 * Runs work as part of the trace that the W3C `traceparent` names. Without one, or with a broken one, there is no trace:
 * on Node 20 an AsyncLocalStorage in use costs every promise of the process, about 11 % of an order, so only a process
 * that is asked to trace pays for it. The lines of an order are found by its orderId all the same.
 */
export function runInTrace<T>(traceparent: string | undefined, work: () => T): T {
  const traceId = traceparent && TRACEPARENT.exec(traceparent)?.[1];
  return traceId && traceId !== NO_TRACE_ID ? storage.run({ traceId }, work) : work();
}

/** For what is only reported once, such as an error outside any trace. */
export function newTraceId(): string {
  return randomBytes(16).toString('hex');
}

export function currentTraceId(): string | undefined {
  return storage.getStore()?.traceId;
}

/** The `traceparent` to send along with a call or a message; nothing outside a trace. */
export function currentTraceparent(): string | undefined {
  const traceId = currentTraceId();
  return traceId && `00-${traceId}-${nextSpanId()}-01`;
}

function nextSpanId(): string {
  spans = (spans + 1) >>> 0;
  return SPANS_OF_PROCESS + spans.toString(16).padStart(8, '0');
}

/** How a trace travels with messages: the `context` of MessagingModule. */
export const messageTrace = {
  inject(): Record<string, string> {
    const traceparent = currentTraceparent();
    return traceparent ? { traceparent } : {};
  },
  run<T>(message: { properties: Readonly<Record<string, string>> }, handle: () => Promise<T>): Promise<T> {
    return runInTrace(message.properties['traceparent'], handle);
  },
};
