import { Module, type DynamicModule } from '@nestjs/common';
import { Inbox, MessagingHealth, MessagingModule } from '@trade/messaging';
import { Health, KitModule, messagingOptions, Peers, showMessages } from '@trade/service-kit';
import type { GoodsConfig } from './config.js';
import { GoodsGrpc } from './goods.grpc.js';
import { GoodsRepository } from './goods.repository.js';
import { OrderCancelledListener } from './order-cancelled.listener.js';
import { StockHolds } from './stock-holds.js';
import { ORDER_FACTS } from './order-facts.js';

@Module({})
export class GoodsModule {
  constructor(health: Health, messaging: MessagingHealth, inbox: Inbox) {
    health.show('messaging', () => messaging.listenersReady);
    showMessages(messaging, inbox);
  }

  static forRoot(config: GoodsConfig): DynamicModule {
    return {
      module: GoodsModule,
      imports: [
        KitModule.forRoot({
          peers: new Peers(config),
          orderFacts: ORDER_FACTS,
          database: {
            schema: 'trade_goods',
            url: config.DATABASE_URL,
            tlsCaFile: config.DATABASE_TLS_CA_FILE,
            poolSize: config.DATABASE_POOL_SIZE,
            entities: [],
          },
        }),
        MessagingModule.forRootAsync(messagingOptions(config)),
      ],
      controllers: [GoodsGrpc],
      providers: [GoodsRepository, StockHolds, OrderCancelledListener],
    };
  }
}
