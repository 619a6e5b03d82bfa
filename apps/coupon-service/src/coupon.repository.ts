import { Injectable } from '@nestjs/common';
import type { Coupon } from '@trade/contracts';
import { Database, parseYuan, RowLoader, ShopError } from '@trade/service-kit';

interface CouponRow {
  coupon_id: string;
  user_id: string;
  coupon_price: string;
  is_used: number;
}

const MAX_LISTED = 100;
const LIST_UNUSED = `
  SELECT coupon_id, user_id, coupon_price, is_used FROM trade_coupon
  WHERE user_id = ? AND is_used = 0 ORDER BY coupon_id LIMIT ${MAX_LISTED}`;

@Injectable()
export class CouponRepository {
  private readonly rows: RowLoader<CouponRow>;

  constructor(private readonly database: Database) {
    const select = 'SELECT coupon_id, user_id, coupon_price, is_used FROM trade_coupon WHERE coupon_id IN (?)';
    this.rows = new RowLoader(database, select, 'coupon_id');
  }

  /** @throws {ShopError} SHOP_COUPON_NO_EXIST */
  async get(couponId: string): Promise<Coupon> {
    const row = await this.rows.load(couponId);
    if (!row) throw new ShopError('SHOP_COUPON_NO_EXIST');
    return couponOf(row);
  }

  async listUnused(userId: string): Promise<Coupon[]> {
    return (await this.database.query<CouponRow[]>(LIST_UNUSED, [userId])).map(couponOf);
  }
}

function couponOf(row: CouponRow): Coupon {
  return {
    couponId: row.coupon_id,
    userId: row.user_id,
    valueFen: String(parseYuan(row.coupon_price)),
    used: row.is_used === 1,
  };
}
