import { atUs, WAITING_IN_OUTBOX } from '@trade/service-kit';
import { paymentStatus } from './pay.entity.js';

/** What the payments of an order and the outbox tell, for the timeline of the order. */
export const ORDER_FACTS = `
  SELECT 'payment opened' AS name, ${atUs('create_time')}, NULL AS details FROM trade_pay WHERE order_id = ?
  UNION ALL SELECT 'payment paid', ${atUs('pay_time')}, NULL
    FROM trade_pay WHERE order_id = ? AND is_paid IN (${paymentStatus.paid}, ${paymentStatus.refunded})
  UNION ALL ${WAITING_IN_OUTBOX}`;
