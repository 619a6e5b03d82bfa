import type { SchemaName } from '@trade/testing';
import type { Row } from '../sql/value.js';
import type { Mailbox } from './mailbox.js';
import type { Message, World } from './world.js';

const SCHEMAS: readonly SchemaName[] = ['trade_goods', 'trade_coupon', 'trade_order', 'trade_pay', 'trade_user'];
/** Payments change neither stock nor coupons. */
const UNTOUCHED_BY_PAYMENTS: readonly SchemaName[] = ['trade_goods', 'trade_coupon'];

/**
 * Messages whose deliveries nothing else can touch: whatever else happens comes out the same before and after them, so that
 * it is enough to look at what begins with one of them (a persistent set, as the literature has it). Their faults belong to
 * the set; that faults are counted makes no difference, since the count is the same in either order.
 */
export function aloneMessages(world: World, mailbox: Mailbox): Message[] | undefined {
  if (world.messages.length === 0) return undefined;
  return messagesOfOneOrder(world, mailbox) ?? messagesToOneDatabase(world, mailbox);
}

/**
 * Those of an order that is over, to a database in which they meet rows of that order alone, which nothing but they
 * changes any more. Of goods and coupons orders share rows; in user-service late calls may still come for an order with a
 * balance part, and payments touch what their order's messages touch.
 */
function messagesOfOneOrder(world: World, mailbox: Mailbox): Message[] | undefined {
  const { running, messages } = world;
  const activities = messages.map((message) => mailbox.handling(message));
  for (const { order_id: id, money_paid: moneyPaid } of rowsOf(world, 'trade_order').filter(isOver)) {
    const orderId = String(id);
    const hasOwnRows = (schema: SchemaName): boolean =>
      schema === 'trade_order' ||
      (schema === 'trade_user' && Number(moneyPaid) === 0 && !hasPayments(world)) ||
      (schema === 'trade_pay' && !hasPayments(world));
    const found = activities.find(
      ({ schema, orderId: of }) =>
        of === orderId &&
        hasOwnRows(schema) &&
        !running.some(({ activity }) => activity.schema === schema && activity.orderId === orderId),
    );
    if (found) return messages.filter((_, i) => activities[i]!.schema === found.schema && activities[i]!.orderId === orderId);
  }
  return undefined;
}

/**
 * All messages to a database that nothing else can touch before they are delivered. A database is touched for an order that
 * may still be confirmed, cancelled or refunded. Once it cannot, it is touched by messages, and those of order, payment and
 * user also by the order's payments.
 */
function messagesToOneDatabase(world: World, mailbox: Mailbox): Message[] | undefined {
  const { running, messages } = world;
  if (running.some(({ activity }) => activity.schema === 'trade_order')) return undefined;
  if (!rowsOf(world, 'trade_order').every(isOver)) return undefined;
  for (const schema of SCHEMAS) {
    if (hasPayments(world) && !UNTOUCHED_BY_PAYMENTS.includes(schema)) continue;
    if (running.some(({ activity }) => activity.schema === schema)) continue;
    const alone = messages.filter((message) => mailbox.handling(message).schema === schema);
    // order-service's come before those of payment and user, to which it may send more
    if (alone.length > 0) return alone;
  }
  return undefined;
}

function rowsOf({ databases }: World, schema: 'trade_order' | 'trade_pay'): Row[] {
  return [...databases[schema].tables[schema]!.rows.values()];
}

function hasPayments(world: World): boolean {
  return rowsOf(world, 'trade_pay').length > 0 || world.running.some(({ activity }) => activity.schema === 'trade_pay');
}

/** Cancelled, or paid. */
function isOver({ order_status: status, pay_status: paid }: Row): boolean {
  return status === 2 || (status === 1 && paid === 2);
}
