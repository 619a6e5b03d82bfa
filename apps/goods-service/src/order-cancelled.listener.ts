import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type OrderCancelled } from '@trade/contracts';
import { Inbox, MessageListener, type ReceivedMessage } from '@trade/messaging';
import { StockHolds } from './stock-holds.js';

@Injectable()
export class OrderCancelledListener {
  constructor(
    private readonly stockHolds: StockHolds,
    private readonly inbox: Inbox,
  ) {}

  @MessageListener({ ...messages.orderCancelled, group: consumerGroups.goodsOrderCancel })
  async onOrderCancelled(message: ReceivedMessage<OrderCancelled>): Promise<void> {
    const { orderId, goodsId } = message.payload;
    await this.inbox.once(message, (tx) => this.stockHolds.release(tx, orderId, goodsId));
  }
}
