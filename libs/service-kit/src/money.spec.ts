import { formatYuan, isYuan, MAX_FEN, parseYuan } from './money.js';

describe('money', () => {
  it.each([
    ['0', 0n, '0.00'],
    ['12.3', 1230n, '12.30'],
    ['1000', 100_000n, '1000.00'],
    ['0.07', 7n, '0.07'],
    ['-0.07', -7n, '-0.07'],
    ['99999999.99', MAX_FEN, '99999999.99'],
  ])('reads %s without losing a cent', (text, fen, formatted) => {
    expect(parseYuan(text)).toBe(fen);
    expect(formatYuan(fen)).toBe(formatted);
  });

  it.each(['', '.5', '5.', '1.234', '1e3', 'NaN', '١', ' 1', '123456789', '--1', '0x10', 'Infinity'])(
    'does not take %p for an amount',
    (text) => {
      expect(isYuan(text)).toBe(false);
      expect(() => parseYuan(text)).toThrow(RangeError);
    },
  );
});
