import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type PaymentSucceeded } from '@trade/contracts';
import { Inbox, MessageListener, type ReceivedMessage } from '@trade/messaging';
import { ScoreCredits } from './score-credits.js';

@Injectable()
export class PaymentSucceededListener {
  constructor(
    private readonly scoreCredits: ScoreCredits,
    private readonly inbox: Inbox,
  ) {}

  @MessageListener({ ...messages.paymentSucceeded, group: consumerGroups.userPaySuccess })
  async onPaymentSucceeded(message: ReceivedMessage<PaymentSucceeded>): Promise<void> {
    const payment = message.payload;
    const credit = this.scoreCredits.creditOfNew(payment);
    if (await this.inbox.changeOnce(message, credit, payment.userId)) this.scoreCredits.credited(payment);
    else await this.inbox.once(message, (tx) => this.scoreCredits.credit(tx, payment));
  }
}
