import type { Fen } from '@trade/service-kit';

export interface ShippingRule {
  freeFromFen: Fen;
  feeFen: Fen;
}

/** What shipping costs: one fee, and nothing from a certain goods amount on. */
export function shippingFeeFen(goodsAmountFen: Fen, rule: ShippingRule): Fen {
  return goodsAmountFen >= rule.freeFromFen ? 0n : rule.feeFen;
}
