import type { Invariant } from './invariant.js';

/** Payments that were logged and not given back. Of an order that coupon and balance covered there is nothing to give back. */
const KEPT_PAY_LOGS = `
  SELECT l.pay_id, l.order_id FROM trade_pay.trade_pay_log l
  LEFT JOIN trade_pay.trade_pay_refund r ON r.pay_id = l.pay_id
  LEFT JOIN trade_order.trade_order ended ON ended.order_id = l.order_id AND ended.order_status = 4
  WHERE r.pay_id IS NULL AND NOT (l.pay_amount = 0 AND ended.order_id IS NOT NULL)`;

export const paymentInvariants: Invariant[] = [
  {
    name: 'payment: a refund is written exactly for a refunded payment',
    sql: `
      SELECT p.pay_id, p.order_id, p.is_paid, p.pay_amount, r.amount
      FROM trade_pay.trade_pay p
      LEFT JOIN trade_pay.trade_pay_refund r ON r.pay_id = p.pay_id
      WHERE (p.is_paid = 3) <> (r.pay_id IS NOT NULL) OR (r.pay_id IS NOT NULL AND r.amount <> p.pay_amount)`,
  },
  {
    name: 'payment: at most one per order is paid and kept',
    whenSettled: true,
    sql: `
      SELECT order_id, COUNT(*) AS payments FROM trade_pay.trade_pay
      WHERE is_paid = 2 GROUP BY order_id HAVING COUNT(*) > 1`,
  },
  {
    name: 'payment: what is kept belongs to a confirmed, paid order of that amount',
    whenSettled: true,
    sql: `
      SELECT p.pay_id, p.order_id, p.pay_amount, o.order_status, o.pay_status, o.pay_amount AS due
      FROM trade_pay.trade_pay p
      LEFT JOIN trade_order.trade_order o ON o.order_id = p.order_id
      WHERE p.is_paid = 2
        AND (o.order_id IS NULL OR o.order_status <> 1 OR o.pay_status <> 2 OR o.pay_amount <> p.pay_amount)`,
  },
  {
    name: 'payment: a paid order has its payment, unless nothing was left to pay',
    sql: `
      SELECT o.order_id, o.pay_amount, COUNT(p.pay_id) AS payments
      FROM trade_order.trade_order o
      LEFT JOIN trade_pay.trade_pay p ON p.order_id = o.order_id AND p.is_paid = 2
      WHERE o.pay_status = 2 AND o.order_status = 1
      GROUP BY o.order_id, o.pay_amount
      HAVING COUNT(p.pay_id) < (o.pay_amount > 0)`,
  },
  {
    name: 'payment: every paid order is in the pay log once',
    whenSettled: true,
    sql: `
      SELECT o.order_id, COUNT(l.pay_id) AS pay_logs
      FROM trade_order.trade_order o
      LEFT JOIN (${KEPT_PAY_LOGS}) l ON l.order_id = o.order_id
      WHERE o.pay_status = 2 AND o.order_status = 1
      GROUP BY o.order_id HAVING COUNT(l.pay_id) <> 1`,
  },
  {
    name: 'payment: every paid order has exactly one score credit',
    whenSettled: true,
    sql: `
      SELECT o.order_id, COUNT(s.pay_id) AS credits
      FROM trade_order.trade_order o
      LEFT JOIN trade_user.trade_user_score_log s ON s.order_id = o.order_id AND s.state = 1
      WHERE o.pay_status = 2 AND o.order_status = 1
      GROUP BY o.order_id HAVING COUNT(s.pay_id) <> 1`,
  },
  {
    name: 'payment: a refunded order has its payment given back once, and the score of it taken back',
    whenSettled: true,
    sql: `
      SELECT o.order_id, o.pay_id, o.pay_amount, r.amount AS refunded, s.state AS score_state
      FROM trade_order.trade_order o
      LEFT JOIN trade_pay.trade_pay_refund r ON r.pay_id = o.pay_id
      LEFT JOIN trade_user.trade_user_score_log s ON s.pay_id = o.pay_id
      WHERE o.order_status = 4 AND (COALESCE(r.amount, 0) <> o.pay_amount OR NOT (s.state <=> 2))`,
  },
  {
    name: 'payment: a user has the score that was credited and not taken back',
    sql: `
      SELECT u.user_id, u.user_score, COALESCE(c.credited, 0) AS credited
      FROM trade_user.trade_user u
      LEFT JOIN (
        SELECT user_id, SUM(score) AS credited FROM trade_user.trade_user_score_log WHERE state = 1 GROUP BY user_id
      ) c ON c.user_id = u.user_id
      WHERE u.user_score <> COALESCE(c.credited, 0)`,
  },
  {
    name: 'payment: no score credit or pay log stays for an order that is not paid',
    whenSettled: true,
    sql: `
      SELECT c.pay_id, c.order_id, o.order_status, o.pay_status
      FROM (SELECT pay_id, order_id FROM trade_user.trade_user_score_log WHERE state = 1 UNION ${KEPT_PAY_LOGS}) c
      LEFT JOIN trade_order.trade_order o ON o.order_id = c.order_id
      WHERE o.order_id IS NULL OR o.pay_status <> 2 OR o.order_status <> 1`,
  },
  {
    name: 'score: current = the sum of credits that stay, per user',
    sql: `
      SELECT u.user_id, u.user_score, COALESCE(s.credited, 0) AS credited
      FROM trade_user.trade_user u
      LEFT JOIN (
        SELECT user_id, SUM(score) AS credited FROM trade_user.trade_user_score_log WHERE state = 1 GROUP BY user_id
      ) s ON s.user_id = u.user_id
      WHERE u.user_score <> COALESCE(s.credited, 0)`,
  },
];
