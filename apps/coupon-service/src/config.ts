import { port, type ServiceConfig } from '@trade/service-kit';

export const couponSettings = {
  COUPON_HTTP_PORT: port(8084),
  COUPON_GRPC_PORT: port(50054),
};

export type CouponConfig = ServiceConfig<typeof couponSettings>;
