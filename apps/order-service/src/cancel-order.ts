import { Injectable } from '@nestjs/common';
import { messages } from '@trade/contracts';
import { Outbox, type OutboxTransaction } from '@trade/outbox';
import { Log } from '@trade/service-kit';
import { countCancelled } from './order-metrics.js';
import { OrderRepository } from './order.repository.js';
import type { OrderStatus } from './order-status.js';

/**
 * The one way in which an order is cancelled: status and order_cancel message commit together, so that of a confirmation
 * and any number of cancellations exactly one wins, and the participants hear of it even when the broker is away.
 */
@Injectable()
export class CancelOrder {
  private readonly log = new Log(CancelOrder.name);

  constructor(
    private readonly orders: OrderRepository,
    private readonly outbox: Outbox,
  ) {}

  /** false when the order is in another status or paid: nothing happened then. */
  async cancel(orderId: string, from: OrderStatus, reason: string): Promise<boolean> {
    return this.outbox.transaction((tx) => this.cancelIn(tx, orderId, from, reason));
  }

  /** The same as part of a transaction. */
  async cancelIn(tx: OutboxTransaction, orderId: string, from: OrderStatus, reason: string): Promise<boolean> {
    if (!(await this.orders.cancel(tx, orderId, from, reason))) return false;
    tx.add(messages.orderCancelled, await this.orders.cancellation(tx, orderId));
    this.log.info('order cancelled', { orderId, reason });
    countCancelled(reason);
    return true;
  }
}
