import { atUs, WAITING_IN_OUTBOX } from '@trade/service-kit';
import { OrderStatus } from './order-status.js';

/** What the order's row and the outbox tell, for the timeline of an order. */
export const ORDER_FACTS = `
  SELECT 'order created' AS name, ${atUs('add_time')}, NULL AS details FROM trade_order WHERE order_id = ?
  UNION ALL SELECT 'order confirmed', ${atUs('confirm_time')}, NULL
    FROM trade_order WHERE order_id = ? AND confirm_time IS NOT NULL
  UNION ALL SELECT 'order paid', ${atUs('pay_time')}, NULL
    FROM trade_order WHERE order_id = ? AND pay_time > confirm_time
  UNION ALL SELECT IF(order_status = ${OrderStatus.Refunded}, 'order refunded', 'order cancelled'), ${atUs('cancel_time')}, NULL
    FROM trade_order WHERE order_id = ? AND cancel_time IS NOT NULL
  UNION ALL ${WAITING_IN_OUTBOX}`;
