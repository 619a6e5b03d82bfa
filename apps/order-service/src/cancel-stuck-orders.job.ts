import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Outbox, type OutboxTransaction } from '@trade/outbox';
import { Log } from '@trade/service-kit';
import { CancelOrder } from './cancel-order.js';
import { ORDER_CONFIG, type OrderConfig } from './config.js';
import { NOT_CONFIRMED_IN_TIME, NOT_PAID_IN_TIME, OrderStatus } from './order-status.js';
import { OrderRepository } from './order.repository.js';

const MAX_INTERVAL_MS = 10_000;
/** One transaction cancels at most so many orders. */
const BATCH_SIZE = 50;
/** The delay message cancels unpaid orders. The sweeper takes over where that is later than this. */
const UNPAID_GRACE_MS = 60_000;

/**
 * The sweeper: cancels orders that stay unconfirmed because their order-service died in the middle, and unpaid orders whose
 * delay message got lost. Any number of instances may sweep at the same time.
 */
@Injectable()
export class CancelStuckOrdersJob implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Log(CancelStuckOrdersJob.name);
  private readonly intervalMs: number;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly orders: OrderRepository,
    private readonly cancellation: CancelOrder,
    private readonly outbox: Outbox,
    @Inject(ORDER_CONFIG) private readonly config: OrderConfig,
  ) {
    const shortestLimitMs = Math.min(config.ORDER_CONFIRM_LIMIT_MS, config.ORDER_UNPAID_LIMIT_MS);
    this.intervalMs = Math.min(shortestLimitMs / 4, MAX_INTERVAL_MS);
  }

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Cancels what is overdue now; the number of orders that were cancelled. */
  async sweep(): Promise<number> {
    const { ORDER_CONFIRM_LIMIT_MS, ORDER_UNPAID_LIMIT_MS } = this.config;
    const addedBefore = new Date(Date.now() - ORDER_CONFIRM_LIMIT_MS);
    const stuck = await this.cancelAll(OrderStatus.Unconfirmed, NOT_CONFIRMED_IN_TIME, (tx) =>
      this.orders.lockStuck(tx, addedBefore, BATCH_SIZE),
    );
    const confirmedBefore = new Date(Date.now() - ORDER_UNPAID_LIMIT_MS - UNPAID_GRACE_MS);
    const unpaid = await this.cancelAll(OrderStatus.Confirmed, NOT_PAID_IN_TIME, (tx) =>
      this.orders.lockUnpaid(tx, confirmedBefore, BATCH_SIZE),
    );
    return stuck + unpaid;
  }

  private async cancelAll(
    from: OrderStatus,
    reason: string,
    lockBatch: (tx: OutboxTransaction) => Promise<string[]>,
  ): Promise<number> {
    let cancelled = 0;
    let found: number;
    do {
      found = await this.outbox.transaction(async (tx) => {
        const orderIds = await lockBatch(tx);
        for (const orderId of orderIds) await this.cancellation.cancelIn(tx, orderId, from, reason);
        return orderIds.length;
      });
      cancelled += found;
    } while (found === BATCH_SIZE && !this.stopped);
    return cancelled;
  }

  /** The next sweep is planned when this one is over, so that they never overlap. */
  private schedule(): void {
    this.timer = setTimeout(() => {
      this.running = this.sweepAndSchedule();
    }, this.intervalMs);
  }

  private async sweepAndSchedule(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.log.error('sweep failed', error);
    }
    if (!this.stopped) this.schedule();
  }
}
