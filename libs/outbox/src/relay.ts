import { AsyncResource } from 'node:async_hooks';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { MessagingError, Publisher } from '@trade/messaging';
import { DataSource } from 'typeorm';
import { BatchLoop } from './batch-loop.js';
import { DEFAULTS, OUTBOX_OPTIONS, type OutboxOptions } from './outbox-options.js';
import { claimRows, deleteRows, markRefused, postponeRows, type OutboxRow } from './outbox-table.js';

const MAX_QUEUED = 10_000;
/** Longer than any send takes. After a crash, other processes wait so long for the rows that it was sending. */
const LEASE_MS = 30_000;
const RETRY_AFTER_MS = 2_000;
/** A refused message needs somebody to create a topic or to fix a payload. */
const RETRY_REFUSED_AFTER_MS = 60_000;
/** Messages of a busy moment share a request: 10 % less processor time an order at 1 and 16 in flight. A lone one goes at once. */
const SEND_EVERY_MS = 100;
/** A deleted row is not worth a commit of its own: a crash in between only sends the message twice. */
const DELETE_EVERY_MS = 500;
const MAX_DELETE_ROWS = 500;
const COMPLAIN_EVERY_MS = 30_000;

/**
 * Hands outbox rows to the broker, at least once: right after their commit, from memory, and what that missed (crash,
 * broker away, full queue) by a poll that any number of processes may run side by side.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger(Relay.name);
  private readonly batchSize: number;
  private readonly committed: BatchLoop<OutboxRow>;
  private readonly sent: BatchLoop<string>;
  /** Keeps the loops out of the async context (the trace) of whoever committed first. */
  private readonly ownContext = new AsyncResource('OutboxRelay');
  private pollTimer?: NodeJS.Timeout;
  private polling?: Promise<void>;
  private stopped = false;
  private complainedAtMs = 0;

  constructor(
    @Inject(OUTBOX_OPTIONS) private readonly options: OutboxOptions,
    private readonly dataSource: DataSource,
    private readonly publisher: Publisher,
  ) {
    this.batchSize = options.batchSize ?? DEFAULTS.batchSize;
    this.committed = new BatchLoop({
      maxBatch: this.batchSize,
      maxQueued: MAX_QUEUED,
      everyMs: SEND_EVERY_MS,
      work: async (rows) => void (await this.send(rows)),
    });
    this.sent = new BatchLoop({
      maxBatch: MAX_DELETE_ROWS,
      maxQueued: Infinity,
      everyMs: DELETE_EVERY_MS,
      work: (ids) => this.quietly('delete sent rows', () => deleteRows(this.dataSource, ids.sort())),
    });
  }

  onApplicationBootstrap(): void {
    this.scheduleNextPoll();
  }

  /** What was committed before the shutdown leaves with it, if the broker lets it. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.pollTimer);
    await this.flush();
  }

  /** For what requests committed while they were drained. */
  async onApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  /** Call after the commit of the rows. Never blocks: rows that do not fit into memory wait for the poll. */
  offer(rows: OutboxRow[]): void {
    if (rows.length > 0) this.ownContext.runInAsyncScope(() => this.committed.add(rows));
  }

  /** Resolves when all offered rows were tried and the sent ones deleted, at the latest after flushTimeoutMs. */
  private async flush(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.options.flushTimeoutMs ?? DEFAULTS.flushTimeoutMs);
    });
    const flushed = this.committed
      .flush()
      .then(() => this.polling)
      .then(() => this.sent.flush());
    await Promise.race([flushed, timeout]);
    clearTimeout(timer);
  }

  private scheduleNextPoll(): void {
    if (this.stopped) return;
    this.pollTimer = setTimeout(() => {
      this.polling = this.quietly('poll', () => this.poll()).then(() => this.scheduleNextPoll());
    }, this.options.pollIntervalMs ?? DEFAULTS.pollIntervalMs);
    this.pollTimer.unref();
  }

  private async poll(): Promise<void> {
    while (!this.stopped && this.publisher.ready) {
      const rows = await claimRows(this.dataSource, this.batchSize, LEASE_MS);
      if (rows.length === 0) return;
      const unsent = await this.send(rows);
      if (unsent.length > 0) await postponeRows(this.dataSource, unsent, RETRY_AFTER_MS);
      if (rows.length < this.batchSize || unsent.length > 0) return;
    }
  }

  /** @returns ids of the rows to try again soon */
  private async send(rows: OutboxRow[]): Promise<string[]> {
    const results = await this.publisher.sendMany(rows.map(({ message }) => message));
    const [sent, refused, unsent]: [string[], string[], string[]] = [[], [], []];
    results.forEach((result, index) => {
      const row = rows[index] as OutboxRow;
      if (result.status === 'fulfilled') sent.push(row.id);
      else {
        const isRefused = result.reason instanceof MessagingError && !result.reason.retriable;
        (isRefused ? refused : unsent).push(row.id);
        this.complain(row, result.reason);
      }
    });
    if (sent.length > 0) this.sent.add(sent);
    if (refused.length > 0) {
      await this.quietly('mark refused rows', () => markRefused(this.dataSource, refused, RETRY_REFUSED_AFTER_MS));
    }
    return unsent;
  }

  private complain({ message }: OutboxRow, reason: unknown): void {
    if (Date.now() - this.complainedAtMs < COMPLAIN_EVERY_MS) return;
    this.complainedAtMs = Date.now();
    this.logger.warn(
      `${message.topic}:${message.tag ?? ''} key ${message.keys?.[0] ?? ''} stays in the outbox: ${String(reason)}`,
    );
  }

  /** The rows are still there: whatever fails here is done again by a later poll. */
  private async quietly(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn(`could not ${what}: ${String(error)}`);
    }
  }
}
