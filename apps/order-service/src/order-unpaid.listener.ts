import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type OrderUnpaid } from '@trade/contracts';
import { MessageListener, type ReceivedMessage } from '@trade/messaging';
import { Outbox } from '@trade/outbox';
import { CancelOrder } from './cancel-order.js';
import { NOT_PAID_IN_TIME, OrderStatus } from './order-status.js';

/** The time to pay is over: cancels the order, unless it was paid or is cancelled already. */
@Injectable()
export class OrderUnpaidListener {
  constructor(
    private readonly cancellation: CancelOrder,
    private readonly outbox: Outbox,
  ) {}

  @MessageListener({ ...messages.orderUnpaid, group: consumerGroups.orderOrderUnpaid })
  async onOrderUnpaid(message: ReceivedMessage<OrderUnpaid>): Promise<void> {
    await this.outbox.once(message, async (tx) => {
      await this.cancellation.cancelIn(tx, message.payload.orderId, OrderStatus.Confirmed, NOT_PAID_IN_TIME);
    });
  }
}
