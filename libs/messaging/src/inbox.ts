import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ReceivedMessage } from './message.js';
import { MessagingError, UnrecoverableMessageError } from './messaging-error.js';
import { transactionsOf, type SqlSession, type SqlTransactions, type Statement } from './sql-transactions.js';

const DEADLOCK = 1213;
/** After these errors nothing was done: a missing value, a duplicate key, a deadlock, too long a wait for a lock. */
const REFUSALS: readonly unknown[] = [1048, 1062, DEADLOCK, 1205];
const DEADLOCK_ATTEMPTS = 5;
const MAX_REMARK_CHARS = 500;
/** The column takes 65,535 bytes, a character at most four. */
const MAX_STORED_BODY_CHARS = 16_000;

const insertDone = (group: string) => `INSERT INTO trade_mq_consumer_log
    (group_name, msg_tag, msg_key, msg_id, msg_body, consumer_status, consumer_times, consumer_timestamp)
  VALUES (${group}, ?, ?, ?, ?, 1, 1, CURRENT_TIMESTAMP(3))`;
// A plain INSERT … IGNORE or a caught duplicate would leave a shared lock, with which two deliveries deadlock.
const CLAIM = `${insertDone('?')} ON DUPLICATE KEY UPDATE consumer_times = consumer_times + 1`;
/** Fails unless the statement before it changed one row. */
const CLAIM_AFTER_ONE_CHANGED = insertDone('IF(ROW_COUNT() = 1, ?, NULL)');
const INSERTED = 1;
const STATUS_OF =
  'SELECT consumer_status AS status FROM trade_mq_consumer_log WHERE group_name = ? AND msg_tag = ? AND msg_key = ?';
const DONE = 1;
const MARK_DONE = `UPDATE trade_mq_consumer_log SET consumer_status = 1, consumer_timestamp = CURRENT_TIMESTAMP(3), remark = NULL
  WHERE group_name = ? AND msg_tag = ? AND msg_key = ?`;
// The status comes last: assignments see the ones before them.
const RECORD_FAILURE = `INSERT INTO trade_mq_consumer_log
    (group_name, msg_tag, msg_key, msg_id, msg_body, consumer_status, consumer_times, consumer_timestamp, remark)
  VALUES (?, ?, ?, ?, ?, 2, 1, CURRENT_TIMESTAMP(3), ?)
  ON DUPLICATE KEY UPDATE
    consumer_times = consumer_times + (consumer_status <> 1),
    consumer_timestamp = CURRENT_TIMESTAMP(3),
    remark = IF(consumer_status = 1, remark, ?),
    consumer_status = IF(consumer_status = 1, 1, 2)`;

const COUNT_FAILED = 'SELECT COUNT(*) AS failed FROM trade_mq_consumer_log WHERE consumer_status = 2';

/** Makes a listener's change happen once per message, however often the message comes. */
export class Inbox {
  private readonly logger = new Logger(Inbox.name);

  constructor(
    private readonly dataSource: DataSource | undefined,
    /** How to run a transaction; where not given, the DataSource does, and the work gets an EntityManager. */
    private readonly transactions: SqlTransactions | undefined = dataSource && transactionsOf(dataSource),
    /** Told of a message that was done before. */
    private readonly onDuplicate: (message: ReceivedMessage) => void = () => {},
  ) {}

  /**
   * Runs the work and remembers the message (consumer group, tag, key) in one transaction. Does nothing when it was done
   * before. When the work throws, nothing of it stays but a record of the failure, and the error is rethrown: the message
   * comes again. The work may run more than once (deadlock), so it must change nothing but the database.
   */
  async once<P>(message: ReceivedMessage<P>, work: (transaction: SqlSession) => Promise<void>): Promise<void> {
    const { dataSource, transactions } = this;
    if (!dataSource || !transactions)
      throw new MessagingError('the inbox needs a TypeORM DataSource', { retriable: false });
    if (message.key === '')
      throw new UnrecoverableMessageError(`message ${message.id} of ${message.topic} has no key to know it by`);
    for (let attempt = 1; ; attempt++) {
      try {
        return await transactions.transaction(async (transaction) => {
          if (await this.claim(transaction, message)) await work(transaction);
          else this.onDuplicate(message);
        });
      } catch (error) {
        // Two deliveries of one message at the same time: the database picks one to go on and this one to try again.
        if (errnoOf(error) === DEADLOCK && attempt < DEADLOCK_ATTEMPTS) continue;
        await this.recordFailure(dataSource, message, error);
        throw error;
      }
    }
  }

  /**
   * For a hot path whose change is known before it is made: once per message, too, but record and change are one round
   * trip, which messages of one moment may share.
   * @param contendedKey see SqlTransactions
   * @returns false when nothing was done, because the last statement did not change exactly one row, or the message or a
   *   row is there already, or somebody holds a lock: then `once` takes its time
   */
  async changeOnce<P>(
    message: ReceivedMessage<P>,
    change: readonly Statement[],
    contendedKey?: string,
  ): Promise<boolean> {
    const { dataSource, transactions } = this;
    if (!dataSource || !transactions || message.key === '') return false;
    try {
      await transactions.atomically([...change, [CLAIM_AFTER_ONE_CHANGED, rowOf(message)]], contendedKey);
      return true;
    } catch (error) {
      if (REFUSALS.includes(errnoOf(error))) return false;
      await this.recordFailure(dataSource, message, error);
      throw error;
    }
  }

  /** Messages whose last delivery failed; they come again, or are dead letters. */
  async failed(): Promise<number> {
    const [row] = await (this.dataSource?.query<{ failed: string }[]>(COUNT_FAILED) ?? []);
    return Number(row?.failed ?? 0);
  }

  /** @returns false when the message was done before */
  private async claim(transaction: SqlSession, message: ReceivedMessage): Promise<boolean> {
    const row = rowOf(message);
    const { affectedRows } = await transaction.query<{ affectedRows: number }>(CLAIM, row);
    if (affectedRows === INSERTED) return true;
    const primaryKey = row.slice(0, 3);
    const [found] = await transaction.query<{ status: number }[]>(STATUS_OF, primaryKey);
    if (found?.status === DONE) return false;
    await transaction.query(MARK_DONE, primaryKey);
    return true;
  }

  private async recordFailure(dataSource: DataSource, message: ReceivedMessage, error: unknown): Promise<void> {
    const remark = (error instanceof Error ? error.message : String(error)).slice(0, MAX_REMARK_CHARS);
    try {
      await dataSource.query(RECORD_FAILURE, [...rowOf(message), remark, remark]);
    } catch (recordError) {
      this.logger.warn(
        `failure of ${message.topic}:${message.tag} key ${message.key} not recorded: ${String(recordError)}`,
      );
    }
  }
}

function rowOf(message: ReceivedMessage): (string | null)[] {
  const body = message.body.length <= MAX_STORED_BODY_CHARS ? message.body : null;
  return [message.group, message.tag, message.key, message.id, body];
}

function errnoOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'errno' in error ? error.errno : undefined;
}
