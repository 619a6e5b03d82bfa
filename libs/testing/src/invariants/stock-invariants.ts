import type { Invariant } from './invariant.js';

export const stockInvariants: Invariant[] = [
  {
    name: 'stock: initial = current + held by orders, per goods',
    sql: `
      SELECT g.goods_id, g.initial_goods_number, g.goods_number, COALESCE(h.held, 0) AS held
      FROM trade_goods.trade_goods g
      LEFT JOIN (
        SELECT goods_id, SUM(goods_number) AS held FROM trade_goods.stock_hold WHERE state = 1 GROUP BY goods_id
      ) h ON h.goods_id = g.goods_id
      WHERE g.initial_goods_number <> g.goods_number + COALESCE(h.held, 0)`,
  },
  {
    name: 'stock: initial + log = current, per goods',
    sql: `
      SELECT g.goods_id, g.initial_goods_number, g.goods_number, COALESCE(l.logged, 0) AS logged
      FROM trade_goods.trade_goods g
      LEFT JOIN (
        SELECT goods_id, SUM(goods_number) AS logged FROM trade_goods.trade_goods_number_log GROUP BY goods_id
      ) l ON l.goods_id = g.goods_id
      WHERE g.goods_number <> g.initial_goods_number + COALESCE(l.logged, 0)`,
  },
  {
    name: 'stock: never negative',
    sql: 'SELECT goods_id, goods_number FROM trade_goods.trade_goods WHERE goods_number < 0',
  },
  {
    name: 'stock: a confirmed order holds exactly what it sold',
    sql: `
      SELECT o.order_id, o.goods_id, o.goods_number, h.goods_number AS held, h.state
      FROM trade_order.trade_order o
      LEFT JOIN trade_goods.stock_hold h ON h.order_id = o.order_id AND h.goods_id = o.goods_id AND h.state = 1
      WHERE o.order_status = 1 AND (h.order_id IS NULL OR h.goods_number <> o.goods_number)`,
  },
  {
    name: 'stock: nothing is held but by confirmed orders',
    whenSettled: true,
    sql: `
      SELECT h.order_id, h.goods_id, h.goods_number, o.order_status
      FROM trade_goods.stock_hold h
      LEFT JOIN trade_order.trade_order o ON o.order_id = h.order_id AND o.goods_id = h.goods_id
      WHERE h.state = 1 AND (o.order_id IS NULL OR o.order_status <> 1)`,
  },
  {
    name: 'stock: every cancelled or refunded order was released, held or not',
    whenSettled: true,
    sql: `
      SELECT o.order_id, o.goods_id, h.state
      FROM trade_order.trade_order o
      LEFT JOIN trade_goods.stock_hold h ON h.order_id = o.order_id AND h.goods_id = o.goods_id
      WHERE o.order_status IN (2, 4) AND (h.state IS NULL OR h.state <> 2)`,
  },
];
