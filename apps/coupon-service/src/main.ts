import { grpcServices } from '@trade/contracts';
import { bootService, run } from '@trade/service-kit';
import { couponSettings } from './config.js';
import { CouponModule } from './coupon.module.js';

run(() =>
  bootService({
    name: 'coupon-service',
    settings: couponSettings,
    module: (config) => CouponModule.forRoot(config),
    httpPort: (config) => config.COUPON_HTTP_PORT,
    grpc: { contract: grpcServices.coupon, port: (config) => config.COUPON_GRPC_PORT },
  }),
);
