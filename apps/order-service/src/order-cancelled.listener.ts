import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type OrderCancelled } from '@trade/contracts';
import { Inbox, MessageListener, type ReceivedMessage } from '@trade/messaging';
import { Log } from '@trade/service-kit';
import { countCancelled } from './order-metrics.js';
import { OrderStatus } from './order-status.js';
import { OrderRepository } from './order.repository.js';

/**
 * Makes sure that an order whose participants undo their part is cancelled itself. It is (or is refunded), when the message
 * comes from here; a cancellation that somebody else sent takes effect now.
 */
@Injectable()
export class OrderCancelledListener {
  private readonly log = new Log(OrderCancelledListener.name);

  constructor(
    private readonly orders: OrderRepository,
    private readonly inbox: Inbox,
  ) {}

  @MessageListener({ ...messages.orderCancelled, group: consumerGroups.orderOrderCancel })
  async onOrderCancelled(message: ReceivedMessage<OrderCancelled>): Promise<void> {
    const { orderId, reason } = message.payload;
    await this.inbox.once(message, async (tx) => {
      const present = await this.orders.states(tx, orderId);
      if (present?.orderStatus === OrderStatus.Cancelled || present?.orderStatus === OrderStatus.Refunded) return;
      const isOpen = present?.orderStatus === OrderStatus.Unconfirmed || present?.orderStatus === OrderStatus.Confirmed;
      if (isOpen && (await this.orders.cancel(tx, orderId, present.orderStatus, reason))) {
        this.log.info('order cancelled', { orderId, reason });
        countCancelled(reason);
      } else {
        this.log.error('cancellation of an order that cannot be cancelled', undefined, { orderId, reason, ...present });
      }
    });
  }
}
