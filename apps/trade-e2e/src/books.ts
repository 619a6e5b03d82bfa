import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise';

export interface OrderRow {
  orderStatus: number;
  payStatus: number;
  cancelReason: string | null;
}

type Value = string | number | null;

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
  async lockOrder(orderId: string): Promise<() => Promise<void>> {
    const connection = await this.pool.getConnection();
    await connection.beginTransaction();
    await connection.query('SELECT order_id FROM trade_order.trade_order WHERE order_id = ? FOR UPDATE', [orderId]);
    return async () => {
      await connection.rollback();
      connection.release();
    };
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

  /** Rows of every table of the system, by table. */
  async rowCounts(): Promise<Record<string, number>> {
    const tables = await this.rows<{ name: string }>(
      `SELECT CONCAT(table_schema, '.', table_name) AS name FROM information_schema.tables
       WHERE table_schema LIKE 'trade\\_%' ORDER BY name`,
    );
    const sql = tables
      .map(({ name }) => `SELECT '${name}' AS name, COUNT(*) AS total FROM ${name}`)
      .join(' UNION ALL ');
    const counts = await this.rows<{ name: string; total: number }>(sql);
    return Object.fromEntries(counts.map(({ name, total }) => [name, Number(total)]));
  }

  private async value<T extends Value>(sql: string, values: Value[] = []): Promise<T> {
    const [row] = await this.rows<{ value: T }>(sql, values);
    if (!row) throw new Error(`no row: ${sql} ${JSON.stringify(values)}`);
    return row.value;
  }

  private async insert(table: string, row: Record<string, Value>): Promise<void> {
    const columns = Object.keys(row);
    await this.pool.query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      Object.values(row),
    );
  }
}
