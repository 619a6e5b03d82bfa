import type { FastifyInstance } from 'fastify';

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};
/** Data of one user, which no cache keeps and no browser runs. */
const OF_ANSWERS = {
  ...ALWAYS,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};
/** Swagger UI writes styles into its elements and has pictures as data. */
const OF_DOCS = {
  ...ALWAYS,
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
};

export function isDocs(url: string): boolean {
  return /^\/docs(?:[/?]|$)/.test(url);
}

export function addSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(isDocs(request.url) ? OF_DOCS : OF_ANSWERS);
    done();
  });
}
