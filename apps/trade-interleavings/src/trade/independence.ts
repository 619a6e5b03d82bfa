import { consumerGroups, messages as contracts } from '@trade/contracts';
import type { SchemaName } from '@trade/testing';
import type { Row } from '../sql/value.js';
import type { Mailbox } from './mailbox.js';
import type { Scenario } from './scenario.js';
import type { Message, TradeActivity, World } from './world.js';

const SCHEMAS: readonly SchemaName[] = ['trade_goods', 'trade_coupon', 'trade_order', 'trade_pay', 'trade_user'];
type Found = { message: Message; activity: TradeActivity };
type IsOver = (order: Row) => boolean;

/** Where each order has rows of its own. */
const OWN_ROWS: readonly SchemaName[] = ['trade_order', 'trade_pay', 'trade_user'];
/** Payments change neither stock nor coupons. */
const UNTOUCHED_BY_PAYMENTS: readonly SchemaName[] = ['trade_goods', 'trade_coupon'];

/**
 * Messages whose deliveries nothing else can touch: whatever else happens comes out the same before and after them, so that
 * it is enough to look at what begins with one of them (a persistent set, as the literature has it). Their faults belong to
 * the set; that faults are counted makes no difference, since the count is the same in either order.
 */
export function aloneMessages(world: World, mailbox: Mailbox, scenario: Scenario): Message[] | undefined {
  if (world.messages.length === 0) return undefined;
  const isOver = scenario.endsOrders ? isEnded : isEndedOrPaid;
  const forPayLog = messagesForPayLog(world);
  if (forPayLog.length > 0) return forPayLog;
  return messagesOfOneOrder(world, mailbox, isOver) ?? messagesToOneDatabase(world, mailbox, isOver);
}

/** Nothing else touches the log of payments. */
function messagesForPayLog({ running, messages }: World): Message[] {
  const isForPayLog = (message?: Message) => message?.group === consumerGroups.payLogPaySuccess;
  return running.some(({ activity }) => isForPayLog(activity.message)) ? [] : messages.filter(isForPayLog);
}

/**
 * Those of an order that is over, to a database in which they meet rows of that order alone, which nothing but they
 * changes any more. Orders share the rows of goods and coupons.
 */
function messagesOfOneOrder(world: World, mailbox: Mailbox, isOver: IsOver): Message[] | undefined {
  const { running, messages } = world;
  for (const order of rowsOf(world, 'trade_order').filter(isOver)) {
    const orderId = String(order['order_id']);
    const isOfOrder = ({ activity }: { activity: TradeActivity }): boolean => activity.orderId === orderId;
    const ofOrder = messages.map((message) => ({ message, activity: mailbox.handling(message) })).filter(isOfOrder);
    for (const schema of OWN_ROWS) {
      const found = ofOrder.filter(({ activity }) => activity.schema === schema);
      if (found.length === 0) continue;
      const isTouched =
        schema === 'trade_order'
          ? running.some((each) => each.activity.schema === schema && isOfOrder(each))
          : mayBeTouched(world, schema, order, found);
      if (!isTouched) return found.map(({ message }) => message);
      // those of order-service come first: it may send more
      if (schema === 'trade_order') break;
    }
  }
  return undefined;
}

/**
 * Whether a call or payment may still touch the order's rows. A payment that opens could take the place of one that is given
 * back; reports about payments that are given back change nothing.
 */
function mayBeTouched(world: World, schema: SchemaName, { money_paid: moneyPaid }: Row, by: readonly Found[]): boolean {
  const isRunning = (place: SchemaName) => world.running.some(({ activity }) => activity.schema === place);
  if (schema === 'trade_pay') return isRunning('trade_pay');
  // without a payment that could be given back, nothing but its credit touches the score
  const changesBalance =
    Number(moneyPaid) > 0 && by.some(({ message }) => message.tag !== contracts.paymentSucceeded.tag);
  if (!changesBalance && !hasPayments(world)) return false;
  return isRunning('trade_user') || isRunning('trade_order');
}

/**
 * All messages to a database that nothing else can touch before they are delivered. A database is touched for an order that
 * may still be confirmed, cancelled or refunded. Once it cannot, it is touched by messages, and those of order, payment and
 * user also by the order's payments.
 */
function messagesToOneDatabase(world: World, mailbox: Mailbox, isOver: IsOver): Message[] | undefined {
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

/** Cancelled or refunded. */
function isEnded({ order_status: status }: Row): boolean {
  return status === 2 || status === 4;
}

/** Enough where nobody wants money back. */
function isEndedOrPaid(order: Row): boolean {
  return isEnded(order) || (order['order_status'] === 1 && order['pay_status'] === 2);
}
