import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  Coupon,
  GetCouponRequest,
  ListUnusedCouponsRequest,
  ListUnusedCouponsResponse,
  UseCouponRequest,
} from '@trade/contracts';
import { requirePositive } from '@trade/service-kit';
import { CouponUses } from './coupon-uses.js';
import { CouponRepository } from './coupon.repository.js';

@Controller()
export class CouponGrpc {
  constructor(
    private readonly coupons: CouponRepository,
    private readonly couponUses: CouponUses,
  ) {}

  @GrpcMethod('CouponService', 'GetCoupon')
  async getCoupon({ couponId }: GetCouponRequest): Promise<Coupon> {
    requirePositive({ couponId });
    return this.coupons.get(couponId);
  }

  @GrpcMethod('CouponService', 'ListUnusedCoupons')
  async listUnusedCoupons({ userId }: ListUnusedCouponsRequest): Promise<ListUnusedCouponsResponse> {
    requirePositive({ userId });
    return { coupons: await this.coupons.listUnused(userId) };
  }

  @GrpcMethod('CouponService', 'UseCoupon')
  async useCoupon({ orderId, couponId, userId }: UseCouponRequest): Promise<object> {
    requirePositive({ orderId, couponId, userId });
    await this.couponUses.use(orderId, couponId, userId);
    return {};
  }
}
