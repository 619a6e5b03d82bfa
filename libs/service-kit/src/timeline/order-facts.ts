/** A timestamp column as Unix time in µs, in the SELECT of OrderFacts. */
export const atUs = (column: string) => `CAST(UNIX_TIMESTAMP(${column}) * 1000000 AS SIGNED) AS atUs`;

/** Messages about an order that the broker does not have yet. */
export const WAITING_IN_OUTBOX = `
  SELECT 'message waits in the outbox' AS name, ${atUs('create_time')}, CONCAT('{"tag":"', msg_tag, '"}') AS details
  FROM trade_mq_producer_temp WHERE msg_body LIKE CONCAT('%"orderId":"', ?, '"%')`;
