import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { Inbox, Publisher } from '@trade/messaging';
import { Outbox } from '@trade/outbox';
import { Database, GrpcClientFactory, IdempotentRequests, IdGenerator, Peers } from '@trade/service-kit';
import type { SchemaName } from '@trade/testing';
import { Breaker } from '../../../../libs/service-kit/src/grpc/breaker.js';
import { CallBatcher } from '../../../../libs/service-kit/src/grpc/call-batcher.js';
import { JoinedTransactions } from '../../../../libs/service-kit/src/database/joined-transactions.js';
import { configureLogging } from '../../../../libs/service-kit/src/logging.js';
import { CouponGrpc } from '../../../coupon-service/src/coupon.grpc.js';
import { CouponRepository } from '../../../coupon-service/src/coupon.repository.js';
import { CouponUses } from '../../../coupon-service/src/coupon-uses.js';
import { OrderCancelledListener as CouponOrderCancelled } from '../../../coupon-service/src/order-cancelled.listener.js';
import { GoodsGrpc } from '../../../goods-service/src/goods.grpc.js';
import { GoodsRepository } from '../../../goods-service/src/goods.repository.js';
import { OrderCancelledListener as GoodsOrderCancelled } from '../../../goods-service/src/order-cancelled.listener.js';
import { StockHolds } from '../../../goods-service/src/stock-holds.js';
import { CancelOrder } from '../../../order-service/src/cancel-order.js';
import { CancelStuckOrdersJob } from '../../../order-service/src/cancel-stuck-orders.job.js';
import type { OrderConfig } from '../../../order-service/src/config.js';
import { ConfirmOrderSaga } from '../../../order-service/src/confirm-order.saga.js';
import { EndOrder } from '../../../order-service/src/end-order.js';
import { OrderCancelledListener } from '../../../order-service/src/order-cancelled.listener.js';
import { OrderUnpaidListener } from '../../../order-service/src/order-unpaid.listener.js';
import { OrderController } from '../../../order-service/src/order.controller.js';
import { Order } from '../../../order-service/src/order.entity.js';
import { OrderGrpc } from '../../../order-service/src/order.grpc.js';
import { OrderRepository } from '../../../order-service/src/order.repository.js';
import { Participants } from '../../../order-service/src/participants.js';
import { PaymentSucceededListener } from '../../../order-service/src/payment-succeeded.listener.js';
import { CreatePayment } from '../../../pay-service/src/create-payment.js';
import { Payment } from '../../../pay-service/src/pay.entity.js';
import { PayRepository } from '../../../pay-service/src/pay.repository.js';
import { PaymentLogListener } from '../../../pay-service/src/payment-log.listener.js';
import { PaymentRefusedListener } from '../../../pay-service/src/payment-refused.listener.js';
import { TakePaymentCallback } from '../../../pay-service/src/take-payment-callback.js';
import { BalancePayments } from '../../../user-service/src/balance-payments.js';
import { OrderCancelledListener as UserOrderCancelled } from '../../../user-service/src/order-cancelled.listener.js';
import { PaymentRefusedListener as UserPaymentRefused } from '../../../user-service/src/payment-refused.listener.js';
import { PaymentSucceededListener as UserPaymentSucceeded } from '../../../user-service/src/payment-succeeded.listener.js';
import { ScoreCredits } from '../../../user-service/src/score-credits.js';
import { UserGrpc } from '../../../user-service/src/user.grpc.js';
import { UserRepository } from '../../../user-service/src/user.repository.js';
import { grpcServices } from '@trade/contracts';
import type { Calls } from './calls.js';
import { modelDataSource } from './model-driver.js';
import type { TradeActivity } from './world.js';

/** No connection is made. */
const NOWHERE = '127.0.0.1:1';

export const LIMITS = { confirmMs: 60_000, unpaidMs: 1_800_000 };

/**
 * The services, wired as their modules wire them. Their edges are the model's: mysql2, the calls of gRPC clients, the relay
 * (whoever plays the world takes the outbox rows out of the tables) and the ids.
 */
