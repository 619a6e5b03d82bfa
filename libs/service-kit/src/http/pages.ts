import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** The pages of a service: a folder of HTML, CSS and ES modules, as they are. */
export interface Pages {
  folder: string;
  /** What the pages are told, at /shop/settings.json. */
  settings: object;
}

const MIME_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Scripts, styles and data of this service only: nothing inline, nothing evaluated, no other site, in no frame. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
].join('; ');

/** `/` and `/shop/…`, for everyone: what is on the pages, they ask the API for. Read once, so that a path can lead nowhere else. */
export function servePages(fastify: FastifyInstance, { folder, settings }: Pages): void {
  const config = { open: true };
  const send = (reply: FastifyReply, type: string, body: Buffer | string) =>
    reply
      .headers({
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'cache-control': 'no-cache',
        'content-type': type,
      })
      .send(body);
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = MIME_TYPES[extname(file)];
    if (!type) continue;
    const body = readFileSync(join(folder, file));
    fastify.get(`/shop/${file}`, { config }, (_request, reply) => send(reply, type, body));
    if (file === 'index.html') fastify.get('/', { config }, (_request, reply) => send(reply, type, body));
  }
  fastify.get('/shop/settings.json', { config }, (_request, reply) =>
    send(reply, 'application/json', JSON.stringify(settings)),
  );
}
