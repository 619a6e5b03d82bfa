import type { Invariant } from './invariant.js';

export const moneyInvariants: Invariant[] = [
  {
    name: 'money: initial balance = current + balance part of orders, per user',
    sql: `
      SELECT u.user_id, u.initial_user_money, u.user_money, COALESCE(p.paid, 0) AS paid
      FROM trade_user.trade_user u
      LEFT JOIN (
        SELECT user_id, SUM(amount) AS paid FROM trade_user.balance_payment WHERE state = 1 GROUP BY user_id
      ) p ON p.user_id = u.user_id
      WHERE u.initial_user_money <> u.user_money + COALESCE(p.paid, 0)`,
  },
  {
    name: 'money: initial balance + log = current, per user',
    sql: `
      SELECT u.user_id, u.initial_user_money, u.user_money, COALESCE(l.logged, 0) AS logged
      FROM trade_user.trade_user u
      LEFT JOIN (
        SELECT user_id, SUM(IF(money_log_type = 1, -use_money, use_money)) AS logged
        FROM trade_user.trade_user_money_log GROUP BY user_id
      ) l ON l.user_id = u.user_id
      WHERE u.user_money <> u.initial_user_money + COALESCE(l.logged, 0)`,
  },
  {
    name: 'money: no balance is negative',
    sql: 'SELECT user_id, user_money FROM trade_user.trade_user WHERE user_money < 0',
  },
  {
    name: 'money: a confirmed order has taken exactly its balance part',
    sql: `
      SELECT o.order_id, o.user_id, o.money_paid, p.amount, p.state
      FROM trade_order.trade_order o
      LEFT JOIN trade_user.balance_payment p ON p.order_id = o.order_id AND p.user_id = o.user_id AND p.state = 1
      WHERE o.order_status = 1 AND COALESCE(p.amount, 0) <> o.money_paid`,
  },
  {
    name: 'money: nothing is taken but by confirmed orders',
    whenSettled: true,
    sql: `
      SELECT p.order_id, p.user_id, p.amount, o.order_status
      FROM trade_user.balance_payment p
      LEFT JOIN trade_order.trade_order o ON o.order_id = p.order_id AND o.user_id = p.user_id
      WHERE p.state = 1 AND (o.order_id IS NULL OR o.order_status <> 1)`,
  },
  {
    name: 'money: every cancelled or refunded order got its balance part back, taken or not',
    whenSettled: true,
    sql: `
      SELECT o.order_id, o.user_id, o.money_paid, p.state
      FROM trade_order.trade_order o
      LEFT JOIN trade_user.balance_payment p ON p.order_id = o.order_id AND p.user_id = o.user_id
      WHERE o.order_status IN (2, 4) AND o.money_paid > 0 AND (p.state IS NULL OR p.state <> 2)`,
  },
];
