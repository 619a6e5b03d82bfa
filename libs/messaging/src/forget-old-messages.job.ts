import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';

const INTERVAL_MS = 60_000;
const BATCH_SIZE = 500;
/** Done ones only: a failed one is there for somebody to see. */
const DELETE_OLD = `
  DELETE FROM trade_mq_consumer_log
  WHERE consumer_status = 1 AND consumer_timestamp < CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND
  ORDER BY consumer_timestamp LIMIT ${BATCH_SIZE}`;

/**
 * Deletes inbox rows of messages that cannot come again, in small batches, each its own commit. Any number of instances may
 * do so at the same time.
 */
export class ForgetOldMessagesJob implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ForgetOldMessagesJob.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly dataSource: DataSource | undefined,
    /** None: rows are kept for ever. */
    private readonly keepHours: number | undefined,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.dataSource || this.keepHours === undefined) return;
    // a short time to keep is for tests and soak runs, which do not want to wait for a minute
    const intervalMs = Math.min(INTERVAL_MS, this.keepHours * 3_600_000);
    this.timer = setInterval(() => {
      this.running = this.tryForget();
    }, intervalMs);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  async forget(): Promise<void> {
    if (!this.dataSource || this.keepHours === undefined) return;
    const keepSeconds = Math.ceil(this.keepHours * 3_600);
    let deleted: number;
    do ({ affectedRows: deleted } = await this.dataSource.query<{ affectedRows: number }>(DELETE_OLD, [keepSeconds]));
    while (deleted === BATCH_SIZE && !this.stopped);
  }

  private async tryForget(): Promise<void> {
    try {
      await this.forget();
    } catch (error) {
      this.logger.warn(`old messages not deleted from the inbox: ${String(error)}`);
    }
  }
}
