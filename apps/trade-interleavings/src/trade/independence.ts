import type { SchemaName } from '@trade/testing';
import type { Row } from '../sql/value.js';
import type { Mailbox } from './mailbox.js';
import type { Message, World } from './world.js';

const SCHEMAS: readonly SchemaName[] = ['trade_goods', 'trade_coupon', 'trade_order', 'trade_pay', 'trade_user'];
/** Payments change neither stock nor coupons. */
const UNTOUCHED_BY_PAYMENTS: readonly SchemaName[] = ['trade_goods', 'trade_coupon'];

/**
 * All messages to one database that nothing else can touch before they are delivered. What else happens comes out the same
 * before and after those deliveries, so that it is enough to look at what begins with one of them (a persistent set, as
 * the literature has it). The faults of the deliveries belong to the set; that faults are counted makes no difference,
 * since the count is the same in either order.
 *
 * A database is touched for an order that may still be confirmed or cancelled. Once it cannot, it is touched by messages,
 * and those of order, payment and user also by the order's payments.
 */
export function aloneMessages({ databases, running, messages }: World, mailbox: Mailbox): Message[] | undefined {
  if (messages.length === 0 || running.some(({ activity }) => activity.schema === 'trade_order')) return undefined;
  if (!rowsOf('trade_order').every(isFinal)) return undefined;
  const hasPayments = rowsOf('trade_pay').length > 0 || running.some(({ activity }) => activity.schema === 'trade_pay');
  for (const schema of SCHEMAS) {
    if (hasPayments && !UNTOUCHED_BY_PAYMENTS.includes(schema)) continue;
    if (running.some(({ activity }) => activity.schema === schema)) continue;
    const alone = messages.filter((message) => mailbox.handling(message).schema === schema);
    // order-service's come before those of payment and user, to which it may send more
    if (alone.length > 0) return alone;
  }
  return undefined;

  function rowsOf(schema: 'trade_order' | 'trade_pay'): Row[] {
    return [...databases[schema].tables[schema]!.rows.values()];
  }
}

/** Cancelled, or paid. */
function isFinal({ order_status: status, pay_status: paid }: Row): boolean {
  return status === 2 || (status === 1 && paid === 2);
}
