import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type PaymentRefused } from '@trade/contracts';
import { Inbox, MessageListener, type ReceivedMessage } from '@trade/messaging';
import { Log, parseYuan, type SqlSession } from '@trade/service-kit';
import { paymentsRefunded } from './pay-metrics.js';
import { paymentStatus } from './pay.entity.js';
import { PayRepository } from './pay.repository.js';

/** A payment that its order could not take goes back to the payer. */
@Injectable()
export class PaymentRefusedListener {
  private readonly log = new Log('PaymentRefusedListener');

  constructor(
    private readonly inbox: Inbox,
    private readonly payments: PayRepository,
  ) {}

  @MessageListener({ ...messages.paymentRefused, group: consumerGroups.payPayRefused })
  async refund(message: ReceivedMessage<PaymentRefused>): Promise<void> {
    await this.inbox.once(message, (tx) => this.refundOnce(tx, message.payload));
  }

  private async refundOnce(tx: SqlSession, { payId, orderId, payAmount, reason }: PaymentRefused): Promise<void> {
    if (await this.payments.refund(tx, payId, reason)) {
      this.log.info('payment refunded', { orderId, payId, payAmount, reason });
      paymentsRefunded.add();
      return;
    }
    const payment = await this.payments.findIn(tx, payId);
    if (payment?.isPaid === paymentStatus.refunded) return;
    // coupon and balance paid the order: there is no payment here, and nothing to give back
    if (!payment && parseYuan(payAmount) === 0n) return;
    throw new RefusedPaymentNotPaidError(payId, payment?.isPaid);
  }
}

/** Money that went missing, or a message nobody should have sent: it belongs among the dead letters, where it is seen. */
class RefusedPaymentNotPaidError extends Error {
  override readonly name = 'RefusedPaymentNotPaidError';

  constructor(payId: string, isPaid: number | undefined) {
    super(
      `payment ${payId} was refused, but ${isPaid === undefined ? 'it does not exist' : `its is_paid is ${isPaid}`}`,
    );
  }
}
