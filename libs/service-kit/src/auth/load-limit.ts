import type { FastifyInstance } from 'fastify';
import { ShopError } from '../shop-error.js';

/**
 * Refuses requests while `maxInFlight` are being worked on: a queue that grows would make all of them late. A request
 * counts from the moment that its body is here (a slow sender holds nothing up) until its answer is known, also when its
 * caller has gone meanwhile. Health checks are always answered.
 */
export function limitLoad(fastify: FastifyInstance, maxInFlight: number): void {
  const taken = new WeakSet<object>();
  let inFlight = 0;
  fastify.addHook('preHandler', (request, _reply, done) => {
    if (request.url.startsWith('/health/')) {
      done();
    } else if (inFlight >= maxInFlight) {
      done(new ShopError('SHOP_OVERLOADED'));
    } else {
      inFlight++;
      taken.add(request);
      done();
    }
  });
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    if (taken.delete(request)) inFlight--;
    done();
  });
}
