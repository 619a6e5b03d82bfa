import { Injectable } from '@nestjs/common';
import type { Coupon } from '@trade/contracts';
import { Database, parseYuan, ShopError } from '@trade/service-kit';

interface CouponRow {
  coupon_id: string;
  user_id: string;
  coupon_price: string;
  is_used: number;
}

@Injectable()
export class CouponRepository {
  constructor(private readonly database: Database) {}

  /** @throws {ShopError} SHOP_COUPON_NO_EXIST */
  async get(couponId: string): Promise<Coupon> {
    const [row] = await this.database.query<CouponRow[]>(
      'SELECT coupon_id, user_id, coupon_price, is_used FROM trade_coupon WHERE coupon_id = ?',
      [couponId],
    );
    if (!row) throw new ShopError('SHOP_COUPON_NO_EXIST');
    return {
      couponId: row.coupon_id,
      userId: row.user_id,
      valueFen: String(parseYuan(row.coupon_price)),
      used: row.is_used === 1,
    };
  }
}
