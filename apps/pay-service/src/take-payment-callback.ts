import { Injectable } from '@nestjs/common';
import { messages } from '@trade/contracts';
import { Outbox } from '@trade/outbox';
import { Log, parseYuan, ShopError, type Fen } from '@trade/service-kit';
import { paymentsFailed, paymentsPaid } from './pay-metrics.js';
import { paymentStatus, type Payment } from './pay.entity.js';
import { PayRepository } from './pay.repository.js';

/** What the payment platform says about a payment. */
export interface PaymentCallback {
  payId: string;
  isPaid: number;
  payAmount?: Fen | null;
  orderId?: string | null;
  transactionId?: string | null;
}

/** Takes the platform's word that a payment was made. Neither order-service nor the broker need be there for it. */
@Injectable()
export class TakePaymentCallback {
  private readonly log = new Log('TakePaymentCallback');

  constructor(
    private readonly payments: PayRepository,
    private readonly outbox: Outbox,
  ) {}

  /**
   * The payment becomes paid and the message that says so is stored, both or neither; or it fails, and the order can have
   * another one. Repeated, it changes nothing. Money that arrives for a failed payment counts.
   * @throws {ShopError} SHOP_PAYMENT_NOT_FOUND, or that the amount or the order are not the payment's
   */
  async execute(callback: PaymentCallback): Promise<Payment> {
    const payment = await this.payments.get(callback.payId);
    checkSamePayment(payment, callback);
    if (isSettled(payment)) return payment;
    if (callback.isPaid === paymentStatus.failed) return this.fail(payment);
    if (callback.isPaid !== paymentStatus.paid) return payment;

    const payTime = new Date();
    const { payId, orderId, userId, payAmount, moneyPaid } = payment;
    const moved = await this.outbox.changeOne(this.payments.paid(payId, payTime), (outgoing) =>
      outgoing.add(messages.paymentSucceeded, { payId, orderId, userId, payAmount, moneyPaid }),
    );
    // the same callback at the same time was first
    if (!moved) return this.payments.get(payId);
    this.log.info('payment paid', { orderId, payId, payAmount, transactionId: callback.transactionId });
    paymentsPaid.add();
    return { ...payment, isPaid: paymentStatus.paid, payTime };
  }

  private async fail({ payId, orderId }: Payment): Promise<Payment> {
    if (await this.payments.fail(payId)) {
      this.log.info('payment failed', { orderId, payId });
      paymentsFailed.add();
    }
    return this.payments.get(payId);
  }
}

function checkSamePayment(payment: Payment, callback: PaymentCallback): void {
  if ((callback.orderId ?? payment.orderId) !== payment.orderId) {
    const message = 'is not the order of this payment';
    throw new ShopError('SHOP_REQUEST_PARAMETER_INVALID', `orderId: ${message}`, [{ field: 'orderId', message }]);
  }
  const amountFen = parseYuan(payment.payAmount);
  if ((callback.payAmount ?? amountFen) !== amountFen) throw new ShopError('SHOP_PAY_AMOUNT_INVALID');
}

function isSettled({ isPaid }: Payment): boolean {
  return isPaid === paymentStatus.paid || isPaid === paymentStatus.refunded;
}
