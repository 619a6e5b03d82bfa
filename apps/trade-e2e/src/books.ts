import { eventually } from '@trade/testing';
import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise';

export interface OrderRow {
  orderStatus: number;
  payStatus: number;
  cancelReason: string | null;
}

type Value = string | number | null;

const DATABASES = ['trade_order', 'trade_pay', 'trade_goods', 'trade_coupon', 'trade_user'];
const ROWS_PER_INSERT = 1_000;

/** Goods, users and coupons of one test alone: ids that no other test has. */
let lastId = 900_000_000_000_000_000n + BigInt(Date.now()) * 1000n;
export const newId = (): string => String(++lastId);

/** What the databases say, seen by their administrator, and rows to order with. */
export class Books {
  private readonly pool: Pool;

  constructor(adminUrl: string) {
    this.pool = createPool({
      uri: adminUrl,
      supportBigNumbers: true,
      bigNumberStrings: true,
      timezone: 'Z',
      charset: 'utf8mb4',
      connectionLimit: 4,
    });
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  async rows<Row extends object = Record<string, unknown>>(sql: string, values: Value[] = []): Promise<Row[]> {
    const [rows] = await this.pool.query<RowDataPacket[]>(sql, values);
    return rows as unknown as Row[];
  }

  /** A lock on an order's row, held until the function that is answered is called. */
  lockOrder(orderId: string): Promise<() => Promise<void>> {
    return this.lock('SELECT order_id FROM trade_order.trade_order WHERE order_id = ? FOR UPDATE', orderId);
  }

  /** The same for a user's row. */
  lockUser(userId: string): Promise<() => Promise<void>> {
    return this.lock('SELECT user_id FROM trade_user.trade_user WHERE user_id = ? FOR UPDATE', userId);
  }

  /** Waits until an UPDATE of a table waits for a lock, and tells its connection. */
  updateWaiting(table: 'trade_order' | 'trade_user'): Promise<number> {
    return eventually(async () => {
      const [waiting] = await this.rows<{ id: number }>(
        'SELECT id FROM information_schema.processlist WHERE user = ? AND info LIKE ?',
        [table, `%UPDATE ${table} SET%`],
      );
      return waiting !== undefined && waiting.id;
    });
  }

  /** Breaks the connection of the service whose UPDATE waits for a lock. */
  async killWaitingUpdate(table: 'trade_order' | 'trade_user'): Promise<void> {
    await this.pool.query(`KILL CONNECTION ${await this.updateWaiting(table)}`);
  }

  /** Makes every statement on a table fail, until the function that is answered is called. */
  async takeTableAway(table: string): Promise<() => Promise<void>> {
    await this.pool.query(`RENAME TABLE ${table} TO ${table}_away`);
    return async () => {
      await this.pool.query(`RENAME TABLE ${table}_away TO ${table}`);
    };
  }

  /** What the inbox of a service says about a message: status 1 done, 2 failed, and how often it came. */
  consumed(database: string, tag: string, key: string): Promise<{ status: number; times: number }[]> {
    return this.rows(
      `SELECT consumer_status AS status, consumer_times AS times FROM ${database}.trade_mq_consumer_log
       WHERE msg_tag = ? AND msg_key = ? ORDER BY group_name`,
      [tag, key],
    );
  }

  /** Moves an order back by an hour, so that its time is over for the sweeper. */
  async ageOrder(orderId: string): Promise<void> {
    const sql = 'UPDATE trade_order.trade_order SET add_time = add_time - INTERVAL 1 HOUR WHERE order_id = ?';
    await this.pool.query(sql, [orderId]);
  }

  /** Whoever works on a request with an Idempotency-Key counts as dead. */
  async endLeases(): Promise<void> {
    await this.pool.query('UPDATE trade_order.idempotency_key SET lease_until = CURRENT_TIMESTAMP(3)');
  }

  /** The user spends all of the balance on something else. */
  async spendBalance(userId: string): Promise<void> {
    await this.pool.query(
      `UPDATE trade_user.trade_user SET initial_user_money = initial_user_money - user_money, user_money = 0
       WHERE user_id = ?`,
      [userId],
    );
  }

  async newGoods({ stock, price = '100.00' }: { stock: number; price?: string }): Promise<string> {
    const goodsId = newId();
    await this.insert('trade_goods.trade_goods', {
      goods_id: goodsId,
      goods_name: `goods ${goodsId}`,
      goods_number: stock,
      initial_goods_number: stock,
      goods_price: price,
    });
    return goodsId;
  }

  async newUser({ balance = '0.00' }: { balance?: string } = {}): Promise<string> {
    const userId = newId();
    await this.insert('trade_user.trade_user', {
      user_id: userId,
      user_name: `user ${userId}`,
      user_password: 'no login',
      user_money: balance,
      initial_user_money: balance,
    });
    return userId;
  }

  async newCoupon(userId: string, value = '20.00'): Promise<string> {
    const couponId = newId();
    await this.insert('trade_coupon.trade_coupon', { coupon_id: couponId, coupon_price: value, user_id: userId });
    return couponId;
  }

  async stock(goodsId: string): Promise<number> {
    const sql = 'SELECT goods_number AS value FROM trade_goods.trade_goods WHERE goods_id = ?';
    return Number(await this.value(sql, [goodsId]));
  }

  balance(userId: string): Promise<string> {
    return this.value<string>('SELECT user_money AS value FROM trade_user.trade_user WHERE user_id = ?', [userId]);
  }

  async score(userId: string): Promise<number> {
    return Number(
      await this.value('SELECT user_score AS value FROM trade_user.trade_user WHERE user_id = ?', [userId]),
    );
  }

  /** The order that uses the coupon. */
  couponOrder(couponId: string): Promise<string | null> {
    const sql = 'SELECT order_id AS value FROM trade_coupon.trade_coupon WHERE coupon_id = ?';
    return this.value<string | null>(sql, [couponId]);
  }

  async ordersOf(userId: string): Promise<(OrderRow & { orderId: string })[]> {
    return this.rows(
      `SELECT order_id AS orderId, order_status AS orderStatus, pay_status AS payStatus, cancel_reason AS cancelReason
       FROM trade_order.trade_order WHERE user_id = ? ORDER BY order_id`,
      [userId],
    );
  }

  /** The only order of a user. @throws {Error} when there is none, or more than one */
  async orderOf(userId: string): Promise<OrderRow & { orderId: string }> {
    const [order, ...more] = await this.ordersOf(userId);
    if (!order || more.length > 0)
      throw new Error(`one order expected of user ${userId}, ${order ? 'several' : 'none'}`);
    return order;
  }

  /** How many rows a condition finds, e.g. `count('trade_pay.trade_pay_log', 'pay_id = ?', payId)`. */
  async count(table: string, condition = '1 = 1', ...values: Value[]): Promise<number> {
    return Number(await this.value(`SELECT COUNT(*) AS value FROM ${table} WHERE ${condition}`, values));
  }

  /** Messages that wait to be sent, in all outboxes. */
  async waitingMessages(): Promise<number> {
    const counts = await Promise.all(
      ['trade_order', 'trade_pay'].map((database) => this.count(`${database}.trade_mq_producer_temp`)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Rows of every table of the system, by table; those of the timeline, which are written when there is time, on demand. */
  async rowCounts({ withTimeline = false } = {}): Promise<Record<string, number>> {
    const tables = await this.rows<{ name: string }>(
      `SELECT CONCAT(table_schema, '.', table_name) AS name FROM information_schema.tables
       WHERE table_schema LIKE 'trade\\_%' AND (? OR table_name <> 'trade_order_event') ORDER BY name`,
      [Number(withTimeline)],
    );
    const sql = tables
      .map(({ name }) => `SELECT '${name}' AS name, COUNT(*) AS total FROM ${name}`)
      .join(' UNION ALL ');
    const counts = await this.rows<{ name: string; total: number }>(sql);
    return Object.fromEntries(counts.map(({ name, total }) => [name, Number(total)]));
  }

  /** A day passes for what is kept for a day: requests with a key, and timelines, once they are so old. */
  async letDayPass(ageMs: number): Promise<void> {
    const dayUs = 86_400_000_000;
    for (const database of ['trade_order', 'trade_pay']) {
      await this.pool.query(
        `UPDATE ${database}.idempotency_key SET expire_time = CURRENT_TIMESTAMP(3)
         WHERE expire_time < CURRENT_TIMESTAMP(3) + INTERVAL ? MICROSECOND`,
        [dayUs - ageMs * 1_000],
      );
    }
    for (const database of DATABASES) {
      await this.pool.query(`UPDATE ${database}.trade_order_event SET at_us = at_us - ? WHERE at_us BETWEEN ? AND ?`, [
        dayUs,
        Date.now() * 1_000 - dayUs / 2,
        (Date.now() - ageMs) * 1_000,
      ]);
    }
  }

  /** Takes a message out of the inboxes, as a clean-up of old rows does. */
  async forgetMessage(databases: string[], key: string): Promise<void> {
    for (const database of databases) {
      await this.pool.query(`DELETE FROM ${database}.trade_mq_consumer_log WHERE msg_key = ?`, [key]);
    }
  }

  /** Drops what messages about orders and payments that are not in these books have left in them. */
  async forgetOrdersOfOthers(): Promise<void> {
    const ordersHere = 'SELECT CAST(order_id AS CHAR) FROM trade_order.trade_order';
    const keysHere = `${ordersHere} UNION SELECT CAST(pay_id AS CHAR) FROM trade_pay.trade_pay`;
    await this.pool.query(`DELETE FROM trade_pay.trade_pay_log WHERE CAST(order_id AS CHAR) NOT IN (${ordersHere})`);
    for (const database of DATABASES) {
      await this.pool.query(
        `DELETE FROM ${database}.trade_mq_consumer_log WHERE consumer_status = 2 AND msg_key NOT IN (${keysHere})`,
      );
    }
  }

  private async lock(sql: string, id: string): Promise<() => Promise<void>> {
    const connection = await this.pool.getConnection();
    await connection.beginTransaction();
    await connection.query(sql, [id]);
    return async () => {
      await connection.rollback();
      connection.release();
    };
  }

  private async value<T extends Value>(sql: string, values: Value[] = []): Promise<T> {
    const [row] = await this.rows<{ value: T }>(sql, values);
    if (!row) throw new Error(`no row: ${sql} ${JSON.stringify(values)}`);
    return row.value;
  }

  /** Rows that have the same columns. */
  async insertMany(table: string, rows: Record<string, Value>[]): Promise<void> {
    for (let first = 0; first < rows.length; first += ROWS_PER_INSERT) {
      const batch = rows.slice(first, first + ROWS_PER_INSERT);
      const columns = Object.keys(batch[0]!).join(', ');
      await this.pool.query(`INSERT INTO ${table} (${columns}) VALUES ?`, [batch.map((row) => Object.values(row))]);
    }
  }

  private async insert(table: string, row: Record<string, Value>): Promise<void> {
    await this.insertMany(table, [row]);
  }
}
