import type { Invariant } from './invariant.js';

const SENDERS = ['trade_order', 'trade_pay'];
const CONSUMERS = ['trade_order', 'trade_pay', 'trade_goods', 'trade_coupon', 'trade_user'];

export const messageInvariants: Invariant[] = [
  {
    name: 'messages: the outboxes are empty',
    whenSettled: true,
    sql: SENDERS.map(
      (schema) =>
        `SELECT '${schema}' AS outbox, id, msg_topic, msg_tag, msg_key, msg_status FROM ${schema}.trade_mq_producer_temp`,
    ).join(' UNION ALL '),
  },
  {
    name: 'messages: none is half done or failed',
    whenSettled: true,
    sql: CONSUMERS.map(
      (schema) =>
        `SELECT group_name, msg_tag, msg_key, consumer_status, consumer_times, remark
         FROM ${schema}.trade_mq_consumer_log WHERE consumer_status <> 1`,
    ).join(' UNION ALL '),
  },
];
