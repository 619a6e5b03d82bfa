import { Injectable } from '@nestjs/common';
import { consumerGroups, messages, type PaymentSucceeded } from '@trade/contracts';
import { MessageListener, type ReceivedMessage } from '@trade/messaging';
import { Outbox } from '@trade/outbox';
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
    private readonly outbox: Outbox,
  ) {}

  @MessageListener({ ...messages.paymentSucceeded, group: consumerGroups.orderPaySuccess })
  async onPaymentSucceeded(message: ReceivedMessage<PaymentSucceeded>): Promise<void> {
    const { payId, orderId, userId, payAmount } = message.payload;
    await this.outbox.once(message, async (tx) => {
      // an order that coupon and balance cover is paid since its confirmation
      if (parseYuan(payAmount) === 0n) return;
      if (await this.orders.markPaid(tx, orderId, payId, payAmount)) {
        this.log.info('order paid', { orderId, payId, payAmount });
        ordersPaid.add();
        return;
      }
      const order = await this.orders.states(tx, orderId);
      if (order?.payId === payId) return; // this very payment, delivered again after the inbox forgot it
      const reason = refusal(order);
      tx.add(messages.paymentRefused, { payId, orderId, userId, payAmount, reason });
      this.log.warn('payment refused', { orderId, payId, payAmount, reason });
    });
  }
}

function refusal(order: OrderStates | undefined): string {
  if (!order) return 'the order does not exist';
  if (order.orderStatus !== OrderStatus.Confirmed)
    return `the order is ${OrderStatus[order.orderStatus].toLowerCase()}`;
  return order.payStatus === PayStatus.Paid ? 'the order is paid already' : 'another amount is due';
}
