import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isLoopback } from '../security/loopback.js';
import { AdminError } from './admin-error.js';

/** Who may use the admin HTTP: whoever has the token, or without a token whoever is on this machine. */
export class AdminAccess {
  constructor(
    private readonly host: string,
    private readonly token: string | undefined,
  ) {}

  /** Throws AdminError 401 or 403. */
  check({ headers, socket }: IncomingMessage): void {
    if (this.token) {
      this.#checkToken(headers.authorization, this.token);
      return;
    }
    if (!isOnThisMachine(socket)) throw new AdminError(403, 'other machines need a token, and none is set');
    this.#checkHost(headers.host);
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

function isOnThisMachine({ remoteAddress = '', localAddress }: Socket): boolean {
  return isLoopback(remoteAddress.replace(/^::ffff:/, '')) || remoteAddress === localAddress;
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
