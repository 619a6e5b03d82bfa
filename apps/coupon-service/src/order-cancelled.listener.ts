import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type OrderCancelled } from '@trade/contracts';
import { Inbox, MessageListener, type ReceivedMessage } from '@trade/messaging';
import { CouponUses } from './coupon-uses.js';

@Injectable()
export class OrderCancelledListener {
  constructor(
    private readonly couponUses: CouponUses,
    private readonly inbox: Inbox,
  ) {}

  @MessageListener({ ...messages.orderCancelled, group: consumerGroups.couponOrderCancel })
  async onOrderCancelled(message: ReceivedMessage<OrderCancelled>): Promise<void> {
    const { orderId, couponId, userId } = message.payload;
    await this.inbox.once(message, async (tx) => {
      if (couponId) await this.couponUses.giveBack(tx, orderId, couponId, userId);
    });
  }
}
