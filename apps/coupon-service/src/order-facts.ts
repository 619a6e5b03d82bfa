import { atUs } from '@trade/service-kit';

/** What the fence tells, for the timeline of an order. Given back, it does not tell whether the coupon was used before. */
export const ORDER_FACTS = `
  SELECT 'coupon used' AS name, ${atUs('update_time')}, NULL AS details
  FROM coupon_use WHERE order_id = ? AND state = 1`;
