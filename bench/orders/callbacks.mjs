/** Payment callbacks through the front door, and next to them one durable update of one row, which a callback needs at least. */
import { createHmac } from 'node:crypto';
import mysql from 'mysql2/promise';
import { insert, PRICE_YUAN, userId, USERS } from './dataset.mjs';
import { connections } from './rest-client.mjs';

const CONNECTIONS = 64;
const FIRST_ID = 720_000_000_000_000_000n;
const idOf = (payment) => String(FIRST_ID + BigInt(payment));
const SECRET = 'the key of the benchmark';

/** The stack takes signed callbacks with this key. */
export const callbackEnvironment = { PAY_CALLBACK_SECRET: SECRET };

/** Confirmed orders with an open payment each, and as many rows that are only updated. */
export async function addPayments(database, first, count) {
  const now = new Date();
  const userOf = (index) => userId((first + index) % USERS);
  await insert(database, 'trade_order.trade_order', count, (index) => ({
    order_id: idOf(first + index),
    user_id: userOf(index),
    order_status: 1,
    pay_status: 0,
    shipping_status: 0,
    address: 'somewhere',
    goods_id: 1,
    goods_number: 1,
    goods_price: PRICE_YUAN,
    goods_amount: PRICE_YUAN,
    shipping_fee: 0,
    order_amount: PRICE_YUAN,
    pay_amount: PRICE_YUAN,
    add_time: now,
    confirm_time: now,
  }));
  for (const table of ['trade_pay.trade_pay', 'bench_bare.trade_pay']) {
    await insert(database, table, count, (index) => ({
      pay_id: idOf(first + index),
      order_id: idOf(first + index),
      open_order_id: idOf(first + index),
      user_id: userOf(index),
      pay_amount: PRICE_YUAN,
      money_paid: 0,
      is_paid: 0,
      create_time: now,
    }));
  }
}

export function callbacks(payPort, inFlight) {
  const pool = connections(payPort, inFlight);
  return {
    close: () => pool.close(),
    async take(payment) {
      const body = JSON.stringify({ payId: idOf(payment), isPaid: 2, payAmount: PRICE_YUAN });
      const seconds = Math.floor(Date.now() / 1_000);
      const signature = createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex');
      await pool.post('/pay/callbackPayment', body, `X-Pay-Signature: t=${seconds},v1=${signature}\r\n`);
    },
  };
}

export function rowUpdates(adminUrl) {
  const pool = mysql.createPool({ uri: adminUrl, connectionLimit: CONNECTIONS });
  return {
    close: () => pool.end(),
    async take(payment) {
      const [{ affectedRows }] = await pool.execute(
        'UPDATE bench_bare.trade_pay SET is_paid = 2, pay_time = CURRENT_TIMESTAMP(3) WHERE pay_id = ? AND is_paid = 0',
        [idOf(payment)],
      );
      if (affectedRows !== 1) throw new Error(`${affectedRows} rows of payment ${payment} changed`);
    },
  };
}
