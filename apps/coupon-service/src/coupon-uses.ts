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

const USED = 1;
const GIVEN_BACK = 2;

/**
 * Coupons used by orders. Row coupon_use(order, coupon) is the fence: whoever inserts it first decides.
 *
 *     row         use                          give back
 *     none        mark as used → used          tombstone → given back
 *     used        done already                 unmark → given back
 *     given back  refused: order cancelled     done already
 */
@Injectable()
export class CouponUses {
  private readonly log = new Log(CouponUses.name);

  constructor(private readonly database: Database) {}

  /**
   * Do, in one round trip.
   * @throws {ShopError} SHOP_COUPON_NO_EXIST, SHOP_COUPON_NOT_OWNED, SHOP_COUPON_ISUSED; SHOP_ORDER_CANCELLED when it
   * was given back first; SHOP_REQUEST_PARAMETER_INVALID when this order uses it for another user
   */
  async use(orderId: string, couponId: string, userId: string): Promise<void> {
    const used = await doOnce(this.database, couponId, [
      [
        `UPDATE trade_coupon SET is_used = 1, order_id = ?, used_time = CURRENT_TIMESTAMP(3)
         WHERE coupon_id = ? AND user_id = ? AND is_used = 0`,
        [orderId, couponId, userId],
      ],
      [
        `INSERT INTO coupon_use (order_id, coupon_id, user_id, state) VALUES (${IF_ONE_CHANGED}, ?, ?, ?)`,
        [orderId, couponId, userId, USED],
      ],
    ]);
    if (used) this.log.info('coupon used', { orderId, couponId });
    else await this.confirmRepeated(orderId, couponId, userId);
  }

  /** Undo, as part of the caller's transaction. Another order's use of the coupon stays. */
  async giveBack(tx: SqlSession, orderId: string, couponId: string, userId: string): Promise<void> {
    const notUsed = await insertIfNew(
      tx,
      'INSERT INTO coupon_use (order_id, coupon_id, user_id, state) VALUES (?, ?, ?, ?)',
      [orderId, couponId, userId, GIVEN_BACK],
    );
    if (notUsed) {
      this.log.info('order cancelled before it used its coupon', { orderId, couponId });
      return;
    }
    const wasUsed = await rowsMatched(
      tx,
      `UPDATE coupon_use SET state = ?, update_time = CURRENT_TIMESTAMP(3)
       WHERE order_id = ? AND coupon_id = ? AND state = ?`,
      [GIVEN_BACK, orderId, couponId, USED],
    );
    if (wasUsed === 0) return;
    await updateOne(
      tx,
      'UPDATE trade_coupon SET is_used = 0, order_id = NULL, used_time = NULL WHERE coupon_id = ? AND order_id = ?',
      [couponId, orderId],
    );
    this.log.info('coupon given back', { orderId, couponId });
  }

  /** Nothing was marked: because it was before, or because it cannot be. */
  private async confirmRepeated(orderId: string, couponId: string, userId: string): Promise<void> {
    const [earlier] = await this.database.query<{ state: number; user_id: string }[]>(
      'SELECT state, user_id FROM coupon_use WHERE order_id = ? AND coupon_id = ?',
      [orderId, couponId],
    );
    if (!earlier) throw await this.reasonNotMarked(couponId, userId);
    if (earlier.state === GIVEN_BACK) throw new ShopError('SHOP_ORDER_CANCELLED');
    if (earlier.user_id !== userId) {
      throw new ShopError('SHOP_REQUEST_PARAMETER_INVALID', 'userId: this order uses the coupon for another user');
    }
    this.log.info('coupon was used already', { orderId, couponId });
  }

  private async reasonNotMarked(couponId: string, userId: string): Promise<ShopError> {
    const [coupon] = await this.database.query<{ user_id: string }[]>(
      'SELECT user_id FROM trade_coupon WHERE coupon_id = ?',
      [couponId],
    );
    if (!coupon) return new ShopError('SHOP_COUPON_NO_EXIST');
    return new ShopError(coupon.user_id === userId ? 'SHOP_COUPON_ISUSED' : 'SHOP_COUPON_NOT_OWNED');
  }
}
