import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes, randomUUID } from 'node:crypto';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NO_TRACE_ID = '0'.repeat(32);
/** Span ids only have to differ: a random start of this process and a number. */
const SPANS_OF_PROCESS = randomBytes(4).toString('hex');
let spans = 0;
const storage = new AsyncLocalStorage<{ traceId: string }>();

/** Runs work as part of the trace that the W3C `traceparent` names, or of a new one where there is none or a broken one. */
export function runInTrace<T>(traceparent: string | undefined, work: () => T): T {
  const given = TRACEPARENT.exec(traceparent ?? '')?.[1];
  const traceId = given && given !== NO_TRACE_ID ? given : randomUUID().replaceAll('-', '');
  return storage.run({ traceId }, work);
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