export async function startServices(calls: Calls) {
  configureLogging('interleavings', 'silent');
  Logger.overrideLogger(false);
  // it remembers the failures of other activities; what it refuses is like a call that never arrives
  Breaker.prototype.execute = (call) => call();
  // which of them meet depends on the moment; joined or not, each is one transaction
  JoinedTransactions.prototype.run = function (statements) {
    return this.alone(statements);
  };
  CallBatcher.prototype.call = (method, request) => calls.call({ kind: 'rpc', path: method.path, request });

  const clients = new GrpcClientFactory(
    new Peers({ INTERNAL_TOKEN: 'token' } as ConstructorParameters<typeof Peers>[0]),
  );
  const ids = new ActivityIds(calls);
  const kitOf = async (schema: SchemaName, entities: (new () => object)[] = []) => {
    const dataSource = await modelDataSource(schema, entities, calls);
    const database = new Database(dataSource);
    const inbox = new Inbox(dataSource, database);
    const options = { producerGroup: 'group', transactions: database };
    const outbox = new Outbox(options, dataSource, quietPublisher(), inbox, absentRelay);
    return { dataSource, database, inbox, outbox };
  };

  const order = await kitOf('trade_order', [Order]);
  const orders = new OrderRepository(order.database, order.dataSource);
  const config = orderConfig;
  const cancellation = new CancelOrder(orders, order.outbox);
  const saga = new ConfirmOrderSaga(new Participants(clients, config), orders, cancellation, order.outbox, ids, config);
  const endOrder = new EndOrder(orders, cancellation, order.outbox);
  const orderDoor = new OrderController(saga, endOrder, orders, new IdempotentRequests(order.database), noTimeline);
  const sweeper = new CancelStuckOrdersJob(orders, cancellation, order.outbox, config);

  const pay = await kitOf('trade_pay', [Payment]);
  const payments = new PayRepository(pay.database, pay.dataSource);
  const orderService = clients.connect(grpcServices.order, NOWHERE);
  const createPayment = new CreatePayment(orderService, payments, ids, new IdempotentRequests(pay.database));
  const callback = new TakePaymentCallback(payments, pay.outbox);

  const goods = await kitOf('trade_goods');
  const stockHolds = new StockHolds(goods.database);
  const coupon = await kitOf('trade_coupon');
  const couponUses = new CouponUses(coupon.database);
  const user = await kitOf('trade_user');
  const balancePayments = new BalancePayments(user.database);
  const scoreCredits = new ScoreCredits();

  return {
    orderDoor,
    sweeper,
    createPayment,
    callback,
    /** By service name. */
    rpcs: {
      OrderService: new OrderGrpc(orders),
      GoodsService: new GoodsGrpc(new GoodsRepository(goods.database), stockHolds),
      CouponService: new CouponGrpc(new CouponRepository(coupon.database), couponUses),
      UserService: new UserGrpc(new UserRepository(user.database), balancePayments, noPasswords),
    },
    listeners: [
      ...listening('trade_order', [
        new OrderCancelledListener(orders, order.inbox),
        new OrderUnpaidListener(cancellation, order.outbox),
        new PaymentSucceededListener(orders, order.inbox, order.outbox),
      ]),
      ...listening('trade_pay', [new PaymentLogListener(pay.inbox), new PaymentRefusedListener(pay.inbox, payments)]),
      ...listening('trade_goods', [new GoodsOrderCancelled(stockHolds, goods.inbox)]),
      ...listening('trade_coupon', [new CouponOrderCancelled(couponUses, coupon.inbox)]),
      ...listening('trade_user', [
        new UserOrderCancelled(balancePayments, user.inbox),
        new UserPaymentSucceeded(scoreCredits, user.inbox),
        new UserPaymentRefused(scoreCredits, user.inbox),
      ]),
    ],
    stop: () => clients.onApplicationShutdown(),
  };
}

function listening(schema: SchemaName, listeners: object[]) {
  return listeners.map((listener) => ({ schema, listener }));
}

export type Services = Awaited<ReturnType<typeof startServices>>;

/** Ids that are the same whenever an activity is run. */
class ActivityIds extends IdGenerator {
  private readonly made = new WeakMap<object, number>();

  constructor(private readonly calls: Calls) {
    super();
  }

  override next(): string {
    const { execution } = this.calls;
    const index = this.made.get(execution) ?? 0;
    this.made.set(execution, index + 1);
    const id = (execution.activity as TradeActivity).ids?.[index];
    if (id === undefined) throw new Error(`${execution.activity.name} makes more ids than it was given`);
    return id;
  }
}

/** Checks what it is given and is not connected to anything. */
function quietPublisher(): Publisher {
  return Object.assign(Object.create(Publisher.prototype) as Publisher, { options: {} });
}

/** Nobody looks at one. */
const noTimeline = {} as ConstructorParameters<typeof OrderController>[4];

/** Nobody logs in. */
const noPasswords = {} as ConstructorParameters<typeof UserGrpc>[2];

const absentRelay = { offer: () => undefined } as unknown as ConstructorParameters<typeof Outbox>[4];

/** What the classes of order-service look at. */
const orderConfig = {
  GOODS_GRPC_ADDRESS: NOWHERE,
  COUPON_GRPC_ADDRESS: NOWHERE,
  USER_GRPC_ADDRESS: NOWHERE,
  RPC_DEADLINE_MS: 3_000,
  ORDER_CONFIRM_LIMIT_MS: LIMITS.confirmMs,
  ORDER_UNPAID_LIMIT_MS: LIMITS.unpaidMs,
  SHIPPING_FREE_FROM_YUAN: '99.00',
  SHIPPING_FEE_YUAN: '0.00',
} as OrderConfig;
