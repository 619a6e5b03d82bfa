import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isLoopback } from '../security/loopback.js';
import { AdminError } from './admin-error.js';

/** Who may use the admin HTTP: whoever has the token, or without a token whoever is on this machine. */
export class AdminAccess {
  constructor(
    private readonly host: string,
    private readonly token: string | undefined,
  ) {}

  /** The pages themselves tell nothing, and a browser cannot show a token to get them. Throws AdminError 403. */
  checkPage(request: IncomingMessage): void {
    if (!this.token) this.check(request);
  }

  /** Throws AdminError 401 or 403. */
  check({ headers, socket }: IncomingMessage): void {
    if (this.token) {
      this.#checkToken(headers.authorization, this.token);
      return;
    }
    if (!isOnThisMachine(socket)) throw new AdminError(403, 'other machines need a token, and none is set');
    this.#checkHost(headers.host);
    checkSite(headers);
  }

  #checkToken(authorization: string | undefined, token: string): void {
    const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    // Hashes have one length, so the time of the comparison tells nothing.
    if (!given || !timingSafeEqual(hash(given), hash(token)))
      throw new AdminError(401, 'the admin token is needed: Authorization: Bearer <token>');
  }

  /** A web page that lets its own name point to this machine (DNS rebinding) is another host by this header. */
  #checkHost(header: string | undefined): void {
    const [, host = ''] = /^\[?([^\]]*?)\]?(?::\d+)?$/.exec(header ?? '') ?? [];
    if (!isLoopback(host) && host !== this.host)
      throw new AdminError(403, `without a token only this machine may ask, not ${JSON.stringify(header ?? '')}`);
  }
}

/**
 * A page of another site may point the browser of somebody on this machine here. It says so itself: browsers add `origin` to
 * all but plain loads, and `sec-fetch-site` to those too. To follow a link to here is all right.
 */
function checkSite({ host, origin, ...headers }: IncomingHttpHeaders): void {
  const foreign = !['same-origin', 'none', undefined].includes(headers['sec-fetch-site'] as string | undefined);
  const link = headers['sec-fetch-mode'] === 'navigate' && origin === undefined;
  if ((foreign && !link) || (origin !== undefined && hostOf(origin) !== host))
    throw new AdminError(403, 'a page of another site may not ask');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function isOnThisMachine({ remoteAddress = '', localAddress }: Socket): boolean {
  return isLoopback(remoteAddress.replace(/^::ffff:/, '')) || remoteAddress === localAddress;
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
