import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type OrderCancelled } from '@trade/contracts';
import { Inbox, MessageListener, type ReceivedMessage } from '@trade/messaging';
import { parseYuan } from '@trade/service-kit';
import { BalancePayments } from './balance-payments.js';

@Injectable()
export class OrderCancelledListener {
  constructor(
    private readonly balancePayments: BalancePayments,
    private readonly inbox: Inbox,
  ) {}

  @MessageListener({ ...messages.orderCancelled, group: consumerGroups.userOrderCancel })
  async onOrderCancelled(message: ReceivedMessage<OrderCancelled>): Promise<void> {
    const { orderId, userId, userMoney } = message.payload;
    await this.inbox.once(message, async (tx) => {
      if (parseYuan(userMoney) > 0n) await this.balancePayments.refund(tx, orderId, userId);
    });
  }
}
