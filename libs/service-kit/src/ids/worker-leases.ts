import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Database, rowsMatched } from '../database/database.js';
import { isDuplicateKey } from '../database/sql-errors.js';
import { Log } from '../logging.js';
import { MAX_WORKER_ID, type IdGenerator, type WorkerLease } from './id-generator.js';

/** Worker ids from first to last. */
export interface WorkerRange {
  first: number;
  last: number;
}

/**
 * Each database leases its own workers, and ids of payments come from two of them: order-service makes one for an order that
 * coupon and balance cover. So no worker id is in both.
 */
export const idWorkers = {
  order: { first: 0, last: MAX_WORKER_ID >> 1 },
  pay: { first: (MAX_WORKER_ID >> 1) + 1, last: MAX_WORKER_ID },
} satisfies Record<string, WorkerRange>;

/** How far ahead a lease reaches: what a database may be away for before ids run out. */
const LEASE_MS = 60_000;
const RENEW_EVERY_MS = LEASE_MS / 6;

// SKIP LOCKED: instances that start at the same time take different ones
const LOCK_FREE_WORKER = `
  SELECT worker_id AS workerId, until_ms AS untilMs FROM id_worker
  WHERE worker_id BETWEEN ? AND ? AND until_ms < ? ORDER BY worker_id LIMIT 1 FOR UPDATE SKIP LOCKED`;
const TAKE_WORKER = 'UPDATE id_worker SET holder = ?, until_ms = ? WHERE worker_id = ?';
const NEXT_WORKER = 'SELECT COALESCE(MAX(worker_id) + 1, ?) AS workerId FROM id_worker WHERE worker_id BETWEEN ? AND ?';
const ADD_WORKER = 'INSERT INTO id_worker (worker_id, holder, until_ms) VALUES (?, ?, ?)';
const RENEW_WORKER = 'UPDATE id_worker SET until_ms = ? WHERE worker_id = ? AND holder = ?';

/**
 * Keeps the id generator's lease: a row of table id_worker, which says until when its holder may make ids. A lease is over
 * milliseconds of ids, not over time: whoever takes a worker over begins after the last millisecond that its holder was
 * allowed, so that the two never meet, however wrong their clocks are and however long one of them was stopped.
 */
export class WorkerLeases implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Log(WorkerLeases.name);
  /** Who holds a lease, for people too. */
  private readonly holder = `${hostname().slice(0, 50)}:${process.pid}:${randomUUID()}`;
  private workerId: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly ids: IdGenerator,
    private readonly workers: WorkerRange,
  ) {}

  /** A service starts with a lease, or not at all. */
  async onModuleInit(): Promise<void> {
    await this.renew();
    this.schedule();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Makes the lease reach LEASE_MS ahead: of the same worker, or of another one when somebody has taken it over. */
  async renew(): Promise<void> {
    const untilMs = this.ids.timeMs + LEASE_MS;
    const lease = (await this.prolong(untilMs)) ?? (await this.take(untilMs));
    if (lease.workerId !== this.workerId) this.log.info('ids are made as worker', { workerId: lease.workerId });
    this.workerId = lease.workerId;
    this.ids.use(lease);
  }

  private async prolong(untilMs: number): Promise<WorkerLease | undefined> {
    const { workerId } = this;
    if (workerId === undefined) return undefined;
    const isMine = await rowsMatched(this.database, RENEW_WORKER, [untilMs, workerId, this.holder]);
    return isMine ? { workerId, afterMs: 0, untilMs } : undefined;
  }

  private async take(untilMs: number): Promise<WorkerLease> {
    return (await this.takeOver(untilMs)) ?? (await this.add(untilMs));
  }

  /** A worker whose holder has not renewed it. */
  private takeOver(untilMs: number): Promise<WorkerLease | undefined> {
    const { first, last } = this.workers;
    return this.database.transaction(async (tx) => {
      const parameters = [first, last, this.ids.timeMs];
      const [free] = await tx.query<{ workerId: number; untilMs: string }[]>(LOCK_FREE_WORKER, parameters);
      if (!free) return undefined;
      await tx.query(TAKE_WORKER, [this.holder, untilMs, free.workerId]);
      return { workerId: free.workerId, afterMs: Number(free.untilMs), untilMs };
    });
  }

  /** A worker that nobody had. Rejects when there are as many as ids have room for. */
  private async add(untilMs: number): Promise<WorkerLease> {
    const { first, last } = this.workers;
    const [next] = await this.database.query<[{ workerId: string }]>(NEXT_WORKER, [first, first, last]);
    const workerId = Number(next.workerId);
    if (workerId > last) throw new RangeError(`all worker ids from ${first} to ${last} are taken`);
    try {
      await this.database.query(ADD_WORKER, [workerId, this.holder, untilMs]);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return this.take(untilMs); // somebody else added it at the same time
    }
    return { workerId, afterMs: 0, untilMs };
  }

  private schedule(): void {
    this.timer = setTimeout(() => void this.renewAndSchedule(), RENEW_EVERY_MS);
    this.timer.unref();
  }

  private async renewAndSchedule(): Promise<void> {
    try {
      await this.renew();
    } catch (error) {
      this.log.error('the lease on the worker id is not renewed', error);
    }
    if (!this.stopped) this.schedule();
  }
}
