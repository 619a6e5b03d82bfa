import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { OrderPaths, PayPaths } from './models.js';

export interface TradeClientOptions {
  /** @default http://127.0.0.1:8080 */
  orderUrl?: string;
  /** @default http://127.0.0.1:9090 */
  payUrl?: string;
  /** The access token to send; asked before each request. */
  token?: () => string | undefined;
  /** @default the global fetch */
  fetch?: (request: Request) => Promise<Response>;
}

export interface TradeClient {
  /** order-service: login, goods, orders. */
  orders: Client<OrderPaths>;
  /** pay-service: payments. */
  payments: Client<PayPaths>;
}

/** Calls the REST doors; what may be sent and what is answered is typed after their description. */
export function tradeClient({
  orderUrl = 'http://127.0.0.1:8080',
  payUrl = 'http://127.0.0.1:9090',
  token,
  fetch,
}: TradeClientOptions = {}): TradeClient {
  const orders = createClient<OrderPaths>(optionsFor(orderUrl, fetch));
  const payments = createClient<PayPaths>(optionsFor(payUrl, fetch));
  for (const client of [orders, payments]) {
    if (token === undefined) continue;
    client.use({
      onRequest({ request }) {
        const value = token();
        if (value !== undefined) request.headers.set('authorization', `Bearer ${value}`);
      },
    });
  }
  return { orders, payments };
}

function optionsFor(baseUrl: string, fetch: TradeClientOptions['fetch']): ClientOptions {
  return { baseUrl, ...(fetch && { fetch }) };
}
