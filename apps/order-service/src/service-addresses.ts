import type { OrderConfig } from './config.js';

export type ServiceName = 'order' | 'pay' | 'goods' | 'coupon' | 'user';

/** Where the gRPC doors of all services are, this one's included. */
export function serviceAddresses(config: OrderConfig): Record<ServiceName, string> {
  const host = config.BIND_HOST === '0.0.0.0' ? '127.0.0.1' : config.BIND_HOST;
  return {
    order: `${host}:${config.ORDER_GRPC_PORT}`,
    pay: config.PAY_GRPC_ADDRESS,
    goods: config.GOODS_GRPC_ADDRESS,
    coupon: config.COUPON_GRPC_ADDRESS,
    user: config.USER_GRPC_ADDRESS,
  };
}
