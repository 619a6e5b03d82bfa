import { Module, type DynamicModule } from '@nestjs/common';
import { KitModule } from '@trade/service-kit';
import type { GoodsConfig } from './config.js';
import { GoodsGrpc } from './goods.grpc.js';
import { GoodsRepository } from './goods.repository.js';
import { StockHolds } from './stock-holds.js';

@Module({})
export class GoodsModule {
  static forRoot(config: GoodsConfig): DynamicModule {
    return {
      module: GoodsModule,
      imports: [
        KitModule.forRoot({
          database: { url: config.DATABASE_URL, poolSize: config.DATABASE_POOL_SIZE, entities: [] },
        }),
      ],
      controllers: [GoodsGrpc],
      providers: [GoodsRepository, StockHolds],
    };
  }
}
