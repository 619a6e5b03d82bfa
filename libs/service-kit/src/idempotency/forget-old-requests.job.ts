import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, rowsMatched } from '../database/database.js';
import { Log } from '../logging.js';

const INTERVAL_MS = 60_000;
const BATCH_SIZE = 500;
const DELETE_EXPIRED = `
  DELETE FROM idempotency_key WHERE expire_time <= CURRENT_TIMESTAMP(3) ORDER BY expire_time LIMIT ${BATCH_SIZE}`;

/** Deletes requests whose 24 h are over. Any number of instances may do so at the same time. */
@Injectable()
export class ForgetOldRequestsJob implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Log(ForgetOldRequestsJob.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running = this.tryForget();
    }, INTERVAL_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  async forget(): Promise<void> {
    let deleted: number;
    do deleted = await rowsMatched(this.database, DELETE_EXPIRED, []);
    while (deleted === BATCH_SIZE && !this.stopped);
  }

  private async tryForget(): Promise<void> {
    try {
      await this.forget();
    } catch (error) {
      this.log.error('old requests not deleted', error);
    }
  }
}
