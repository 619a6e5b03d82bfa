import { Module, type DynamicModule } from '@nestjs/common';
import { Inbox, MessagingHealth, MessagingModule } from '@trade/messaging';
import { Health, KitModule, messagingOptions, Peers, showMessages } from '@trade/service-kit';
import { BalancePayments } from './balance-payments.js';
import type { UserConfig } from './config.js';
import { OrderCancelledListener } from './order-cancelled.listener.js';
import { Passwords } from './passwords.js';
import { PaymentRefusedListener } from './payment-refused.listener.js';
import { PaymentSucceededListener } from './payment-succeeded.listener.js';
import { ScoreCredits } from './score-credits.js';
import { UserGrpc } from './user.grpc.js';
import { UserRepository } from './user.repository.js';
import { ORDER_FACTS } from './order-facts.js';

@Module({})
export class UserModule {
  constructor(health: Health, messaging: MessagingHealth, inbox: Inbox) {
    health.show('messaging', () => messaging.listenersReady);
    showMessages(messaging, inbox);
  }

  static forRoot(config: UserConfig): DynamicModule {
    return {
      module: UserModule,
      imports: [
        KitModule.forRoot({
          peers: new Peers(config),
          orderFacts: ORDER_FACTS,
          database: {
            schema: 'trade_user',
            url: config.DATABASE_URL,
            tlsCaFile: config.DATABASE_TLS_CA_FILE,
            poolSize: config.DATABASE_POOL_SIZE,
            entities: [],
          },
        }),
        MessagingModule.forRootAsync(messagingOptions(config)),
      ],
      controllers: [UserGrpc],
      providers: [
        UserRepository,
        Passwords,
        BalancePayments,
        ScoreCredits,
        OrderCancelledListener,
        PaymentSucceededListener,
        PaymentRefusedListener,
      ],
    };
  }
}
