import { randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Log } from '../logging.js';
import { deleteEventsBefore, insertEvents } from './order-event-table.js';
import { countDropped, nowUs, takeEvents, timelineIsOn } from './order-events.js';

const WRITE_EVERY_MS = 100;
const MAX_ROWS = 500;
const KEEP_MS = 24 * 3_600_000;
const FORGET_EVERY_MS = 60_000;
const COMPLAIN_EVERY_MS = 30_000;

/**
 * Writes what was recorded about orders to the service's own database, beside the work and not in its transactions: a process
 * that is killed loses the last tenth of a second. What cannot be written is dropped and counted.
 */
@Injectable()
export class OrderEventWriter implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Log(OrderEventWriter.name);
  /** Tells instances, and lives of an instance, apart. */
  private readonly process = `${process.pid}-${randomBytes(3).toString('hex')}`;
  private written = 0;
  private writing: Promise<void> | undefined;
  private timers: NodeJS.Timeout[] = [];
  private stopped = false;
  private complainedAtMs = 0;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    if (!timelineIsOn()) return;
    const every = (intervalMs: number, work: () => void) => setInterval(work, intervalMs).unref();
    this.timers = [
      every(WRITE_EVERY_MS, () => (this.writing ??= this.write().finally(() => (this.writing = undefined)))),
      every(FORGET_EVERY_MS, () => void this.forget()),
    ];
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.timers.forEach(clearInterval);
    await this.writing;
    await this.write();
  }

  private async write(): Promise<void> {
    const events = takeEvents();
    for (let from = 0; from < events.length; from += MAX_ROWS) {
      const rows = events.slice(from, from + MAX_ROWS);
      try {
        await insertEvents(this.database, this.process, this.written, rows);
      } catch (error) {
        countDropped(rows.length);
        this.complain('events of orders not written', error);
      }
      this.written += rows.length;
    }
  }

  private async forget(): Promise<void> {
    try {
      await deleteEventsBefore(this.database, nowUs() - KEEP_MS * 1_000, () => !this.stopped);
    } catch (error) {
      this.complain('old events of orders not deleted', error);
    }
  }

  private complain(what: string, error: unknown): void {
    if (Date.now() - this.complainedAtMs < COMPLAIN_EVERY_MS) return;
    this.complainedAtMs = Date.now();
    this.log.warn(what, { error: String(error) });
  }
}
