import { Module, type DynamicModule } from '@nestjs/common';
import { Inbox, MessagingHealth, MessagingModule } from '@trade/messaging';
import { Health, KitModule, messagingOptions, Peers, showMessages } from '@trade/service-kit';
import type { CouponConfig } from './config.js';
import { CouponUses } from './coupon-uses.js';
import { CouponGrpc } from './coupon.grpc.js';
import { CouponRepository } from './coupon.repository.js';
import { OrderCancelledListener } from './order-cancelled.listener.js';
import { ORDER_FACTS } from './order-facts.js';

@Module({})
export class CouponModule {
  constructor(health: Health, messaging: MessagingHealth, inbox: Inbox) {
    health.show('messaging', () => messaging.listenersReady);
    showMessages(messaging, inbox);
  }

  static forRoot(config: CouponConfig): DynamicModule {
    return {
      module: CouponModule,
      imports: [
        KitModule.forRoot({
          peers: new Peers(config),
          orderFacts: ORDER_FACTS,
          database: {
            schema: 'trade_coupon',
            url: config.DATABASE_URL,
            tlsCaFile: config.DATABASE_TLS_CA_FILE,
            poolSize: config.DATABASE_POOL_SIZE,
            entities: [],
          },
        }),
        MessagingModule.forRootAsync(messagingOptions(config)),
      ],
      controllers: [CouponGrpc],
      providers: [CouponRepository, CouponUses, OrderCancelledListener],
    };
  }
}
