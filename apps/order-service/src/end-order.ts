import { Injectable } from '@nestjs/common';
import { messages, type ShopCode } from '@trade/contracts';
import { Outbox } from '@trade/outbox';
import { Log, ShopError } from '@trade/service-kit';
import { CancelOrder } from './cancel-order.js';
import { ordersRefunded } from './order-metrics.js';
import { OrderStatus } from './order-status.js';
import type { Order } from './order.entity.js';
import { OrderRepository } from './order.repository.js';

/**
 * How customers and operators end an order: they cancel it while it is unpaid and have it refunded once it is paid. Asked
 * again, both answer the order and change nothing. Of a payment and a cancellation at the same moment one wins: a payment
 * that comes too late goes back.
 */
@Injectable()
export class EndOrder {
  private readonly log = new Log(EndOrder.name);

  constructor(
    private readonly orders: OrderRepository,
    private readonly cancellation: CancelOrder,
    private readonly outbox: Outbox,
  ) {}

  /** @throws {ShopError} SHOP_ORDER_NOT_CONFIRMED, SHOP_ORDER_PAY_STATUS_IS_PAY, SHOP_ORDER_STATUS_INVALID */
  async cancel({ orderId }: Order, reason: string): Promise<Order> {
    await this.cancellation.cancel(orderId, OrderStatus.Confirmed, reason);
    const order = (await this.orders.find(orderId))!;
    if (order.orderStatus === OrderStatus.Cancelled) return order;
    throw notIn(OrderStatus.Cancelled, order, 'SHOP_ORDER_PAY_STATUS_IS_PAY');
  }

  /**
   * The participants undo what they did, as after a cancellation; the payment goes back, and so does its score.
   * @throws {ShopError} SHOP_ORDER_NOT_CONFIRMED, SHOP_ORDER_NOT_PAID, SHOP_ORDER_STATUS_INVALID
   */
  async refund(order: Order, reason: string): Promise<Order> {
    const { orderId, userId, goodsId, goodsNumber, couponId, moneyPaid, payId, payAmount } = order;
    if (payId !== null) {
      const won = await this.outbox.changeOne(this.orders.refund(orderId, reason), (outgoing) => {
        outgoing.add(messages.orderCancelled, {
          orderId,
          goodsId,
          goodsNumber,
          couponId,
          userId,
          userMoney: moneyPaid,
          reason,
        });
        outgoing.add(messages.paymentRefused, { payId, orderId, userId, payAmount, reason });
      });
      if (won) {
        this.log.info('order refunded', { orderId, payId, payAmount, reason });
        ordersRefunded.add();
      }
    }
    const present = (await this.orders.find(orderId))!;
    if (present.orderStatus === OrderStatus.Refunded) return present;
    throw notIn(OrderStatus.Refunded, present, 'SHOP_ORDER_NOT_PAID');
  }
}

/**
 * Why the order is not in this status, which only confirmed orders get into.
 * @param whileConfirmed what keeps a confirmed one out of it
 */
function notIn(status: OrderStatus, { orderStatus }: Order, whileConfirmed: ShopCode): ShopError {
  if (orderStatus === OrderStatus.Unconfirmed) return new ShopError('SHOP_ORDER_NOT_CONFIRMED');
  if (orderStatus === OrderStatus.Confirmed) return new ShopError(whileConfirmed);
  const [from, to] = [OrderStatus[orderStatus], OrderStatus[status]];
  return new ShopError('SHOP_ORDER_STATUS_INVALID', `An order cannot go from ${from} to ${to}`);
}
