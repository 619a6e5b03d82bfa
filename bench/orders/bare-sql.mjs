/**
 * The reference: the SQL of the same order and nothing else, over mysql2, in five commits. No checks, no fence, no
 * messages, no services: what the database alone allows.
 */
import mysql from 'mysql2/promise';
import { BALANCE_PART_YUAN, bare, COUPON_YUAN, couponId, ownerOfCoupon, PRICE_YUAN } from './dataset.mjs';

const CONNECTIONS = 64;
let nextOrderId = 800_000_000_000_000_000n;

export function bareSql(adminUrl) {
  const pool = mysql.createPool({
    uri: adminUrl,
    connectionLimit: CONNECTIONS,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });

  return {
    close: () => pool.end(),

    async placeOrder(order, goodsId) {
      const orderId = String(nextOrderId++);
      const userId = ownerOfCoupon(order);
      const coupon = couponId(order);
      await pool.execute(
        `INSERT INTO ${bare('trade_order')} (order_id, user_id, order_status, pay_status, shipping_status, address, consignee,
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
          PRICE_YUAN - COUPON_YUAN - BALANCE_PART_YUAN,
        ],
      );
      await Promise.all([
        inTransaction(pool, async (tx) => {
          await tx.execute(
            `INSERT INTO ${bare('trade_goods_number_log')} (goods_id, order_id, log_type, goods_number, log_time)
             VALUES (?, ?, 1, -1, CURRENT_TIMESTAMP(3))`,
            [goodsId, orderId],
          );
          await changesOne(
            tx,
            `UPDATE ${bare('trade_goods')} SET goods_number = goods_number - 1 WHERE goods_id = ? AND goods_number >= 1`,
            [goodsId],
          );
        }),
        changesOne(
          pool,
          `UPDATE ${bare('trade_coupon')} SET is_used = 1, order_id = ?, used_time = CURRENT_TIMESTAMP(3)
           WHERE coupon_id = ? AND user_id = ? AND is_used = 0`,
          [orderId, coupon, userId],
        ),
        inTransaction(pool, async (tx) => {
          await tx.execute(
            `INSERT INTO ${bare('trade_user_money_log')} (user_id, order_id, money_log_type, use_money, create_time)
             VALUES (?, ?, 1, ?, CURRENT_TIMESTAMP(3))`,
            [userId, orderId, BALANCE_PART_YUAN],
          );
          await changesOne(
            tx,
            `UPDATE ${bare('trade_user')} SET user_money = user_money - ? WHERE user_id = ? AND user_money >= ?`,
            [BALANCE_PART_YUAN, userId, BALANCE_PART_YUAN],
          );
        }),
      ]);
      await changesOne(
        pool,
        `UPDATE ${bare('trade_order')} SET order_status = 1, confirm_time = CURRENT_TIMESTAMP(3)
         WHERE order_id = ? AND order_status = 0`,
        [orderId],
      );
    },
  };
}

async function inTransaction(pool, work) {
  const connection = await pool.getConnection();
  try {
    await connection.beginTransaction();
    await work(connection);
    await connection.commit();
  } catch (error) {
    await connection.rollback();
    throw error;
  } finally {
    connection.release();
  }
}

async function changesOne(connection, sql, values) {
  const [result] = await connection.execute(sql, values);
  if (result.affectedRows !== 1) throw new Error(`changed ${result.affectedRows} rows: ${sql}`);
}
