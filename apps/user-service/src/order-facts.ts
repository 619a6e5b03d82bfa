import { atUs } from '@trade/service-kit';

/** What the fences tell, for the timeline of an order. */
export const ORDER_FACTS = `
  SELECT CASE WHEN state = 1 THEN 'paid from balance' WHEN amount > 0 THEN 'balance refunded'
    ELSE 'order cancelled before it paid from the balance' END AS name, ${atUs('update_time')}, NULL AS details
  FROM balance_payment WHERE order_id = ?
  UNION ALL SELECT 'score credited', ${atUs('log_time')}, NULL FROM trade_user_score_log WHERE order_id = ? AND state = 1`;
