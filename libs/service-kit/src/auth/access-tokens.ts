import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { isId } from '../ids/id.js';
import { ShopError } from '../shop-error.js';
import { Identity } from './identity.js';

/** In the sources, so no secret: production refuses it. */
export const DEVELOPMENT_KEY = 'the key of development: known to everyone';
export const DEFAULT_AUDIENCE = 'trade';
/** How far the clocks of who issues tokens and who checks them may be apart. */
const CLOCK_TOLERANCE_S = 5;
/** Tokens that are remembered, the oldest forgotten first. */
const MAX_KNOWN = 10_000;

/** What a token says: `sub`, `role`, `aud` and `exp`, signed with HMAC-SHA256. */
export class AccessTokens {
  private readonly key: KeyObject;
  /** Tokens that were verified, until they expire: a verification takes 25 µs, a tenth of a request that reads an order. */
  private readonly known = new Map<string, { identity: Identity; untilMs: number }>();

  constructor(
    secret: string,
    private readonly audience: string,
  ) {
    this.key = createSecretKey(secret, 'utf8');
  }

  issue(identity: Pick<Identity, 'role' | 'userId'>, lifetimeS: number): string {
    return jwt.sign({ role: identity.role }, this.key, {
      algorithm: 'HS256',
      subject: identity.userId,
      audience: this.audience,
      expiresIn: lifetimeS,
    });
  }

  /** @throws {ShopError} SHOP_TOKEN_INVALID unless we signed it, for this audience, and it has not expired */
  verify(token: string): Identity {
    const known = this.known.get(token);
    if (known && Date.now() < known.untilMs) return known.identity;
    this.known.delete(token);
    const { identity, untilMs } = this.read(token);
    this.known.set(token, { identity, untilMs });
    if (this.known.size > MAX_KNOWN) this.known.delete(this.known.keys().next().value!);
    return identity;
  }

  private read(token: string): { identity: Identity; untilMs: number } {
    const claims = this.claimsOf(token);
    const { sub, exp } = claims;
    const role: unknown = claims['role'];
    // a token that never ends, or says something that we do not understand, is none of ours; a number has lost digits
    if (exp !== undefined && typeof sub === 'string') {
      const untilMs = exp * 1_000;
      if (role === 'operator' && sub !== '') return { identity: new Identity(role, sub), untilMs };
      if (role === 'user' && isId(sub)) return { identity: new Identity(role, sub), untilMs };
    }
    throw new ShopError('SHOP_TOKEN_INVALID');
  }

  private claimsOf(token: string): jwt.JwtPayload {
    try {
      const claims = jwt.verify(token, this.key, {
        algorithms: ['HS256'],
        audience: this.audience,
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      return typeof claims === 'string' ? {} : claims;
    } catch (error) {
      const message = error instanceof jwt.TokenExpiredError ? 'The access token has expired' : undefined;
      throw new ShopError('SHOP_TOKEN_INVALID', message, [], { cause: error });
    }
  }
}
