import { grpcServices } from '@trade/contracts';
import { bootService, run } from '@trade/service-kit';
import { goodsSettings } from './config.js';
import { GoodsModule } from './goods.module.js';

run(() =>
  bootService({
    name: 'goods-service',
    settings: goodsSettings,
    module: (config) => GoodsModule.forRoot(config),
    httpPort: (config) => config.GOODS_HTTP_PORT,
    grpc: { contract: grpcServices.goods, port: (config) => config.GOODS_GRPC_PORT },
  }),
);
