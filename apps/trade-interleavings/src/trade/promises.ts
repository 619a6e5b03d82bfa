import type { World } from './world.js';

const CONFIRMED = 1;

/**
 * What customers may count on beyond the invariants, at any time: an order that they were told of was confirmed, one that
 * they were told is cancelled or refunded stays so, and a request that was sent again made one order.
 */
export function brokenPromise({ databases, told }: World, requests: number): string | undefined {
  const { rows } = databases.trade_order.tables['trade_order']!;
  const orders = new Map([...rows.values()].map((row) => [String(row['order_id']), row]));
  for (const line of told) {
    const [orderId, status] = line.split(' ') as [string, string];
    const order = orders.get(orderId);
    const wasConfirmed = order !== undefined && order['confirm_time'] !== null;
    const isKept = wasConfirmed && (Number(status) === CONFIRMED || order['order_status'] === Number(status));
    if (!isKept) return `promises: told ${line}, and it is ${JSON.stringify(order?.['order_status'])}`;
  }
  const made = [...orders].filter(([, order]) => order['confirm_time'] !== null).map(([orderId]) => orderId);
  if (made.length > requests) return `promises: ${requests} requests made the orders ${made.join()}`;
  return undefined;
}
