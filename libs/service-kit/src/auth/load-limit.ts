import type { FastifyInstance } from 'fastify';
import { isProbe } from '../http/probes.js';
import { Log } from '../logging.js';
import { showGauge } from '../metrics/metrics.js';
import { ShopError } from '../shop-error.js';
import { requestsRefused } from './requests-refused.js';

/** An answer that took longer is late. */
const LATE_MS = 800;
/** So many requests are worked on however late they are: without any, nobody would know when it is better. */
const FEWEST = 8;
/** The limit comes to rest where one answer in eleven is late. */
const LESS_FOR_LATE = 1;
const MORE_FOR_TIMELY = 0.1;
const REPORT_EVERY_MS = 1_000;

/**
 * Refuses requests while as many are being worked on as can be answered in time: a queue that grows would make all of them
 * late. How many that are is found out from the answers; `maxInFlight` at most. A request counts from the moment that its
 * body is here (a slow sender holds nothing up) until its answer is known, also when its caller has gone meanwhile.
 * Health checks are always answered.
 */
export function limitLoad(fastify: FastifyInstance, maxInFlight: number): void {
  const takenAtMs = new WeakMap<object, number>();
  const fewest = Math.min(FEWEST, maxInFlight);
  let limit = maxInFlight;
  let inFlight = 0;
  const refused = new Refusals();
  showGauge('trade_requests_in_flight', 'Requests that are worked on.', [], () => [[{}, inFlight]]);
  showGauge('trade_requests_in_flight_limit', 'Requests that are worked on at most.', [], () => [[{}, limit]]);
  fastify.addHook('preHandler', (request, _reply, done) => {
    if (isProbe(request)) {
      done();
    } else if (inFlight >= limit) {
      refused.add(limit);
      done(new ShopError('SHOP_OVERLOADED'));
    } else {
      inFlight++;
      takenAtMs.set(request, performance.now());
      done();
    }
  });
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    const sinceMs = takenAtMs.get(request);
    if (sinceMs !== undefined) {
      takenAtMs.delete(request);
      inFlight--;
      if (performance.now() - sinceMs > LATE_MS) limit = Math.max(fewest, limit - LESS_FOR_LATE);
      else limit = Math.min(maxInFlight, limit + MORE_FOR_TIMELY);
    }
    done();
  });
}

/** One line a second of what was refused, however much that is. */
class Refusals {
  private readonly log = new Log('LoadLimit');
  private readonly total = requestsRefused.of({ code: 'SHOP_OVERLOADED' });
  private count = 0;
  private timer: NodeJS.Timeout | undefined;

  add(limit: number): void {
    this.count++;
    this.total.add();
    this.timer ??= setTimeout(() => {
      this.log.warn('requests refused, there are too many at a time', { count: this.count, limit: Math.floor(limit) });
      this.count = 0;
      this.timer = undefined;
    }, REPORT_EVERY_MS).unref();
  }
}
