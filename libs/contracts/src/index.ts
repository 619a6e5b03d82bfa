export {
  batchService,
  faultService,
  grpcServices,
  protoLoaderOptions,
  timelineService,
  type GrpcServiceContract,
} from './grpc-services.js';
export { isShopCode, shopCodes, type ShopCode, type ShopCodeMeaning } from './shop-code.js';
export {
  consumerGroups,
  messages,
  topics,
  type OrderCancelled,
  type OrderConfirmed,
  type OrderUnpaid,
  type PaymentRefused,
  type PaymentSucceeded,
  type TopicContract,
} from './topics.js';
export type { Answer, Answer__Output } from './generated/trade/batch/v1/Answer.js';
export type { Answers, Answers__Output } from './generated/trade/batch/v1/Answers.js';
export type { Call, Call__Output } from './generated/trade/batch/v1/Call.js';
export type { Calls, Calls__Output } from './generated/trade/batch/v1/Calls.js';
export type { Coupon__Output as Coupon } from './generated/trade/coupon/v1/Coupon.js';
export type { GetCouponRequest__Output as GetCouponRequest } from './generated/trade/coupon/v1/GetCouponRequest.js';
export type { ListUnusedCouponsRequest__Output as ListUnusedCouponsRequest } from './generated/trade/coupon/v1/ListUnusedCouponsRequest.js';
export type { ListUnusedCouponsResponse__Output as ListUnusedCouponsResponse } from './generated/trade/coupon/v1/ListUnusedCouponsResponse.js';
export type { UseCouponRequest__Output as UseCouponRequest } from './generated/trade/coupon/v1/UseCouponRequest.js';
export type { GetGoodsRequest__Output as GetGoodsRequest } from './generated/trade/goods/v1/GetGoodsRequest.js';
export type { Goods__Output as Goods } from './generated/trade/goods/v1/Goods.js';
export type { HoldStockRequest__Output as HoldStockRequest } from './generated/trade/goods/v1/HoldStockRequest.js';
export type { ListGoodsRequest__Output as ListGoodsRequest } from './generated/trade/goods/v1/ListGoodsRequest.js';
export type { ListGoodsResponse__Output as ListGoodsResponse } from './generated/trade/goods/v1/ListGoodsResponse.js';
export type { GetOrderRequest__Output as GetOrderRequest } from './generated/trade/order/v1/GetOrderRequest.js';
export type { Order__Output as OrderOverview } from './generated/trade/order/v1/Order.js';
export type { GetPaymentRequest__Output as GetPaymentRequest } from './generated/trade/pay/v1/GetPaymentRequest.js';
export type { Payment__Output as PaymentOverview } from './generated/trade/pay/v1/Payment.js';
export type { CheckPasswordRequest__Output as CheckPasswordRequest } from './generated/trade/user/v1/CheckPasswordRequest.js';
export type { CheckPasswordResponse } from './generated/trade/user/v1/CheckPasswordResponse.js';
export type { GetUserRequest__Output as GetUserRequest } from './generated/trade/user/v1/GetUserRequest.js';
export type { PayFromBalanceRequest__Output as PayFromBalanceRequest } from './generated/trade/user/v1/PayFromBalanceRequest.js';
export type { User__Output as User } from './generated/trade/user/v1/User.js';
export type { GetOrderEventsRequest__Output as GetOrderEventsRequest } from './generated/trade/timeline/v1/GetOrderEventsRequest.js';
export type { OrderEvent__Output as OrderEventRecord } from './generated/trade/timeline/v1/OrderEvent.js';
export type { OrderEvents__Output as OrderEvents } from './generated/trade/timeline/v1/OrderEvents.js';
export type { ArmRequest__Output as ArmRequest } from './generated/trade/fault/v1/ArmRequest.js';
