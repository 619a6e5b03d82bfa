import { Injectable } from '@nestjs/common';
import {
  Database,
  doOnce,
  IF_ONE_CHANGED,
  insertIfNew,
  Log,
  rowsMatched,
  ShopError,
  updateOne,
  type SqlSession,
} from '@trade/service-kit';

const HELD = 1;
const RELEASED = 2;
const LOG_HOLD = 1;
const LOG_RELEASE = 2;

interface StockHold {
  state: typeof HELD | typeof RELEASED;
  goods_number: number;
}

/**
 * Stock held for orders. Row stock_hold(order, goods) is the fence: whoever inserts it first decides.
 *
 *     row        hold                         release
 *     none       take stock → held            tombstone → released
 *     held       done already                 give back → released
 *     released   refused: order cancelled     done already
 */
@Injectable()
export class StockHolds {
  private readonly log = new Log(StockHolds.name);

  constructor(private readonly database: Database) {}

  /**
   * Do, in one round trip: orders of the same goods wait for each other's commit and nothing else.
   * @throws {ShopError} SHOP_GOODS_NUM_NOT_ENOUGH, SHOP_GOODS_NO_EXIST; SHOP_ORDER_CANCELLED when the release came
   * first; SHOP_REQUEST_PARAMETER_INVALID when this order holds another quantity
   */
  async hold(orderId: string, goodsId: string, quantity: number): Promise<void> {
    const taken = await doOnce(this.database, goodsId, [
      [
        'UPDATE trade_goods SET goods_number = goods_number - ? WHERE goods_id = ? AND goods_number >= ?',
        [quantity, goodsId, quantity],
      ],
      [
        `INSERT INTO stock_hold (order_id, goods_id, goods_number, state) VALUES (${IF_ONE_CHANGED}, ?, ?, ?)`,
        [orderId, goodsId, quantity, HELD],
      ],
      [
        'INSERT INTO trade_goods_number_log (goods_id, order_id, log_type, goods_number) VALUES (?, ?, ?, ?)',
        [goodsId, orderId, LOG_HOLD, -quantity],
      ],
    ]);
    if (taken) this.log.info('stock held', { orderId, goodsId, quantity });
    else await this.confirmRepeated(orderId, goodsId, quantity);
  }

  /** Undo, as part of the caller's transaction. */
  async release(tx: SqlSession, orderId: string, goodsId: string): Promise<void> {
    const nothingHeld = await insertIfNew(
      tx,
      'INSERT INTO stock_hold (order_id, goods_id, goods_number, state) VALUES (?, ?, 0, ?)',
      [orderId, goodsId, RELEASED],
    );
    if (nothingHeld) {
      this.log.info('order cancelled before it held stock', { orderId, goodsId });
      return;
    }
    const wasHeld = await rowsMatched(
      tx,
      `UPDATE stock_hold SET state = ?, update_time = CURRENT_TIMESTAMP(3)
       WHERE order_id = ? AND goods_id = ? AND state = ?`,
      [RELEASED, orderId, goodsId, HELD],
    );
    if (wasHeld === 0) return;
    const { goods_number: quantity } = (await this.find(tx, orderId, goodsId))!;
    await tx.query(
      'INSERT INTO trade_goods_number_log (goods_id, order_id, log_type, goods_number) VALUES (?, ?, ?, ?)',
      [goodsId, orderId, LOG_RELEASE, quantity],
    );
    await updateOne(tx, 'UPDATE trade_goods SET goods_number = goods_number + ? WHERE goods_id = ?', [
      quantity,
      goodsId,
    ]);
    this.log.info('stock released', { orderId, goodsId, quantity });
  }

  /** Nothing was taken: because it was before, or because it cannot be. */
  private async confirmRepeated(orderId: string, goodsId: string, quantity: number): Promise<void> {
    const earlier = await this.find(this.database, orderId, goodsId);
    if (!earlier) throw await this.reasonNotTaken(goodsId);
    if (earlier.state === RELEASED) throw new ShopError('SHOP_ORDER_CANCELLED');
    if (earlier.goods_number !== quantity) {
      throw new ShopError('SHOP_REQUEST_PARAMETER_INVALID', `quantity: this order holds ${earlier.goods_number}`);
    }
    this.log.info('stock was held already', { orderId, goodsId });
  }

  private async find(tx: SqlSession, orderId: string, goodsId: string): Promise<StockHold | undefined> {
    const [row] = await tx.query<StockHold[]>(
      'SELECT state, goods_number FROM stock_hold WHERE order_id = ? AND goods_id = ?',
      [orderId, goodsId],
    );
    return row;
  }

  private async reasonNotTaken(goodsId: string): Promise<ShopError> {
    const goods = await this.database.query<object[]>('SELECT 1 FROM trade_goods WHERE goods_id = ?', [goodsId]);
    return new ShopError(goods.length === 0 ? 'SHOP_GOODS_NO_EXIST' : 'SHOP_GOODS_NUM_NOT_ENOUGH');
  }
}
