import { ShopError } from '../shop-error.js';
import { parseJson } from './json.js';

describe('JSON in which no digit is lost', () => {
  it('keeps every digit of a 64-bit integer', () => {
    expect(parseJson('{"goodsId":345959443973935104,"n":-9223372036854775808}')).toEqual({
      goodsId: 345959443973935104n,
      n: -9223372036854775808n,
    });
  });

  it('reads ordinary numbers as numbers', () => {
    expect(parseJson('[1, 1000.00, 0.1, 1e3, 88888888.88]')).toEqual([1, 1000, 0.1, 1000, 88888888.88]);
  });

  it('reads a number that a double cannot hold as NaN, never as another number', () => {
    expect(parseJson('[0.12345678901234567890]')).toEqual([Number.NaN]);
  });

  it.each([
    '',
    '{',
    '{"a":NaN}',
    '{"a":1,}',
    "{'a':1}",
    '[1] x',
    '{"a":01}',
    '{"__proto__":{"x":1}}',
    '['.repeat(60_000),
  ])('refuses %.20p', (text) => {
    expect(() => parseJson(text)).toThrow(ShopError);
  });
});
