import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DurationHistogram } from '../metrics/metrics.js';
import { isProbe } from './probes.js';

const durations = new DurationHistogram('http_server_request_duration_seconds', 'Time from a request to its answer.', [
  'http_request_method',
  'http_route',
  'http_response_status_code',
]);

type Duration = ReturnType<typeof durations.of>;

export function measureRequests(fastify: FastifyInstance): void {
  const known = new Map<string, Map<number, Duration>>();
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (!isProbe(request)) durationOf(known, request, reply.statusCode).observe(reply.elapsedTime / 1_000);
    done();
  });
}

/** Addresses that do not exist are one: a stranger must not make a figure of each that he tries. */
function durationOf(known: Map<string, Map<number, Duration>>, request: FastifyRequest, status: number): Duration {
  const method = request.method;
  const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
  const key = method + route;
  let ofRoute = known.get(key);
  if (!ofRoute) known.set(key, (ofRoute = new Map()));
  let found = ofRoute.get(status);
  if (!found) {
    const labels = { http_request_method: method, http_route: route, http_response_status_code: String(status) };
    ofRoute.set(status, (found = durations.of(labels)));
  }
  return found;
}
