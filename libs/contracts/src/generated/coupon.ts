import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Coupon as _trade_coupon_v1_Coupon, Coupon__Output as _trade_coupon_v1_Coupon__Output } from './trade/coupon/v1/Coupon.js';
import type { CouponServiceClient as _trade_coupon_v1_CouponServiceClient, CouponServiceDefinition as _trade_coupon_v1_CouponServiceDefinition } from './trade/coupon/v1/CouponService.js';
import type { GetCouponRequest as _trade_coupon_v1_GetCouponRequest, GetCouponRequest__Output as _trade_coupon_v1_GetCouponRequest__Output } from './trade/coupon/v1/GetCouponRequest.js';
import type { ListUnusedCouponsRequest as _trade_coupon_v1_ListUnusedCouponsRequest, ListUnusedCouponsRequest__Output as _trade_coupon_v1_ListUnusedCouponsRequest__Output } from './trade/coupon/v1/ListUnusedCouponsRequest.js';
import type { ListUnusedCouponsResponse as _trade_coupon_v1_ListUnusedCouponsResponse, ListUnusedCouponsResponse__Output as _trade_coupon_v1_ListUnusedCouponsResponse__Output } from './trade/coupon/v1/ListUnusedCouponsResponse.js';
import type { UseCouponRequest as _trade_coupon_v1_UseCouponRequest, UseCouponRequest__Output as _trade_coupon_v1_UseCouponRequest__Output } from './trade/coupon/v1/UseCouponRequest.js';
import type { UseCouponResponse as _trade_coupon_v1_UseCouponResponse, UseCouponResponse__Output as _trade_coupon_v1_UseCouponResponse__Output } from './trade/coupon/v1/UseCouponResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  trade: {
    coupon: {
      v1: {
        Coupon: MessageTypeDefinition<_trade_coupon_v1_Coupon, _trade_coupon_v1_Coupon__Output>
        CouponService: SubtypeConstructor<typeof grpc.Client, _trade_coupon_v1_CouponServiceClient> & { service: _trade_coupon_v1_CouponServiceDefinition }
        GetCouponRequest: MessageTypeDefinition<_trade_coupon_v1_GetCouponRequest, _trade_coupon_v1_GetCouponRequest__Output>
        ListUnusedCouponsRequest: MessageTypeDefinition<_trade_coupon_v1_ListUnusedCouponsRequest, _trade_coupon_v1_ListUnusedCouponsRequest__Output>
        ListUnusedCouponsResponse: MessageTypeDefinition<_trade_coupon_v1_ListUnusedCouponsResponse, _trade_coupon_v1_ListUnusedCouponsResponse__Output>
        UseCouponRequest: MessageTypeDefinition<_trade_coupon_v1_UseCouponRequest, _trade_coupon_v1_UseCouponRequest__Output>
        UseCouponResponse: MessageTypeDefinition<_trade_coupon_v1_UseCouponResponse, _trade_coupon_v1_UseCouponResponse__Output>
      }
    }
  }
}

