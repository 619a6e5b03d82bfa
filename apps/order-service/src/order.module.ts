import { Module, type DynamicModule } from '@nestjs/common';
import { Inbox, MessagingHealth, MessagingModule } from '@trade/messaging';
import { Outbox, OutboxModule } from '@trade/outbox';
import {
  AccessTokens,
  Database,
  ForgetOldRequestsJob,
  Health,
  IdempotentRequests,
  idWorkers,
  KitModule,
  messagingOptions,
  Peers,
  showMessages,
} from '@trade/service-kit';
import { AccountController } from './account.controller.js';
import { CancelOrder } from './cancel-order.js';
import { CancelStuckOrdersJob } from './cancel-stuck-orders.job.js';
import { ORDER_CONFIG, type OrderConfig } from './config.js';
import { ConfirmOrderSaga } from './confirm-order.saga.js';
import { EndOrder } from './end-order.js';
import { GoodsController } from './goods.controller.js';
import { LoginController } from './login.controller.js';
import { OrderCancelledListener } from './order-cancelled.listener.js';
import { OrderUnpaidListener } from './order-unpaid.listener.js';
import { OrderController } from './order.controller.js';
import { Order } from './order.entity.js';
import { OrderGrpc } from './order.grpc.js';
import { OrderRepository } from './order.repository.js';
import { OrderTimeline } from './order-timeline.js';
import { Participants } from './participants.js';
import { BreakThings } from './sandbox/break-things.js';
import { hasSandbox } from './sandbox/has-sandbox.js';
import { PaymentPlatform } from './sandbox/payment-platform.js';
import { SandboxController } from './sandbox/sandbox.controller.js';
import { PaymentSucceededListener } from './payment-succeeded.listener.js';
import { ORDER_FACTS } from './order-facts.js';

@Module({})
export class OrderModule {
  constructor(health: Health, messaging: MessagingHealth, inbox: Inbox, outbox: Outbox) {
    health.show('messaging', () => messaging.listenersReady);
    showMessages(messaging, inbox, outbox);
  }

  static forRoot(config: OrderConfig): DynamicModule {
    return {
      module: OrderModule,
      imports: [
        KitModule.forRoot({
          peers: new Peers(config),
          orderFacts: ORDER_FACTS,
          database: {
            schema: 'trade_order',
            url: config.DATABASE_URL,
            tlsCaFile: config.DATABASE_TLS_CA_FILE,
            poolSize: config.DATABASE_POOL_SIZE,
            entities: [Order],
          },
          idWorkers: idWorkers.order,
        }),
        MessagingModule.forRootAsync(messagingOptions(config)),
        OutboxModule.forRootAsync({
          inject: [Database],
          useFactory: (database: Database) => ({ producerGroup: 'orderProducerGroup', transactions: database }),
        }),
      ],
      controllers: [
        ...[LoginController, GoodsController, AccountController, OrderController, OrderGrpc],
        ...(hasSandbox(config) ? [SandboxController] : []),
      ],
      providers: [
        { provide: ORDER_CONFIG, useValue: config },
        { provide: AccessTokens, useFactory: () => new AccessTokens(config.JWT_SECRET, config.JWT_AUDIENCE) },
        Participants,
        OrderRepository,
        OrderTimeline,
        ConfirmOrderSaga,
        CancelOrder,
        EndOrder,
        CancelStuckOrdersJob,
        OrderCancelledListener,
        OrderUnpaidListener,
        PaymentSucceededListener,
        IdempotentRequests,
        ForgetOldRequestsJob,
        ...(hasSandbox(config) ? [PaymentPlatform, BreakThings] : []),
      ],
    };
  }
}
