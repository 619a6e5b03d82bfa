import { port, type ServiceConfig } from '@trade/service-kit';

export const goodsSettings = {
  GOODS_HTTP_PORT: port(8083),
  GOODS_GRPC_PORT: port(50053),
};

export type GoodsConfig = ServiceConfig<typeof goodsSettings>;
