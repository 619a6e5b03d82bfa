import { atUs } from '@trade/service-kit';

/** What the fence tells, for the timeline of an order. */
export const ORDER_FACTS = `
  SELECT CASE WHEN state = 1 THEN 'stock held' WHEN goods_number > 0 THEN 'stock released'
    ELSE 'order cancelled before it held stock' END AS name, ${atUs('update_time')}, NULL AS details
  FROM stock_hold WHERE order_id = ?`;
