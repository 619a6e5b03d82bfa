import { createHmac, generateKeyPairSync } from 'node:crypto';
import { jest } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { AccessTokens } from './access-tokens.js';
import { Identity } from './identity.js';

const SECRET = 'a secret of at least thirty-two characters';
const USER_ID = '345963634385633280';
const tokens = new AccessTokens(SECRET, 'trade');
const user = new Identity('user', USER_ID);

/** A token with any header and claims, signed the way we do. */
function forged(header: object, claims: object, secret = SECRET): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const HS256 = { alg: 'HS256', typ: 'JWT' };
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;
const claims = (changes: object = {}) => ({ sub: USER_ID, role: 'user', aud: 'trade', exp: inAnHour(), ...changes });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const refusal = expect.objectContaining({ code: 'SHOP_TOKEN_INVALID', httpStatus: 401 });

describe('an access token', () => {
  it('says who its bearer is', () => {
    expect(tokens.verify(tokens.issue(user, 60))).toEqual(user);
    const operator = new Identity('operator', 'alice');
    expect(tokens.verify(tokens.issue(operator, 60))).toEqual(operator);
  });

  it('of another issuer with the same key is taken', () => {
    expect(tokens.verify(forged(HS256, claims({ aud: ['trade', 'crm'] })))).toEqual(user);
  });

  it('whose time is over is refused, and the caller is told why', () => {
    const expired = forged(HS256, claims({ exp: Math.floor(Date.now() / 1_000) - 60 }));
    expect(() => tokens.verify(expired)).toThrow('The access token has expired');
  });

  it('that was good is refused when its time is over', () => {
    jest.useFakeTimers({ now: Date.now() });
    try {
      const token = tokens.issue(user, 60);
      jest.advanceTimersByTime(59_000);
      expect(tokens.verify(token)).toEqual(user);
      jest.advanceTimersByTime(10_000);
      expect(() => tokens.verify(token)).toThrow('The access token has expired');
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    ['without an end', claims({ exp: undefined })],
    ['for another audience', claims({ aud: 'crm' })],
    ['for no audience', claims({ aud: undefined })],
    ['that is not valid yet', claims({ nbf: inAnHour() })],
    ['without a user', claims({ sub: undefined })],
    ['of a user whose id is none', claims({ sub: '1 OR 1=1' })],
    ['of an operator without a name', claims({ sub: '', role: 'operator' })],
    ['without a role', claims({ role: undefined })],
    ['of an unknown role', claims({ role: 'root' })],
    ['of nobody', claims({ role: 'anonymous' })],
    ['whose role is a list', claims({ role: ['operator'] })],
    ['whose user is a number', claims({ sub: 345 })],
  ])('%s is refused', (_what, wrong) => {
    expect(() => tokens.verify(forged(HS256, wrong))).toThrow(refusal);
  });

  it.each([
    ['signed with another key', forged(HS256, claims(), 'another secret of thirty-two characters')],
    ['that says it is not signed', `${forged({ alg: 'none' }, claims()).split('.').slice(0, 2).join('.')}.`],
    ['that says it is not signed, with a signature', forged({ alg: 'none' }, claims())],
    ['signed in another way with our key', jwt.sign(claims(), SECRET, { algorithm: 'HS512' })],
    ['signed with a private key', jwt.sign(claims(), rsa.privateKey, { algorithm: 'RS256' })],
    ['without its signature', tokens.issue(user, 60).split('.').slice(0, 2).join('.')],
    ['with another body', tokens.issue(user, 60).replace(/\..*\./, `.${Buffer.from('{}').toString('base64url')}.`)],
    ['that is nonsense', 'a.b.c'],
    ['that is text', forged(HS256, 'operator' as unknown as object)],
    ['that is null', forged(HS256, null as unknown as object)],
  ])('%s is refused', (_what, token) => {
    expect(() => tokens.verify(token)).toThrow(refusal);
  });
});
