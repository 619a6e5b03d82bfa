import { createHmac } from 'node:crypto';
import { CallbackSignature } from './callback-signature.js';

const SECRET = 'the platform and we know it';
const NOW_S = 1_700_000_000;
const body = Buffer.from('{"payId":"352542415984402432","isPaid":2}');
const callbacks = new CallbackSignature(SECRET, () => NOW_S * 1000);

const v1 = (secret: string, timestamp: number | string = NOW_S, signed = body) =>
  createHmac('sha256', secret).update(`${timestamp}.`).update(signed).digest('hex');

const taken = (header: string | undefined, sent = body) => {
  try {
    callbacks.check(header, sent);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'SHOP_PAY_SIGNATURE_INVALID', httpStatus: 401 });
    return false;
  }
};

describe('the signature of a callback', () => {
  it('is taken when the body was signed with our secret', () => {
    expect(taken(`t=${NOW_S},v1=${v1(SECRET)}`)).toBe(true);
  });

  it('is the HMAC-SHA256 of time, point and body', () => {
    expect(v1(SECRET)).toBe('c5bc9382579f2c29eb625d491dfdd4dc5ab9dc46cb891d23ff7506206102eb6c');
  });

  it('is refused for another body, even one that means the same', () => {
    expect(taken(`t=${NOW_S},v1=${v1(SECRET)}`, Buffer.from('{"payId":"352542415984402432", "isPaid":2}'))).toBe(false);
    expect(taken(`t=${NOW_S},v1=${v1(SECRET)}`, Buffer.alloc(0))).toBe(false);
  });

  it('is refused with another secret', () => {
    expect(taken(`t=${NOW_S},v1=${v1('a guess')}`)).toBe(false);
  });

  it('is refused when its time was changed', () => {
    expect(taken(`t=${NOW_S + 1},v1=${v1(SECRET)}`)).toBe(false);
  });

  it.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])('of %d seconds from now is taken: %s', (offsetS, expected) => {
    const timestamp = NOW_S + offsetS;
    expect(taken(`t=${timestamp},v1=${v1(SECRET, timestamp)}`)).toBe(expected);
  });

  it('may stand beside that of the secret before or after it, while the platform changes over', () => {
    expect(taken(`t=${NOW_S},v1=${v1('old secret')},v1=${v1(SECRET)}`)).toBe(true);
    expect(taken(`t=${NOW_S},v1=${v1(SECRET)},v1=${v1('new secret')}`)).toBe(true);
    expect(taken(`t=${NOW_S},v1=${v1('old secret')},v1=${v1('new secret')}`)).toBe(false);
  });

  it('may stand beside that of another scheme, which counts for nothing', () => {
    expect(taken(`t=${NOW_S},v1=${v1(SECRET)},v2=whatever`)).toBe(true);
    expect(taken(`t=${NOW_S},v0=${v1(SECRET)}`)).toBe(false);
  });

  it('is taken in capitals and with spaces after the commas', () => {
    expect(taken(`t=${NOW_S}, v1=${v1(SECRET).toUpperCase()}`)).toBe(true);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['no time', `v1=${v1(SECRET)}`],
    ['no v1', `t=${NOW_S}`],
    ['two times', `t=${NOW_S},t=${NOW_S},v1=${v1(SECRET)}`],
    ['a time that is no number', `t=now,v1=${v1(SECRET, 'now')}`],
    ['a negative time', `t=-1,v1=${v1(SECRET, '-1')}`],
    ['an endless time', `t=${'9'.repeat(400)},v1=${v1(SECRET, '9'.repeat(400))}`],
    ['a short v1', `t=${NOW_S},v1=${v1(SECRET).slice(2)}`],
    ['a v1 that is no hex', `t=${NOW_S},v1=${'x'.repeat(64)}`],
    ['an empty v1', `t=${NOW_S},v1=`],
    ['a part without a name', `t=${NOW_S},v1=${v1(SECRET)},=x`],
    ['a part without a value', `t=${NOW_S},v1=${v1(SECRET)},`],
    ['something else', 'Bearer token'],
  ])('is refused when the header is not one: %s', (_what, header) => {
    expect(taken(header)).toBe(false);
  });

  it('is not asked for where no secret is set', () => {
    new CallbackSignature(undefined).check(undefined, body);
  });
});
