import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '../http/problem.js';
import { ShopError } from '../shop-error.js';
import { METRICS_CONTENT_TYPE, metricsText } from './metrics.js';

const PATH = /^\/metrics(?:\?|$)/;
const BEARER = /^Bearer +(\S+)$/i;

/**
 * GET /metrics for Prometheus: for whoever has METRICS_TOKEN, or without one whoever asks from this machine. A hook before
 * all others, not a route: the tokens of customers, their limits and the load limit are none of its business.
 */
export function serveMetrics(fastify: FastifyInstance, token: string | undefined): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'GET' && PATH.test(request.url)) void answer(request, reply, token);
    else done();
  });
}

async function answer(request: FastifyRequest, reply: FastifyReply, token: string | undefined): Promise<void> {
  try {
    checkAccess(request, token);
    const text = await metricsText();
    reply.header('cache-control', 'no-store').type(METRICS_CONTENT_TYPE).send(text);
  } catch (error) {
    sendProblem(reply, error);
  }
}

function checkAccess(request: FastifyRequest, token: string | undefined): void {
  if (token === undefined) {
    if (!isFromThisMachine(request)) throw new ShopError('SHOP_ACCESS_DENIED', 'METRICS_TOKEN is not set');
    return;
  }
  const given = BEARER.exec(request.headers.authorization ?? '')?.[1];
  if (given === undefined) throw new ShopError('SHOP_TOKEN_MISSING', 'Authorization: Bearer <METRICS_TOKEN> is needed');
  // hashes have one length, so the time of the comparison tells nothing
  if (!timingSafeEqual(hash(given), hash(token))) throw new ShopError('SHOP_TOKEN_INVALID');
}

/** Not a proxy on this machine that passes on what others ask, nor a page whose own name points here (DNS rebinding). */
function isFromThisMachine({ raw, headers }: FastifyRequest): boolean {
  const isPassedOn = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'].some((name) => headers[name] !== undefined);
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  return !isPassedOn && isLoopback(raw.socket.remoteAddress ?? '') && (host === 'localhost' || isLoopback(host));
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').replace(/^::ffff:/, '');
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
