import { Inject, Injectable } from '@nestjs/common';
import {
  Inbox,
  Publisher,
  transactionsOf,
  type ReceivedMessage,
  type SqlSession,
  type SqlTransactions,
  type Statement,
} from '@trade/messaging';
import { DataSource } from 'typeorm';
import { DEFAULTS, OUTBOX_OPTIONS, type OutboxOptions } from './outbox-options.js';
import { insertAfterOneChanged, NO_ID, readStats, type OutboxRow, type OutboxStats } from './outbox-table.js';
import { OutboxMessages, OutboxTransaction } from './outbox-transaction.js';
import { Relay } from './relay.js';

const LOCK_CONFLICTS: ReadonlySet<unknown> = new Set([1213 /* deadlock */, 1205 /* lock wait timeout */]);
const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 10;

/** Changes the database and sends messages as one: both happen or neither, whatever dies when. */
@Injectable()
export class Outbox {
  private readonly transactions: SqlTransactions;

  constructor(
    @Inject(OUTBOX_OPTIONS) private readonly options: OutboxOptions,
    private readonly dataSource: DataSource,
    private readonly publisher: Publisher,
    private readonly inbox: Inbox,
    private readonly relay: Relay,
  ) {
    this.transactions = options.transactions ?? transactionsOf(dataSource);
  }

  /**
   * Runs the work in a transaction and sends its messages right after the commit; a broker that is away gets them later.
   * On a deadlock or a lock wait timeout the whole work runs again, so it must change nothing but the database.
   */
  async transaction<T>(work: (transaction: OutboxTransaction) => Promise<T>): Promise<T> {
    const { result, rows } = await againAfterLockConflict(() =>
      this.transactions.transaction((session) => this.run(session, work)),
    );
    this.relay.offer(rows);
    return result;
  }

  /**
   * For a hot path whose transaction is one conditional change of one row and the messages about it: one round trip to
   * the database instead of three.
   * @param tell adds the messages; it is called before the change
   * @returns false when the change does not match exactly one row: nothing is changed or sent then
   */
  async changeOne(change: Statement, tell: (messages: OutboxMessages) => void): Promise<boolean> {
    const messages = new OutboxMessages(this.publisher);
    tell(messages);
    const { rows } = messages;
    if (rows.length === 0) throw new Error('a change without a message needs no outbox');
    const insert = insertAfterOneChanged(rows, this.options.producerGroup, this.ownedMs);
    try {
      await againAfterLockConflict(() => this.transactions.atomically([change, insert]));
    } catch (error) {
      if (errnoOf(error) === NO_ID) return false;
      throw error;
    }
    this.relay.offer(rows);
    return true;
  }

  /**
   * For a listener that changes the database and sends messages: once per message (see Inbox.once), its record, its
   * change and its messages in one transaction.
   */
  async once<P>(message: ReceivedMessage<P>, work: (transaction: OutboxTransaction) => Promise<void>): Promise<void> {
    let rows: OutboxRow[] = [];
    await this.inbox.once(message, async (session) => {
      rows = (await this.run(session, work)).rows;
    });
    this.relay.offer(rows);
  }

  /** What waits for the broker. */
  stats(): Promise<OutboxStats> {
    return readStats(this.dataSource);
  }

  /** For how long only this process sends what it wrote. */
  private get ownedMs(): number {
    return this.options.claimAfterMs ?? DEFAULTS.claimAfterMs;
  }

  private async run<T>(session: SqlSession, work: (transaction: OutboxTransaction) => Promise<T>) {
    const transaction = new OutboxTransaction(session, this.publisher);
    const result = await work(transaction);
    await transaction.write(this.options.producerGroup, this.ownedMs);
    return { result, rows: transaction.rows };
  }
}

async function againAfterLockConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isLockConflict(error) || attempt >= MAX_ATTEMPTS) throw error;
      const pauseMs = FIRST_PAUSE_MS * 2 ** attempt * Math.random();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function isLockConflict(error: unknown): boolean {
  return LOCK_CONFLICTS.has(errnoOf(error));
}

function errnoOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'errno' in error ? error.errno : undefined;
}
