/** The data of the benchmark: 1,000 SKUs, 5,000 users, one fresh coupon an order; the same in both sets of tables. */
export const SKUS = 1_000;
export const USERS = 5_000;
export const PRICE_YUAN = 100;
export const COUPON_YUAN = 20;
export const BALANCE_PART_YUAN = 10;

const FIRST_ID = 700_000_000_000_000_000n;
const ROWS_PER_INSERT = 1_000;
/** Enough that no SKU and no user runs out. */
const STOCK = 100_000_000;
const BALANCE_YUAN = 50_000_000;

export const goodsId = (sku) => String(FIRST_ID + BigInt(sku));
export const userId = (user) => String(FIRST_ID + 1_000_000n + BigInt(user));
export const couponId = (order) => String(FIRST_ID + 10_000_000n + BigInt(order));
export const ownerOfCoupon = (order) => userId(order % USERS);

/** The tables that an order and its payment touch, in the schema of their service. */
const TABLES = {
  trade_order: 'trade_order',
  trade_goods: 'trade_goods',
  trade_goods_number_log: 'trade_goods',
  trade_coupon: 'trade_coupon',
  trade_user: 'trade_user',
  trade_user_money_log: 'trade_user',
  trade_pay: 'trade_pay',
};

/** Where the system keeps a table, and where the bare SQL has its copy of it. */
export const ours = (table) => `${TABLES[table]}.${table}`;
export const bare = (table) => `bench_bare.${table}`;

export async function prepare(database) {
  await database.query('DROP DATABASE IF EXISTS bench_bare');
  await database.query('CREATE DATABASE bench_bare');
  for (const table of Object.keys(TABLES)) {
    await database.query(`CREATE TABLE ${bare(table)} LIKE ${ours(table)}`);
  }
  for (const place of [ours, bare]) {
    await insert(database, place('trade_goods'), SKUS, (sku) => ({
      goods_id: goodsId(sku),
      goods_name: `benchmark goods ${sku}`,
      goods_number: STOCK,
      initial_goods_number: STOCK,
      goods_price: PRICE_YUAN,
      goods_desc: '',
      add_time: new Date(),
    }));
    await insert(database, place('trade_user'), USERS, (user) => ({
      user_id: userId(user),
      user_name: `benchmark user ${user}`,
      user_password: '',
      user_mobile: '',
      user_score: 0,
      user_reg_time: new Date(),
      user_money: BALANCE_YUAN,
      initial_user_money: BALANCE_YUAN,
    }));
  }
}

const GROW_WITH_ORDERS = ['trade_order', 'trade_goods_number_log', 'trade_coupon', 'trade_user_money_log', 'trade_pay'];

/** Takes the orders made so far out of the bare SQL's tables. */
export async function emptyBare(database) {
  for (const table of GROW_WITH_ORDERS) await database.query(`TRUNCATE TABLE ${bare(table)}`);
}

/** Fresh coupons for the orders `first` to `first + count - 1`. */
export async function addCoupons(database, place, first, count) {
  await insert(database, place('trade_coupon'), count, (index) => ({
    coupon_id: couponId(first + index),
    coupon_price: COUPON_YUAN,
    user_id: ownerOfCoupon(first + index),
    is_used: 0,
  }));
}

export async function insert(database, table, count, rowOf) {
  for (let from = 0; from < count; from += ROWS_PER_INSERT) {
    const rows = Array.from({ length: Math.min(ROWS_PER_INSERT, count - from) }, (_, index) => rowOf(from + index));
    const columns = Object.keys(rows[0]);
    await database.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [
      rows.map((row) => Object.values(row)),
    ]);
  }
}
