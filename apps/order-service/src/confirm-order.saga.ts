import { Inject, Injectable } from '@nestjs/common';
import { messages } from '@trade/contracts';
import { Outbox } from '@trade/outbox';
import { asShopError, formatYuan, IdGenerator, Log, parseYuan, ShopError, type Claim } from '@trade/service-kit';
import { CancelOrder } from './cancel-order.js';
import { checkOrder, readFacts, type OrderAmounts } from './check-order.js';
import { ORDER_CONFIG, type OrderConfig } from './config.js';
import type { ConfirmOrderRequest } from './confirm-order.request.js';
import { OrderStatus, PayStatus } from './order-status.js';
import type { Order } from './order.entity.js';
import { ordersConfirmed, ordersPaid, SagaStep } from './order-metrics.js';
import { OrderRepository } from './order.repository.js';
import { Participants } from './participants.js';
import type { ShippingRule } from './shipping-fee.js';

/**
 * Confirms an order. Whatever a participant did for it is undone when order_cancel reaches it; all is keyed by order id.
 *
 *     step                  service   do → undo                         where
 *     1 check               –         reads only
 *     2 create              order     0 unconfirmed → 2 cancelled       own commit: from here on the sweeper sees it
 *     3 hold stock          goods     hold → release                    goods-service/src/stock-holds.ts
 *     4 use coupon          coupon    use → give back                   coupon-service/src/coupon-uses.ts
 *       pay from balance    user      pay → refund                      user-service/src/balance-payments.ts
 *     5 confirm             order     0 unconfirmed → 1 confirmed       point of no return: local, last
 *
 * A step that failed may still have happened, or may happen later (a timeout): nobody counts successes. The order is
 * cancelled, and each participant undoes what it did, if anything, and refuses what comes afterwards.
 */
@Injectable()
export class ConfirmOrderSaga {
  private readonly log = new Log(ConfirmOrderSaga.name);
  private readonly shipping: ShippingRule = {
    freeFromFen: parseYuan(this.config.SHIPPING_FREE_FROM_YUAN),
    feeFen: parseYuan(this.config.SHIPPING_FEE_YUAN),
  };

  constructor(
    private readonly participants: Participants,
    private readonly orders: OrderRepository,
    private readonly cancellation: CancelOrder,
    private readonly outbox: Outbox,
    private readonly ids: IdGenerator,
    @Inject(ORDER_CONFIG) private readonly config: OrderConfig,
  ) {}

  /**
   * @param claim of a request with an Idempotency-Key
   * @throws {ShopError} the reason why there is no order; nothing stays taken then
   */
  async run(request: ConfirmOrderRequest, claim?: Claim): Promise<Order> {
    const amounts = await this.check(request);
    return this.takeAndConfirm(await this.create(request, amounts, claim));
  }

  /**
   * Goes on with an order whose run died somewhere: a participant that has done its part says so.
   * @returns undefined when the order was cancelled before it was confirmed
   */
  async resume(orderId: string): Promise<Order | undefined> {
    const order = await this.orders.find(orderId);
    if (order?.orderStatus === OrderStatus.Unconfirmed) return this.takeAndConfirm(order);
    return order?.confirmTime ? order : undefined;
  }

  private async takeAndConfirm(order: Order): Promise<Order> {
    try {
      await this.holdStock(order);
      await Promise.all([this.useCoupon(order), this.payFromBalance(order)]);
      return await this.confirm(order);
    } catch (cause) {
      return await this.giveUp(order, cause);
    }
  }

  @SagaStep('check')
  private async check(request: ConfirmOrderRequest): Promise<OrderAmounts> {
    return checkOrder(request, await readFacts(request, this.participants), this.shipping);
  }

  @SagaStep('create')
  private async create(request: ConfirmOrderRequest, amounts: OrderAmounts, claim?: Claim): Promise<Order> {
    const order = unconfirmedOrder(this.ids.next(), request, amounts);
    await this.orders.insert(order, claim);
    this.log.info('order created', { orderId: order.orderId, userId: order.userId, goodsId: order.goodsId });
    return order;
  }

  @SagaStep('hold stock')
  private async holdStock({ orderId, goodsId, goodsNumber }: Order): Promise<void> {
    await this.participants.goods.holdStock({ orderId, goodsId, quantity: goodsNumber });
  }

