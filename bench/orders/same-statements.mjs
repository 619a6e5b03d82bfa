/**
 * The statements of one order as the services run them, in the same round trips and the same order, over one mysql2 pool:
 * what is left of an order's latency without services, checks in code and messages under way.
 */
import mysql from 'mysql2/promise';
import { BALANCE_PART_YUAN, COUPON_YUAN, couponId, ours, ownerOfCoupon, PRICE_YUAN } from './dataset.mjs';

const CONNECTIONS = 64;
const IF_ONE_CHANGED = 'IF(ROW_COUNT() = 1, ?, NULL)';
const PAY_YUAN = PRICE_YUAN - COUPON_YUAN - BALANCE_PART_YUAN;
const outbox = 'trade_order.trade_mq_producer_temp';
let nextOrderId = 810_000_000_000_000_000n;

export function sameStatements(adminUrl) {
  const pool = mysql.createPool({
    uri: adminUrl,
    connectionLimit: CONNECTIONS,
    supportBigNumbers: true,
    bigNumberStrings: true,
    multipleStatements: true,
  });
  const atomically = (...statements) =>
    pool.query(['START TRANSACTION', ...statements.map(([sql]) => sql), 'COMMIT'].join(';\n'), [
      ...statements.flatMap(([, values]) => values),
    ]);

  return {
    close: () => pool.end(),

    async placeOrder(order, goodsId) {
      const orderId = String(nextOrderId++);
      const userId = ownerOfCoupon(order);
      const coupon = couponId(order);
      await Promise.all([
        pool.query(`SELECT * FROM ${ours('trade_goods')} WHERE goods_id IN (?)`, [[goodsId]]),
        pool.query(`SELECT * FROM ${ours('trade_user')} WHERE user_id IN (?)`, [[userId]]),
        pool.query(`SELECT * FROM ${ours('trade_coupon')} WHERE coupon_id IN (?)`, [[coupon]]),
      ]);
      await pool.query(
        `INSERT INTO ${ours('trade_order')} (order_id, user_id, order_status, pay_status, shipping_status, address, consignee,
           goods_id, goods_number, goods_price, goods_amount, shipping_fee, order_amount, coupon_id, coupon_paid, money_paid,
           pay_amount, add_time)
         VALUES (?, ?, 0, 0, 0, 'somewhere', 'someone', ?, 1, ?, ?, 0, ?, ?, ?, ?, ?, CURRENT_TIMESTAMP(3))`,
        [
          orderId,
          userId,
          goodsId,
          PRICE_YUAN,
          PRICE_YUAN,
          PRICE_YUAN,
          coupon,
          COUPON_YUAN,
          BALANCE_PART_YUAN,
          PAY_YUAN,
        ],
      );
      await atomically(
        [
          `UPDATE ${ours('trade_goods')} SET goods_number = goods_number - ? WHERE goods_id = ? AND goods_number >= ?`,
          [1, goodsId, 1],
        ],
        [
          `INSERT INTO trade_goods.stock_hold (order_id, goods_id, goods_number, state) VALUES (${IF_ONE_CHANGED}, ?, 1, 1)`,
          [orderId, goodsId],
        ],
        [
          `INSERT INTO ${ours('trade_goods_number_log')} (goods_id, order_id, log_type, goods_number) VALUES (?, ?, 1, -1)`,
          [goodsId, orderId],
        ],
      );
      await Promise.all([
        atomically(
          [
            `UPDATE ${ours('trade_coupon')} SET is_used = 1, order_id = ?, used_time = CURRENT_TIMESTAMP(3)
             WHERE coupon_id = ? AND user_id = ? AND is_used = 0`,
            [orderId, coupon, userId],
          ],
          [
            `INSERT INTO trade_coupon.coupon_use (order_id, coupon_id, user_id, state) VALUES (${IF_ONE_CHANGED}, ?, ?, 1)`,
            [orderId, coupon, userId],
          ],
        ),
        atomically(
          [
            `UPDATE ${ours('trade_user')} SET user_money = user_money - ? WHERE user_id = ? AND user_money >= ?`,
            [BALANCE_PART_YUAN, userId, BALANCE_PART_YUAN],
          ],
          [
            `INSERT INTO trade_user.balance_payment (order_id, user_id, amount, state) VALUES (${IF_ONE_CHANGED}, ?, ?, 1)`,
            [orderId, userId, BALANCE_PART_YUAN],
          ],
          [
            `INSERT INTO ${ours('trade_user_money_log')} (user_id, order_id, money_log_type, use_money) VALUES (?, ?, 1, ?)`,
            [userId, orderId, BALANCE_PART_YUAN],
          ],
        ),
      ]);
      const message = (id, key) => [id, 'bench', 'topic', 'tag', key, JSON.stringify({ orderId, userId }), null, null];
      await atomically(
        [
          `UPDATE ${ours('trade_order')} SET order_status = 1, confirm_time = CURRENT_TIMESTAMP(3), pay_status = 0
           WHERE order_id = ? AND order_status = 0`,
          [orderId],
        ],
        [
          `INSERT INTO ${outbox} (id, group_name, msg_topic, msg_tag, msg_key, msg_body, msg_properties, deliver_at_ms,
             next_send_time)
           VALUES (${IF_ONE_CHANGED}, ?, ?, ?, ?, ?, ?, ?, CURRENT_TIMESTAMP(3) + INTERVAL 1 DAY),
             (?, ?, ?, ?, ?, ?, ?, ?, CURRENT_TIMESTAMP(3) + INTERVAL 1 DAY)`,
          [...message(`bench-a-${orderId}`, orderId), ...message(`bench-b-${orderId}`, orderId)],
        ],
      );
    },

    /** The messages of these orders are nobody's. */
    async forget() {
      await pool.query(`DELETE FROM ${outbox} WHERE group_name = 'bench'`);
    },
  };
}
