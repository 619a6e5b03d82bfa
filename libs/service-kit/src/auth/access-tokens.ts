import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { isId } from '../http/fields.js';
import { ShopError } from '../shop-error.js';
import { Identity } from './identity.js';

/** How far the clocks of who issues tokens and who checks them may be apart. */
const CLOCK_TOLERANCE_S = 5;

/** What a token says: `sub`, `role`, `aud` and `exp`, signed with HMAC-SHA256. */
export class AccessTokens {
  private readonly key: KeyObject;

  constructor(
    secret: string,
    private readonly audience: string,
  ) {
    this.key = createSecretKey(secret, 'utf8');
  }

  issue(identity: Identity, lifetimeS: number): string {
    return jwt.sign({ role: identity.role }, this.key, {
      algorithm: 'HS256',
      subject: identity.userId,
      audience: this.audience,
      expiresIn: lifetimeS,
    });
  }

  /** @throws {ShopError} SHOP_TOKEN_INVALID unless we signed it, for this audience, and it has not expired */
  verify(token: string): Identity {
    const claims = this.claimsOf(token);
    const { sub, exp } = claims;
    const role: unknown = claims['role'];
    // a token that never ends, or says something that we do not understand, is none of ours; a number has lost digits
    if (exp !== undefined && typeof sub === 'string') {
      if (role === 'operator' && sub !== '') return new Identity(role, sub);
      if (role === 'user' && isId(sub)) return new Identity(role, sub);
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
