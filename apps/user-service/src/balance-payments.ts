import { Injectable } from '@nestjs/common';
import {
  Database,
  doOnce,
  IF_ONE_CHANGED,
  formatYuan,
  insertIfNew,
  Log,
  MAX_FEN,
  rowsMatched,
  ShopError,
  updateOne,
  type Fen,
  type SqlSession,
} from '@trade/service-kit';

const PAID = 1;
const REFUNDED = 2;
const LOG_PAY = 1;
const LOG_REFUND = 2;

interface BalancePayment {
  state: typeof PAID | typeof REFUNDED;
  /** in yuan */
  amount: string;
}

/**
 * Balance parts of orders. Row balance_payment(order, user) is the fence: whoever inserts it first decides.
 *
 *     row       pay                          refund
 *     none      take money → paid            tombstone → refunded
 *     paid      done already                 give back → refunded
 *     refunded  refused: order cancelled     done already
 */
@Injectable()
export class BalancePayments {
  private readonly log = new Log(BalancePayments.name);

  constructor(private readonly database: Database) {}

  /**
   * Do, in one round trip: orders of the same user wait for each other's commit and nothing else.
   * @throws {ShopError} SHOP_MONEY_PAID_INVALID when the balance is too small, SHOP_USER_NO_EXIST; SHOP_ORDER_CANCELLED
   * when the refund came first; SHOP_REQUEST_PARAMETER_INVALID when this order paid another amount
   */
  async pay(orderId: string, userId: string, amountFen: Fen): Promise<void> {
    if (amountFen > MAX_FEN) throw new ShopError('SHOP_MONEY_PAID_INVALID');
    const amount = formatYuan(amountFen);
    const taken = await doOnce(this.database, userId, [
      [
        'UPDATE trade_user SET user_money = user_money - ? WHERE user_id = ? AND user_money >= ?',
        [amount, userId, amount],
      ],
      [
        `INSERT INTO balance_payment (order_id, user_id, amount, state) VALUES (${IF_ONE_CHANGED}, ?, ?, ?)`,
        [orderId, userId, amount, PAID],
      ],
      [
        'INSERT INTO trade_user_money_log (user_id, order_id, money_log_type, use_money) VALUES (?, ?, ?, ?)',
        [userId, orderId, LOG_PAY, amount],
      ],
    ]);
    if (taken) this.log.info('paid from balance', { orderId, userId, amount });
    else await this.confirmRepeated(orderId, userId, amount);
  }

  /** Undo, as part of the caller's transaction. */
  async refund(tx: SqlSession, orderId: string, userId: string): Promise<void> {
    const nothingPaid = await insertIfNew(
      tx,
      'INSERT INTO balance_payment (order_id, user_id, amount, state) VALUES (?, ?, 0, ?)',
      [orderId, userId, REFUNDED],
    );
    if (nothingPaid) {
      this.log.info('order cancelled before it paid from the balance', { orderId, userId });
      return;
    }
    const wasPaid = await rowsMatched(
      tx,
      `UPDATE balance_payment SET state = ?, update_time = CURRENT_TIMESTAMP(3)
       WHERE order_id = ? AND user_id = ? AND state = ?`,
      [REFUNDED, orderId, userId, PAID],
    );
    if (wasPaid === 0) return;
    const { amount } = (await this.find(tx, orderId, userId))!;
    await tx.query(
      'INSERT INTO trade_user_money_log (user_id, order_id, money_log_type, use_money) VALUES (?, ?, ?, ?)',
      [userId, orderId, LOG_REFUND, amount],
    );
    await updateOne(tx, 'UPDATE trade_user SET user_money = user_money + ? WHERE user_id = ?', [amount, userId]);
    this.log.info('balance refunded', { orderId, userId, amount });
  }

  /** Nothing was taken: because it was before, or because it cannot be. */
  private async confirmRepeated(orderId: string, userId: string, amount: string): Promise<void> {
    const earlier = await this.find(this.database, orderId, userId);
    if (!earlier) throw await this.reasonNotTaken(userId);
    if (earlier.state === REFUNDED) throw new ShopError('SHOP_ORDER_CANCELLED');
    if (earlier.amount !== amount) {
      throw new ShopError('SHOP_REQUEST_PARAMETER_INVALID', `amountFen: this order paid ${earlier.amount} yuan`);
    }
    this.log.info('was paid from balance already', { orderId, userId });
  }

  private async find(tx: SqlSession, orderId: string, userId: string): Promise<BalancePayment | undefined> {
    const [row] = await tx.query<BalancePayment[]>(
      'SELECT state, amount FROM balance_payment WHERE order_id = ? AND user_id = ?',
      [orderId, userId],
    );
    return row;
  }

  private async reasonNotTaken(userId: string): Promise<ShopError> {
    const users = await this.database.query<object[]>('SELECT 1 FROM trade_user WHERE user_id = ?', [userId]);
    return new ShopError(users.length === 0 ? 'SHOP_USER_NO_EXIST' : 'SHOP_MONEY_PAID_INVALID');
  }
}
