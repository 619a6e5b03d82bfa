import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../security/loopback.js';
import { AdminError } from './admin-error.js';

/** An admin HTTP that everybody in the network could use. */
export class AdminExposedError extends Error {
  constructor(host: string) {
    super(`the admin HTTP is not opened on ${host} without a token: set adminToken, or adminHost to 127.0.0.1`);
  }
}

/** Who may use the admin HTTP: whoever has the token, or without a token whoever is on this machine. */
export class AdminAccess {
  /** Throws AdminExposedError for a host that others reach and no token. */
  constructor(
    private readonly host: string,
    private readonly token: string | undefined,
  ) {
    if (!token && !isLoopback(host)) throw new AdminExposedError(host);
  }

  /** Throws AdminError 401 or 403. */
  check({ headers }: IncomingMessage): void {
    if (this.token) this.#checkToken(headers.authorization, this.token);
    else this.#checkHost(headers.host);
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

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
