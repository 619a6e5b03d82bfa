// Original file: proto/coupon.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Coupon as _trade_coupon_v1_Coupon, Coupon__Output as _trade_coupon_v1_Coupon__Output } from '../../../trade/coupon/v1/Coupon.js';
import type { GetCouponRequest as _trade_coupon_v1_GetCouponRequest, GetCouponRequest__Output as _trade_coupon_v1_GetCouponRequest__Output } from '../../../trade/coupon/v1/GetCouponRequest.js';
import type { ListUnusedCouponsRequest as _trade_coupon_v1_ListUnusedCouponsRequest, ListUnusedCouponsRequest__Output as _trade_coupon_v1_ListUnusedCouponsRequest__Output } from '../../../trade/coupon/v1/ListUnusedCouponsRequest.js';
import type { ListUnusedCouponsResponse as _trade_coupon_v1_ListUnusedCouponsResponse, ListUnusedCouponsResponse__Output as _trade_coupon_v1_ListUnusedCouponsResponse__Output } from '../../../trade/coupon/v1/ListUnusedCouponsResponse.js';
import type { UseCouponRequest as _trade_coupon_v1_UseCouponRequest, UseCouponRequest__Output as _trade_coupon_v1_UseCouponRequest__Output } from '../../../trade/coupon/v1/UseCouponRequest.js';
import type { UseCouponResponse as _trade_coupon_v1_UseCouponResponse, UseCouponResponse__Output as _trade_coupon_v1_UseCouponResponse__Output } from '../../../trade/coupon/v1/UseCouponResponse.js';

export interface CouponServiceClient extends grpc.Client {
  GetCoupon(argument: _trade_coupon_v1_GetCouponRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_Coupon__Output>): grpc.ClientUnaryCall;
  GetCoupon(argument: _trade_coupon_v1_GetCouponRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_coupon_v1_Coupon__Output>): grpc.ClientUnaryCall;
  GetCoupon(argument: _trade_coupon_v1_GetCouponRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_Coupon__Output>): grpc.ClientUnaryCall;
  GetCoupon(argument: _trade_coupon_v1_GetCouponRequest, callback: grpc.requestCallback<_trade_coupon_v1_Coupon__Output>): grpc.ClientUnaryCall;
  getCoupon(argument: _trade_coupon_v1_GetCouponRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_Coupon__Output>): grpc.ClientUnaryCall;
  getCoupon(argument: _trade_coupon_v1_GetCouponRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_coupon_v1_Coupon__Output>): grpc.ClientUnaryCall;
  getCoupon(argument: _trade_coupon_v1_GetCouponRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_Coupon__Output>): grpc.ClientUnaryCall;
  getCoupon(argument: _trade_coupon_v1_GetCouponRequest, callback: grpc.requestCallback<_trade_coupon_v1_Coupon__Output>): grpc.ClientUnaryCall;
  
  ListUnusedCoupons(argument: _trade_coupon_v1_ListUnusedCouponsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_ListUnusedCouponsResponse__Output>): grpc.ClientUnaryCall;
  ListUnusedCoupons(argument: _trade_coupon_v1_ListUnusedCouponsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_coupon_v1_ListUnusedCouponsResponse__Output>): grpc.ClientUnaryCall;
  ListUnusedCoupons(argument: _trade_coupon_v1_ListUnusedCouponsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_ListUnusedCouponsResponse__Output>): grpc.ClientUnaryCall;
  ListUnusedCoupons(argument: _trade_coupon_v1_ListUnusedCouponsRequest, callback: grpc.requestCallback<_trade_coupon_v1_ListUnusedCouponsResponse__Output>): grpc.ClientUnaryCall;
  listUnusedCoupons(argument: _trade_coupon_v1_ListUnusedCouponsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_ListUnusedCouponsResponse__Output>): grpc.ClientUnaryCall;
  listUnusedCoupons(argument: _trade_coupon_v1_ListUnusedCouponsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_coupon_v1_ListUnusedCouponsResponse__Output>): grpc.ClientUnaryCall;
  listUnusedCoupons(argument: _trade_coupon_v1_ListUnusedCouponsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_ListUnusedCouponsResponse__Output>): grpc.ClientUnaryCall;
  listUnusedCoupons(argument: _trade_coupon_v1_ListUnusedCouponsRequest, callback: grpc.requestCallback<_trade_coupon_v1_ListUnusedCouponsResponse__Output>): grpc.ClientUnaryCall;
  
  UseCoupon(argument: _trade_coupon_v1_UseCouponRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_UseCouponResponse__Output>): grpc.ClientUnaryCall;
  UseCoupon(argument: _trade_coupon_v1_UseCouponRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_coupon_v1_UseCouponResponse__Output>): grpc.ClientUnaryCall;
  UseCoupon(argument: _trade_coupon_v1_UseCouponRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_UseCouponResponse__Output>): grpc.ClientUnaryCall;
  UseCoupon(argument: _trade_coupon_v1_UseCouponRequest, callback: grpc.requestCallback<_trade_coupon_v1_UseCouponResponse__Output>): grpc.ClientUnaryCall;
  useCoupon(argument: _trade_coupon_v1_UseCouponRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_UseCouponResponse__Output>): grpc.ClientUnaryCall;
  useCoupon(argument: _trade_coupon_v1_UseCouponRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trade_coupon_v1_UseCouponResponse__Output>): grpc.ClientUnaryCall;
  useCoupon(argument: _trade_coupon_v1_UseCouponRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trade_coupon_v1_UseCouponResponse__Output>): grpc.ClientUnaryCall;
  useCoupon(argument: _trade_coupon_v1_UseCouponRequest, callback: grpc.requestCallback<_trade_coupon_v1_UseCouponResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface CouponServiceHandlers extends grpc.UntypedServiceImplementation {
  GetCoupon: grpc.handleUnaryCall<_trade_coupon_v1_GetCouponRequest__Output, _trade_coupon_v1_Coupon>;
  
  ListUnusedCoupons: grpc.handleUnaryCall<_trade_coupon_v1_ListUnusedCouponsRequest__Output, _trade_coupon_v1_ListUnusedCouponsResponse>;
  
  UseCoupon: grpc.handleUnaryCall<_trade_coupon_v1_UseCouponRequest__Output, _trade_coupon_v1_UseCouponResponse>;
  
}

export interface CouponServiceDefinition extends grpc.ServiceDefinition {
  GetCoupon: MethodDefinition<_trade_coupon_v1_GetCouponRequest, _trade_coupon_v1_Coupon, _trade_coupon_v1_GetCouponRequest__Output, _trade_coupon_v1_Coupon__Output>
  ListUnusedCoupons: MethodDefinition<_trade_coupon_v1_ListUnusedCouponsRequest, _trade_coupon_v1_ListUnusedCouponsResponse, _trade_coupon_v1_ListUnusedCouponsRequest__Output, _trade_coupon_v1_ListUnusedCouponsResponse__Output>
  UseCoupon: MethodDefinition<_trade_coupon_v1_UseCouponRequest, _trade_coupon_v1_UseCouponResponse, _trade_coupon_v1_UseCouponRequest__Output, _trade_coupon_v1_UseCouponResponse__Output>
}
