import type { Books } from '../books.js';
import type { Ledger } from './ledger.js';

interface OrderRow {
  orderId: string;
  mark: string;
  orderStatus: number;
  payAmount: string;
  confirmTime: Date | null;
  cancelReason: string | null;
}

/** Counts are text, like all big numbers of the databases. */
interface PaymentRow {
  payId: string;
  isPaid: number;
  orderStatus: number | null;
  orderPayId: string | null;
  payLogs: string;
  credits: string;
  liveCredits: string;
  refunds: string;
}

const CONFIRMED = 1;
const CANCELLED = 2;
const ORDER_REFUNDED = 4;
const STATUS_OF = { cancelled: CANCELLED, refunded: ORDER_REFUNDED } as const;
const PAID = 2;
const REFUNDED = 3;
const NOT_PAID_IN_TIME = 'not paid in time';
const ON_REQUEST = 'on request';

/** Orders that came to be although their sender never heard of it: an answer got lost, rightly so. */
export interface LedgerCheck {
  violations: string[];
  confirmedWithoutAnswer: number;
  cancelledOnRequest: number;
  refundedOnRequest: number;
  paymentsKept: number;
  paymentsRefunded: number;
}

/** Holds what the senders were told against what the databases say, once the system is at rest. */
export async function checkLedger(books: Books, ledger: Ledger): Promise<LedgerCheck> {
  const orders = await books.rows<OrderRow>(
    `SELECT order_id AS orderId, consignee AS mark, order_status AS orderStatus, pay_amount AS payAmount,
       confirm_time AS confirmTime, cancel_reason AS cancelReason
     FROM trade_order.trade_order WHERE consignee LIKE 'chaos %'`,
  );
  const payments = await books.rows<PaymentRow>(
    `SELECT p.pay_id AS payId, p.is_paid AS isPaid, o.order_status AS orderStatus, o.pay_id AS orderPayId,
       (SELECT COUNT(*) FROM trade_pay.trade_pay_log l WHERE l.pay_id = p.pay_id) AS payLogs,
       (SELECT COUNT(*) FROM trade_user.trade_user_score_log s WHERE s.pay_id = p.pay_id) AS credits,
       (SELECT COUNT(*) FROM trade_user.trade_user_score_log s WHERE s.pay_id = p.pay_id AND s.state = 1) AS liveCredits,
       (SELECT COUNT(*) FROM trade_pay.trade_pay_refund r WHERE r.pay_id = p.pay_id) AS refunds
     FROM trade_pay.trade_pay p LEFT JOIN trade_order.trade_order o ON o.order_id = p.order_id`,
  );
  const unheard = orders.filter(
    ({ mark, confirmTime }) => confirmTime !== null && ledger.confirms.get(mark)?.outcome !== 'taken',
  );
  return {
    violations: [
      ...orderViolations(orders, ledger),
      ...endingViolations(orders, ledger),
      ...paymentViolations(payments, ledger),
    ],
    confirmedWithoutAnswer: unheard.length,
    cancelledOnRequest: orders.filter(
      ({ orderStatus, cancelReason }) => orderStatus === CANCELLED && cancelReason === ON_REQUEST,
    ).length,
    refundedOnRequest: orders.filter(({ orderStatus }) => orderStatus === ORDER_REFUNDED).length,
    paymentsKept: payments.filter(({ isPaid }) => isPaid === PAID).length,
    paymentsRefunded: payments.filter(({ isPaid }) => isPaid === REFUNDED).length,
  };
}

