import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type PaymentRefused } from '@trade/contracts';
import { Inbox, MessageListener, type ReceivedMessage } from '@trade/messaging';
import { ScoreCredits } from './score-credits.js';

@Injectable()
export class PaymentRefusedListener {
  constructor(
    private readonly scoreCredits: ScoreCredits,
    private readonly inbox: Inbox,
  ) {}

  @MessageListener({ ...messages.paymentRefused, group: consumerGroups.userPayRefused })
  async onPaymentRefused(message: ReceivedMessage<PaymentRefused>): Promise<void> {
    await this.inbox.once(message, (tx) => this.scoreCredits.takeBack(tx, message.payload));
  }
}
