import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type PaymentSucceeded } from '@trade/contracts';
import { Inbox, MessageListener, type ReceivedMessage } from '@trade/messaging';
import { Log } from '@trade/service-kit';

const INSERT_LOG = `
  INSERT INTO trade_pay_log (pay_id, order_id, pay_amount) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE pay_id = pay_id`;

/** The log of payments that succeeded, one row each; orders that coupon and balance paid are in it with 0.00. */
@Injectable()
export class PaymentLogListener {
  private readonly log = new Log('PaymentLogListener');

  constructor(private readonly inbox: Inbox) {}

  @MessageListener({ ...messages.paymentSucceeded, group: consumerGroups.payLogPaySuccess })
  async write(message: ReceivedMessage<PaymentSucceeded>): Promise<void> {
    const { payId, orderId, payAmount } = message.payload;
    const values = [payId, orderId, payAmount];
    if (await this.inbox.changeOnce(message, [[INSERT_LOG, values]])) return this.logged(message.payload);
    await this.inbox.once(message, async (tx) => {
      await tx.query(INSERT_LOG, values);
      this.logged(message.payload);
    });
  }

  private logged({ payId, orderId, payAmount }: PaymentSucceeded): void {
    this.log.info('payment logged', { orderId, payId, payAmount });
  }
}
