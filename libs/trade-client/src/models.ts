import type { components as OrderApi } from './generated/order-service.js';
import type { components as PayApi } from './generated/pay-service.js';

export type { paths as OrderPaths } from './generated/order-service.js';
export type { paths as PayPaths } from './generated/pay-service.js';

/** Ids are text of up to 19 digits, amounts are yuan as decimal text, times are ISO 8601. */
export type Order = OrderApi['schemas']['Order'];
export type ConfirmOrderRequest = OrderApi['schemas']['ConfirmOrderRequest'];
export type Goods = OrderApi['schemas']['GoodsOffer'];
export type Payment = PayApi['schemas']['Payment'];
/** The body of a refusal; that of each operation knows its own codes. */
export type Problem = OrderApi['schemas']['Problem'];
