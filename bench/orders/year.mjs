/** A year of orders: paid ones, with all the rows that the services keep of an order, six seconds apart. */
import { BALANCE_PART_YUAN, COUPON_YUAN, goodsId, PRICE_YUAN, SKUS, userId, USERS } from './dataset.mjs';

const FIRST_ID = '600000000000000000';
const ROWS_PER_INSERT = 250_000;
const PAY_YUAN = PRICE_YUAN - COUPON_YUAN - BALANCE_PART_YUAN;
const ID = `${FIRST_ID} + n`;
const USER = `${userId(0)} + n % ${USERS}`;
const GOODS = `${goodsId(0)} + n % ${SKUS}`;
const TIME = 'TIMESTAMPADD(SECOND, -6 * n, CURRENT_TIMESTAMP(3))';

/** Column lists and the row of order n. Coupon, payment and order of a row have the same id, in tables of their own. */
const TABLES = {
  'trade_order.trade_order (order_id, user_id, order_status, pay_status, address, goods_id, goods_number, goods_price, goods_amount, shipping_fee, order_amount, coupon_id, coupon_paid, money_paid, pay_amount, add_time, confirm_time, pay_time, pay_id)': `${ID}, ${USER}, 1, 2, 'somewhere', ${GOODS}, 1, ${PRICE_YUAN}, ${PRICE_YUAN}, 0, ${PRICE_YUAN}, ${ID}, ${COUPON_YUAN}, ${BALANCE_PART_YUAN}, ${PAY_YUAN}, ${TIME}, ${TIME}, ${TIME}, ${ID}`,
  'trade_goods.stock_hold (order_id, goods_id, goods_number, state)': `${ID}, ${GOODS}, 1, 1`,
  'trade_goods.trade_goods_number_log (goods_id, order_id, log_type, goods_number)': `${GOODS}, ${ID}, 1, -1`,
  'trade_coupon.trade_coupon (coupon_id, coupon_price, user_id, order_id, is_used, used_time)': `${ID}, ${COUPON_YUAN}, ${USER}, ${ID}, 1, ${TIME}`,
  'trade_coupon.coupon_use (order_id, coupon_id, user_id, state)': `${ID}, ${ID}, ${USER}, 1`,
  'trade_user.balance_payment (order_id, user_id, amount, state)': `${ID}, ${USER}, ${BALANCE_PART_YUAN}, 1`,
  'trade_user.trade_user_money_log (user_id, order_id, money_log_type, use_money)': `${USER}, ${ID}, 1, ${BALANCE_PART_YUAN}`,
  'trade_user.trade_user_score_log (pay_id, order_id, user_id, score, state)': `${ID}, ${ID}, ${USER}, 1, 1`,
  'trade_pay.trade_pay (pay_id, order_id, open_order_id, user_id, pay_amount, is_paid, create_time, pay_time)': `${ID}, ${ID}, ${ID}, ${USER}, ${PAY_YUAN}, 2, ${TIME}, ${TIME}`,
  'trade_pay.trade_pay_log (pay_id, order_id, pay_amount)': `${ID}, ${ID}, ${PAY_YUAN}`,
};

export async function addYear(database, orders) {
  await database.query('CREATE TABLE bench_bare.numbers (n INT PRIMARY KEY)');
  await database.query('INSERT INTO bench_bare.numbers VALUES (0)');
  for (let count = 1; count < orders; count *= 2) {
    await database.query('INSERT INTO bench_bare.numbers SELECT n + ? FROM bench_bare.numbers WHERE n + ? < ?', [
      count,
      count,
      orders,
    ]);
  }
  for (const [table, row] of Object.entries(TABLES)) {
    const startMs = performance.now();
    for (let from = 0; from < orders; from += ROWS_PER_INSERT) {
      const numbers = `FROM bench_bare.numbers WHERE n >= ${from} AND n < ${from + ROWS_PER_INSERT} ORDER BY n`;
      await database.query(`INSERT INTO ${table} SELECT ${row} ${numbers}`);
    }
    const seconds = ((performance.now() - startMs) / 1_000).toFixed(0);
    console.log(`  ${orders} rows in ${table.split(' ')[0]}: ${seconds} s`);
  }
}

const WRITE_WITHIN_MS = 180_000;
const DIRTY_SHARE = 'innodb_max_dirty_pages_pct';

/** A year's rows were not all written in the last minute: waits until the database has no page left to write. */
export async function writeAllPages(database) {
  const [[{ share }]] = await database.query(`SELECT @@${DIRTY_SHARE} AS share`);
  const startMs = performance.now();
  await database.query(`SET GLOBAL ${DIRTY_SHARE} = 0`);
  try {
    while ((await status(database, 'Innodb_buffer_pool_pages_dirty')) > 0) {
      if (performance.now() - startMs > WRITE_WITHIN_MS) throw new Error('the database does not come to rest');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    await database.query(`SET GLOBAL ${DIRTY_SHARE} = ?`, [share]);
  }
  console.log(`  all pages written: ${((performance.now() - startMs) / 1_000).toFixed(0)} s`);
}

async function status(database, name) {
  const [[{ Value }]] = await database.query('SHOW GLOBAL STATUS LIKE ?', [name]);
  return Number(Value);
}

/** Rows that the database has read so far without an index, and along one. */
export async function rowsRead(database) {
  const [rows] = await database.query("SHOW GLOBAL STATUS LIKE 'Handler_read%'");
  const of = (name) => Number(rows.find(({ Variable_name }) => Variable_name === name).Value);
  return { scanned: of('Handler_read_rnd_next'), alongIndexes: of('Handler_read_next') + of('Handler_read_prev') };
}
