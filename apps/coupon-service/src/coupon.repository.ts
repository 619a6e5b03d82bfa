import { Injectable } from '@nestjs/common';
import type { Coupon } from '@trade/contracts';
import { Database, parseYuan, RowLoader, ShopError } from '@trade/service-kit';

interface CouponRow {
  coupon_id: string;
  user_id: string;
  coupon_price: string;
  is_used: number;
}

@Injectable()
export class CouponRepository {
  private readonly rows: RowLoader<CouponRow>;

  constructor(database: Database) {
    const select = 'SELECT coupon_id, user_id, coupon_price, is_used FROM trade_coupon WHERE coupon_id IN (?)';
    this.rows = new RowLoader(database, select, 'coupon_id');
  }

  /** @throws {ShopError} SHOP_COUPON_NO_EXIST */
  async get(couponId: string): Promise<Coupon> {
    const row = await this.rows.load(couponId);
    if (!row) throw new ShopError('SHOP_COUPON_NO_EXIST');
    return {
      couponId: row.coupon_id,
      userId: row.user_id,
      valueFen: String(parseYuan(row.coupon_price)),
      used: row.is_used === 1,
    };
  }
}
