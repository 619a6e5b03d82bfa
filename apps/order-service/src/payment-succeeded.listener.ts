import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type PaymentSucceeded } from '@trade/contracts';
import { Inbox, MessageListener, type ReceivedMessage } from '@trade/messaging';
import { Outbox, type OutboxTransaction } from '@trade/outbox';
import { Log, parseYuan } from '@trade/service-kit';
import { ordersPaid } from './order-metrics.js';
import { OrderStatus, PayStatus } from './order-status.js';
import { OrderRepository, type OrderStates } from './order.repository.js';

/** Marks orders as paid. A payment that its order cannot take (any more) is refused, so that it goes back. */
@Injectable()
export class PaymentSucceededListener {
  private readonly log = new Log(PaymentSucceededListener.name);

  constructor(
    private readonly orders: OrderRepository,
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
  ) {}

  @MessageListener({ ...messages.paymentSucceeded, group: consumerGroups.orderPaySuccess })
  async onPaymentSucceeded(message: ReceivedMessage<PaymentSucceeded>): Promise<void> {
    const payment = message.payload;
    const { orderId, payId, payAmount } = payment;
    if (await this.inbox.changeOnce(message, [this.orders.payment(orderId, payId, payAmount)])) this.paid(payment);
    else await this.outbox.once(message, (tx) => this.payOrRefuse(tx, payment));
  }

  private async payOrRefuse(tx: OutboxTransaction, payment: PaymentSucceeded): Promise<void> {
    const { payId, orderId, userId, payAmount } = payment;
    // an order that coupon and balance cover is paid since its confirmation
    if (parseYuan(payAmount) === 0n) return;
    if (await this.orders.markPaid(tx, orderId, payId, payAmount)) return this.paid(payment);
    const order = await this.orders.states(tx, orderId);
    if (order?.payId === payId) return; // this very payment, delivered again after the inbox forgot it
    const reason = refusal(order);
    tx.add(messages.paymentRefused, { payId, orderId, userId, payAmount, reason });
    this.log.warn('payment refused', { orderId, payId, payAmount, reason });
  }

  private paid({ orderId, payId, payAmount }: PaymentSucceeded): void {
    this.log.info('order paid', { orderId, payId, payAmount });
    ordersPaid.add();
  }
}

function refusal(order: OrderStates | undefined): string {
  if (!order) return 'the order does not exist';
  if (order.orderStatus !== OrderStatus.Confirmed)
    return `the order is ${OrderStatus[order.orderStatus].toLowerCase()}`;
  return order.payStatus === PayStatus.Paid ? 'the order is paid already' : 'another amount is due';
}
