import { SpanKind, SpanStatusCode, type Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isTracing, startSpan } from '../tracing/spans.js';
import { currentTraceId, runInSpan, runInTrace } from '../tracing/trace.js';
import { isProbe } from './probes.js';

/** Every request of a trace, or with tracing switched on every request, is handled inside it. */
export function traceRequests(fastify: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isTracing() && !isProbe(request)) {
      const span = requestSpan(request, reply);
      spans.set(request, span);
      runInSpan(span, done);
    } else {
      runInTrace(traceparentOf(request), done);
    }
  });
  // the body arrives in the context of the connection, not of the request
  fastify.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) runInSpan(span, done);
    else if (currentTraceId() === undefined) runInTrace(traceparentOf(request), done);
    else done();
  });
}

function requestSpan(request: FastifyRequest, reply: FastifyReply): Span {
  const { method, routeOptions, protocol, host, ip } = request;
  const route = routeOptions.url;
  const attributes = {
    'http.request.method': method,
    'url.scheme': protocol,
    'url.path': request.url.split('?', 1)[0],
    'server.address': host,
    'client.address': ip,
    ...(route !== undefined && { 'http.route': route }),
  };
  const name = route === undefined ? method : `${method} ${route}`;
  const span = startSpan({ name, kind: SpanKind.SERVER, attributes }, traceparentOf(request));
  // comes also when the caller has gone before the answer
  reply.raw.once('close', () => {
    const { statusCode } = reply.raw;
    span.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 500) {
      span.setAttribute('error.type', String(statusCode));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  });
  return span;
}

function traceparentOf({ headers: { traceparent } }: FastifyRequest): string | undefined {
  return typeof traceparent === 'string' ? traceparent : undefined;
}
