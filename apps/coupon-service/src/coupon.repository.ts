import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Coupon } from '@trade/contracts';
import { parseYuan, ShopError } from '@trade/service-kit';
import { DataSource } from 'typeorm';

interface CouponRow {
  coupon_id: string;
  user_id: string;
  coupon_price: string;
  is_used: number;
}

@Injectable()
export class CouponRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @throws {ShopError} SHOP_COUPON_NO_EXIST */
  async get(couponId: string): Promise<Coupon> {
    const [row] = await this.dataSource.query<CouponRow[]>(
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
