import { fileURLToPath } from 'node:url';
import type { BatchServiceDefinition } from './generated/trade/batch/v1/BatchService.js';
import type { CouponServiceDefinition } from './generated/trade/coupon/v1/CouponService.js';
import type { FaultServiceDefinition } from './generated/trade/fault/v1/FaultService.js';
import type { GoodsServiceDefinition } from './generated/trade/goods/v1/GoodsService.js';
import type { OrderServiceDefinition } from './generated/trade/order/v1/OrderService.js';
import type { PayServiceDefinition } from './generated/trade/pay/v1/PayService.js';
import type { TimelineServiceDefinition } from './generated/trade/timeline/v1/TimelineService.js';
import type { UserServiceDefinition } from './generated/trade/user/v1/UserService.js';

/** Where a gRPC service is declared, and (as a type only) what it takes and answers. */
export interface GrpcServiceContract<Definition> {
  readonly protoPath: string;
  /** Package of the .proto, e.g. `trade.goods.v1`. */
  readonly packageName: string;
  readonly serviceName: string;
  /** Calls that may be sent again after a transient failure: reads, and writes with a fence. */
  readonly idempotentCalls: readonly string[];
  /** Never set: it carries the type to the client factory. */
  readonly definition?: Definition;
}

/** How every client and server reads the .proto files: 64-bit integers are strings, absent fields have their default. */
export const protoLoaderOptions = {
  keepCase: false,
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
} as const;

function declare<Definition>(
  name: string,
  serviceName: string,
  idempotentCalls: string[],
): GrpcServiceContract<Definition> {
  return {
    protoPath: fileURLToPath(new URL(`../proto/${name}.proto`, import.meta.url)),
    packageName: `trade.${name}.v1`,
    serviceName,
    idempotentCalls,
  };
}

export const grpcServices = {
  goods: declare<GoodsServiceDefinition>('goods', 'GoodsService', ['GetGoods', 'ListGoods', 'HoldStock']),
  coupon: declare<CouponServiceDefinition>('coupon', 'CouponService', ['GetCoupon', 'ListUnusedCoupons', 'UseCoupon']),
  user: declare<UserServiceDefinition>('user', 'UserService', ['GetUser', 'PayFromBalance']),
  order: declare<OrderServiceDefinition>('order', 'OrderService', ['GetOrder']),
  pay: declare<PayServiceDefinition>('pay', 'PayService', ['GetPayment']),
};

/** Every server serves it beside its own service. */
export const batchService = declare<BatchServiceDefinition>('batch', 'BatchService', []);
/** The same. */
export const timelineService = declare<TimelineServiceDefinition>('timeline', 'TimelineService', ['GetOrderEvents']);
/** The same, but never in production. */
export const faultService = declare<FaultServiceDefinition>('fault', 'FaultService', []);
