import type { Invariant } from './invariant.js';

export const couponInvariants: Invariant[] = [
  {
    name: 'coupon: used by at most one live order',
    sql: `
      SELECT coupon_id, COUNT(*) AS orders
      FROM trade_order.trade_order
      WHERE coupon_id IS NOT NULL AND order_status = 1
      GROUP BY coupon_id HAVING COUNT(*) > 1`,
  },
  {
    name: 'coupon: marked as used exactly while an order uses it',
    sql: `
      SELECT c.coupon_id, c.is_used, c.order_id, u.orders, u.order_id AS used_by
      FROM trade_coupon.trade_coupon c
      LEFT JOIN (
        SELECT coupon_id, COUNT(*) AS orders, MIN(order_id) AS order_id
        FROM trade_coupon.coupon_use WHERE state = 1 GROUP BY coupon_id
      ) u ON u.coupon_id = c.coupon_id
      WHERE COALESCE(u.orders, 0) <> c.is_used OR NOT (c.order_id <=> u.order_id)`,
  },
  {
    name: "coupon: only its owner's orders use it",
    sql: `
      SELECT c.coupon_id, c.user_id AS owner, o.order_id, o.user_id
      FROM trade_coupon.trade_coupon c
      JOIN trade_order.trade_order o ON o.coupon_id = c.coupon_id AND o.order_status = 1
      WHERE o.user_id <> c.user_id`,
  },
  {
    name: 'coupon: a confirmed order uses its coupon',
    sql: `
      SELECT o.order_id, o.coupon_id, u.state
      FROM trade_order.trade_order o
      LEFT JOIN trade_coupon.coupon_use u ON u.order_id = o.order_id AND u.coupon_id = o.coupon_id
      WHERE o.order_status = 1 AND o.coupon_id IS NOT NULL AND (u.state IS NULL OR u.state <> 1)`,
  },
  {
    name: 'coupon: none is used but by confirmed orders',
    whenSettled: true,
    sql: `
      SELECT u.order_id, u.coupon_id, o.order_status
      FROM trade_coupon.coupon_use u
      LEFT JOIN trade_order.trade_order o ON o.order_id = u.order_id AND o.coupon_id = u.coupon_id
      WHERE u.state = 1 AND (o.order_id IS NULL OR o.order_status <> 1)`,
  },
  {
    name: 'coupon: every cancelled or refunded order gave its coupon back, used or not',
    whenSettled: true,
    sql: `
      SELECT o.order_id, o.coupon_id, u.state
      FROM trade_order.trade_order o
      LEFT JOIN trade_coupon.coupon_use u ON u.order_id = o.order_id AND u.coupon_id = o.coupon_id
      WHERE o.order_status IN (2, 4) AND o.coupon_id IS NOT NULL AND (u.state IS NULL OR u.state <> 2)`,
  },
];
