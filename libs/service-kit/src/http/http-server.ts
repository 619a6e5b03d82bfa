import { ValidationPipe, type INestApplication, type ValidationError } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { serveDocs, type ApiIntroduction } from '../api-docs/document.js';
import type { RestDoor } from '../auth/rest-door.js';
import { serveMetrics } from '../metrics/metrics-door.js';
import { ShopError, type FieldProblem } from '../shop-error.js';
import { timelineIsOn } from '../timeline/order-events.js';
import { recordRequests } from '../timeline/recorders.js';
import { answerBrokenRequest } from './broken-request.js';
import { EnvelopeInterceptor } from './envelope.js';
import { measureRequests } from './http-metrics.js';
import { traceRequests } from './http-trace.js';
import { fieldsOf, parseJson } from './json.js';
import { HttpErrorFilter, sendProblem } from './problem.js';
import { addSecurityHeaders } from './security-headers.js';

const MAX_BODY_BYTES = 64 * 1024;
/** A request whose headers, or headers and body, are not here by then is dropped. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** How often it is looked for such requests; node's own 30 s would make the timeouts longer. */
const TIMEOUT_CHECK_MS = 1_000;

/** The bytes of a request's body as they came, for signatures. */
export type RequestWithRawBody = FastifyRequest & { rawBody?: Buffer };

/**
 * @param door of a service that others than its supervisor talk to
 * @param metricsToken without it, GET /metrics answers this machine only
 */
export function httpAdapter(door?: RestDoor, metricsToken?: string): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS },
    requestTimeout: REQUEST_TIMEOUT_MS,
    clientErrorHandler: answerBrokenRequest,
    connectionTimeout: 60_000,
    keepAliveTimeout: 60_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: door ? door.trustedProxies : false,
    routerOptions: { maxParamLength: 100 },
    frameworkErrors: (error: unknown, _request: FastifyRequest, reply: FastifyReply) => sendProblem(reply, error),
  });
  const fastify: FastifyInstance = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    (request as RequestWithRawBody).rawBody = body as Buffer;
    try {
      done(null, fieldsOf(parseJson(body.toString('utf8'))));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (!(Number(request.headers['content-length']) > MAX_BODY_BYTES)) {
      done(null, payload);
      return;
    }
    // an answer while the caller still writes would get lost: closing the connection then resets it
    payload.once('end', () => done(new ShopError('SHOP_REQUEST_TOO_LARGE')));
    payload.once('error', done);
    payload.resume();
  });
  addSecurityHeaders(fastify);
  serveMetrics(fastify, metricsToken);
  traceRequests(fastify);
  measureRequests(fastify);
  door?.addTo(fastify);
  if (timelineIsOn()) recordRequests(fastify);
  return adapter;
}

/** @param api where the service has a REST door for people who may see its description */
export function useHttpConventions(app: INestApplication, api?: ApiIntroduction): void {
  app.useGlobalFilters(new HttpErrorFilter());
  app.useGlobalInterceptors(new EnvelopeInterceptor(app.get(Reflector)));
  app.useGlobalPipes(
    new ValidationPipe({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: validationError,
    }),
  );
  if (api) serveDocs(app, api);
}

function validationError(errors: ValidationError[]): ShopError {
  const problems = errors.flatMap((error) => problemsOf(error));
  const message = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new ShopError('SHOP_REQUEST_PARAMETER_INVALID', message, problems);
}

function problemsOf(error: ValidationError, path = ''): FieldProblem[] {
  const field = path + error.property;
  const own = Object.entries(error.constraints ?? {}).map(([rule, text]) => ({
    field,
    message: rule === 'whitelistValidation' ? 'is not a field of this request' : text,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => problemsOf(child, `${field}.`))];
}