function orderViolations(orders: OrderRow[], ledger: Ledger): string[] {
  const violations: string[] = [];
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  for (const request of ledger.confirms.values()) {
    if (request.outcome !== 'taken') continue;
    const order = byId.get(request.orderId!);
    const what = `order ${request.orderId} (${request.story}, ${request.mark}) was answered with 200`;
    if (!order) violations.push(`${what} and does not exist`);
    else if (order.mark !== request.mark) violations.push(`${what} and belongs to ${order.mark}`);
    else if (!isConfirmedOrLaterEnded(order)) violations.push(`${what} and is ${JSON.stringify(order)}`);
    else if (order.payAmount !== request.payAmount)
      violations.push(`${what} with ${request.payAmount} to pay, not ${order.payAmount}`);
  }
  const confirmedMarks = new Set<string>();
  for (const { orderId, mark, confirmTime } of orders) {
    const request = ledger.confirms.get(mark);
    if (!request) violations.push(`order ${orderId} belongs to ${mark}, which nobody sent`);
    if (confirmTime === null) continue;
    if (request?.outcome === 'refused') violations.push(`order ${orderId} (${mark}) was refused and is confirmed`);
    if (confirmedMarks.has(mark)) violations.push(`order ${orderId} is the second one that ${mark} confirmed`);
    confirmedMarks.add(mark);
  }
  return violations;
}

function isConfirmedOrLaterEnded({ orderStatus, confirmTime, cancelReason }: OrderRow): boolean {
  if (confirmTime === null) return false;
  if (orderStatus === CANCELLED) return cancelReason === NOT_PAID_IN_TIME || cancelReason === ON_REQUEST;
  if (orderStatus === ORDER_REFUNDED) return cancelReason === ON_REQUEST;
  return orderStatus === CONFIRMED;
}

/** Who was told that the order has ended can rely on it, and no order ends on request that nobody made. */
function endingViolations(orders: OrderRow[], ledger: Ledger): string[] {
  const violations: string[] = [];
  for (const order of orders) {
    const asked = ledger.endings.get(order.orderId);
    const hasEndedSo = asked !== undefined && order.orderStatus === STATUS_OF[asked.into];
    if (asked?.accepted && !hasEndedSo)
      violations.push(`order ${order.orderId} (${asked.story}) was ${asked.into}, it said: ${JSON.stringify(order)}`);
    if (order.cancelReason === ON_REQUEST && !hasEndedSo)
      violations.push(`order ${order.orderId} ended on request, and nobody asked: ${JSON.stringify(order)}`);
  }
  return violations;
}

/** Money that arrived is credited once and kept, or it is given back and leaves no credit. */
function paymentViolations(payments: PaymentRow[], ledger: Ledger): string[] {
  const violations: string[] = [];
  const byId = new Map(payments.map((payment) => [payment.payId, payment]));
  for (const { payId, story } of ledger.accepted) {
    const payment = byId.get(payId);
    const isRight = payment && (isKept(payment) || isGivenBack(payment));
    if (!isRight) violations.push(`payment ${payId} (${story}) was reported and taken: ${JSON.stringify(payment)}`);
  }
  for (const payment of payments) {
    if (payment.isPaid !== PAID && payment.isPaid !== REFUNDED) continue;
    // one that came with the sample rows was reported before our time
    if (ledger.callbacks.has(payment.payId) || payment.payId === SAMPLE_PAYMENT) continue;
    violations.push(`payment ${payment.payId} is paid, and nobody reported that: ${JSON.stringify(payment)}`);
  }
  return violations;
}

const SAMPLE_PAYMENT = '352542415984402432';

function isKept({
  isPaid,
  payId,
  orderStatus,
  orderPayId,
  payLogs,
  credits,
  liveCredits,
  refunds,
}: PaymentRow): boolean {
  const isOfItsOrder = orderStatus === CONFIRMED && orderPayId === payId;
  return (
    isPaid === PAID && isOfItsOrder && payLogs === '1' && credits === '1' && liveCredits === '1' && refunds === '0'
  );
}

function isGivenBack({ isPaid, payId, orderStatus, orderPayId, payLogs, liveCredits, refunds }: PaymentRow): boolean {
  const isOfNoLivingOrder = orderPayId !== payId || orderStatus === ORDER_REFUNDED;
  return isPaid === REFUNDED && isOfNoLivingOrder && payLogs === '1' && liveCredits === '0' && refunds === '1';
}
