import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type PaymentSucceeded } from '@trade/contracts';
import { Inbox, MessageListener, type ReceivedMessage } from '@trade/messaging';
import { Log } from '@trade/service-kit';

/** The log of payments that succeeded, one row each; orders that coupon and balance paid are in it with 0.00. */
@Injectable()
export class PaymentLogListener {
  private readonly log = new Log('PaymentLogListener');

  constructor(private readonly inbox: Inbox) {}

  @MessageListener({ ...messages.paymentSucceeded, group: consumerGroups.payLogPaySuccess })
  async write(message: ReceivedMessage<PaymentSucceeded>): Promise<void> {
    const { payId, orderId, payAmount } = message.payload;
    await this.inbox.once(message, async (tx) => {
      await tx.query(
        `INSERT INTO trade_pay_log (pay_id, order_id, pay_amount) VALUES (?, ?, ?)
         ON DUPLICATE KEY UPDATE pay_id = pay_id`,
        [payId, orderId, payAmount],
      );
      this.log.info('payment logged', { orderId, payId, payAmount });
    });
  }
}
