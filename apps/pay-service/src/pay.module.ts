import { Module, type DynamicModule } from '@nestjs/common';
import { grpcServices } from '@trade/contracts';
import { Inbox, MessagingHealth, MessagingModule } from '@trade/messaging';
import { Outbox, OutboxModule } from '@trade/outbox';
import {
  Database,
  ForgetOldRequestsJob,
  GrpcClientFactory,
  Health,
  IdempotentRequests,
  IdGenerator,
  idWorkers,
  KitModule,
  messagingOptions,
  Peers,
  showMessages,
} from '@trade/service-kit';
import { CallbackSignature } from './callback-signature.js';
import type { PayConfig } from './config.js';
import { CreatePayment } from './create-payment.js';
import { PayController } from './pay.controller.js';
import { Payment } from './pay.entity.js';
import { PayGrpc } from './pay.grpc.js';
import { PayRepository } from './pay.repository.js';
import { PaymentLogListener } from './payment-log.listener.js';
import { PaymentRefusedListener } from './payment-refused.listener.js';
import { TakePaymentCallback } from './take-payment-callback.js';
import { ORDER_FACTS } from './order-facts.js';

@Module({})
export class PayModule {
  static forRoot(config: PayConfig): DynamicModule {
    const createPayment = (
      clients: GrpcClientFactory,
      payments: PayRepository,
      ids: IdGenerator,
      idempotentRequests: IdempotentRequests,
    ): CreatePayment => {
      const orders = clients.connect(grpcServices.order, config.ORDER_GRPC_ADDRESS, {
        deadlineMs: config.RPC_DEADLINE_MS,
      });
      return new CreatePayment(orders, payments, ids, idempotentRequests);
    };
    return {
      module: PayModule,
      imports: [
        KitModule.forRoot({
          peers: new Peers(config),
          orderFacts: ORDER_FACTS,
          database: {
            schema: 'trade_pay',
            url: config.DATABASE_URL,
            tlsCaFile: config.DATABASE_TLS_CA_FILE,
            poolSize: config.DATABASE_POOL_SIZE,
            entities: [Payment],
          },
          idWorkers: idWorkers.pay,
        }),
        MessagingModule.forRootAsync(messagingOptions(config)),
        OutboxModule.forRootAsync({
          inject: [Database],
          useFactory: (database: Database) => ({ producerGroup: 'payProducerGroup', transactions: database }),
        }),
      ],
      controllers: [PayController, PayGrpc],
      providers: [
        PayRepository,
        {
          provide: CreatePayment,
          inject: [GrpcClientFactory, PayRepository, IdGenerator, IdempotentRequests],
          useFactory: createPayment,
        },
        { provide: CallbackSignature, useFactory: () => new CallbackSignature(config.PAY_CALLBACK_SECRET) },
        TakePaymentCallback,
        PaymentLogListener,
        PaymentRefusedListener,
        IdempotentRequests,
        ForgetOldRequestsJob,
      ],
    };
  }

  constructor(health: Health, messaging: MessagingHealth, inbox: Inbox, outbox: Outbox) {
    health.show('messaging', () => ({ producer: messaging.producerReady, listeners: messaging.listenersReady }));
    showMessages(messaging, inbox, outbox);
  }
}