  @SagaStep('use coupon')
  private useCoupon({ orderId, couponId, userId }: Order): Promise<unknown> | undefined {
    if (couponId === null) return undefined;
    return this.participants.coupons.useCoupon({ orderId, couponId, userId });
  }

  @SagaStep('pay from balance')
  private payFromBalance({ orderId, userId, moneyPaid }: Order): Promise<unknown> | undefined {
    const amountFen = parseYuan(moneyPaid);
    if (amountFen === 0n) return undefined;
    return this.participants.users.payFromBalance({ orderId, userId, amountFen: String(amountFen) });
  }

  /** Status and messages commit together. What coupon and balance cover completely is paid with that. */
  @SagaStep('confirm')
  private async confirm(order: Order): Promise<Order> {
    const now = new Date();
    const isPaid = parseYuan(order.payAmount) === 0n;
    const confirmed: Order = {
      ...order,
      orderStatus: OrderStatus.Confirmed,
      confirmTime: now,
      payStatus: isPaid ? PayStatus.Paid : PayStatus.Unpaid,
      payTime: isPaid ? now : null,
      payId: isPaid ? this.ids.next() : null,
    };
    const { orderId, userId, orderAmount, couponPaid, moneyPaid, payAmount, payId } = confirmed;
    const won = await this.outbox.changeOne(this.orders.confirmation(confirmed), (outgoing) => {
      outgoing.add(messages.orderConfirmed, { orderId, userId, orderAmount, couponPaid, moneyPaid, payAmount });
      if (payId !== null) {
        outgoing.add(messages.paymentSucceeded, { payId, orderId, userId, payAmount, moneyPaid });
      } else {
        const deliverAtMs = now.getTime() + this.config.ORDER_UNPAID_LIMIT_MS;
        outgoing.add(messages.orderUnpaid, { orderId }, { deliverAtMs });
      }
    });
    if (!won) throw new ShopError('SHOP_ORDER_CONFIRM_FAIL');
    this.log.info('order confirmed', { orderId, payAmount });
    ordersConfirmed.add();
    if (isPaid) ordersPaid.add();
    return confirmed;
  }

  /**
   * Cancels the order and throws why, unless it is confirmed after all: when the connection breaks during the commit of
   * the confirmation, the database knows what happened and we do not. Cancelling it waits for that commit and so finds out.
   */
  private async giveUp(order: Order, cause: unknown): Promise<Order> {
    const { orderId } = order;
    const error = asShopError(cause);
    let present: Order | null = null;
    try {
      const cancelled = await this.cancellation.cancel(orderId, OrderStatus.Unconfirmed, error.code);
      if (!cancelled) present = await this.orders.find(orderId);
    } catch (failure) {
      this.log.error('order not cancelled, the sweeper will do it', failure, { orderId });
    }
    if (present?.orderStatus === OrderStatus.Confirmed) {
      this.log.warn('order confirmed, although its confirmation seemed to fail', { orderId });
      return present;
    }
    throw error;
  }
}

function unconfirmedOrder(orderId: string, request: ConfirmOrderRequest, amounts: OrderAmounts): Order {
  return {
    orderId,
    userId: request.userId,
    orderStatus: OrderStatus.Unconfirmed,
    payStatus: PayStatus.Unpaid,
    shippingStatus: 0,
    address: request.address,
    consignee: request.consignee ?? null,
    goodsId: request.goodsId,
    goodsNumber: request.goodsNumber,
    goodsPrice: formatYuan(request.goodsPrice),
    goodsAmount: formatYuan(amounts.goodsAmountFen),
    shippingFee: formatYuan(amounts.shippingFeeFen),
    orderAmount: formatYuan(amounts.orderAmountFen),
    couponId: request.couponId ?? null,
    couponPaid: formatYuan(amounts.couponPaidFen),
    moneyPaid: formatYuan(amounts.moneyPaidFen),
    payAmount: formatYuan(amounts.payAmountFen),
    addTime: new Date(),
    confirmTime: null,
    payTime: null,
    payId: null,
    cancelTime: null,
    cancelReason: null,
  };
}
