export type { ConfirmOrderRequest, Goods, Order, OrderPaths, Payment, PayPaths, Problem } from './models.js';
export { dataOf, RefusedError } from './refused-error.js';
export { tradeClient, type TradeClient, type TradeClientOptions } from './trade-client.js';
