import {
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanKind,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceparent, runInSpan } from './trace.js';

let tracer: Tracer | undefined;

/** From here on this process writes spans. */
export function useTracer(present: Tracer | undefined): void {
  tracer = present;
}

/** Asked before anything is done for a span, so that a process without tracing does nothing. */
export function isTracing(): boolean {
  return tracer !== undefined;
}

export interface SpanDescription {
  name: string;
  kind: SpanKind;
  attributes?: Attributes;
}

/** @param parent a traceparent; without a valid one the span begins a trace */
export function startSpan({ name, kind, attributes }: SpanDescription, parent: string | undefined): Span {
  return tracer!.startSpan(name, { kind, attributes }, contextOf(parent));
}

/** Runs work as a span. `failed` writes to the span what a failure means; without it every failure is an error. */
export async function inSpan<T>(
  description: SpanDescription,
  parent: string | undefined,
  work: () => Promise<T>,
  failed: (span: Span, error: unknown) => void = markFailed,
): Promise<T> {
  const span = startSpan(description, parent);
  try {
    return await runInSpan(span, work);
  } catch (error) {
    failed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

export function markFailed(span: Span, error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  span.setAttribute('error.type', name);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

function contextOf(traceparent: string | undefined): Context {
  const parent = parseTraceparent(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}
