import { shippingFeeFen } from './shipping-fee.js';

const rule = { freeFromFen: 99_00n, feeFen: 8_00n };

describe('the shipping fee', () => {
  it.each([
    { goodsAmountFen: 0n, feeFen: 8_00n },
    { goodsAmountFen: 98_99n, feeFen: 8_00n },
    { goodsAmountFen: 99_00n, feeFen: 0n },
    { goodsAmountFen: 1000_00n, feeFen: 0n },
  ])('goods worth $goodsAmountFen fen ship for $feeFen fen', ({ goodsAmountFen, feeFen }) => {
    expect(shippingFeeFen(goodsAmountFen, rule)).toBe(feeFen);
  });
});
