import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, PoolConnection } from 'mysql2';
import { DataSource } from 'typeorm';
import { EventCounter } from '../metrics/metrics.js';
import { JoinedTransactions } from './joined-transactions.js';
import { isDeadlock, isDuplicateKey, isMissingValue } from './sql-errors.js';

/** How long a statement waits for a row that another transaction has locked. */
export const LOCK_WAIT_S = 5;
export const lockWait = (seconds: number) => `SET SESSION innodb_lock_wait_timeout = ${seconds}`;
const roundTrips = new EventCounter('trade_sql_round_trips_total', 'Round trips to the database.', []).of({});
const MAX_ATTEMPTS = 8;
/** Before the second attempt at most; then twice as long each time. */
const MAX_FIRST_DELAY_MS = 10;

/**
 * Stands for a NOT NULL column's parameter in a statement that may only run when the one before it changed one row: else
 * the value is missing, and the transaction fails. (INSERT … SELECT … WHERE ROW_COUNT() = 1 costs the database half more.)
 */
export const IF_ONE_CHANGED = 'IF(ROW_COUNT() = 1, ?, NULL)';

/** A statement and its parameters. */
export type Statement = readonly [sql: string, parameters: readonly unknown[]];

/** Takes SQL: the database itself, or a transaction (of Database, of the inbox or of the outbox). */
export interface SqlSession {
  query<Result>(sql: string, parameters?: unknown[]): Promise<Result>;
}

/**
 * The service's database for plain SQL. It uses TypeORM's pool of connections but not its query runner, which adds more
 * than half to the processor time of a short transaction.
 */
@Injectable()
export class Database implements SqlSession {
  private readonly pool: Pool;
  private readonly joined = new JoinedTransactions(
    (statements) => this.runTogether(statements),
    (statements) => this.runAlone(statements),
  );

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  query<Result>(sql: string, parameters?: unknown[]): Promise<Result> {
    return send(this.pool, sql, parameters);
  }

  /**
   * Runs work in a transaction. When the database picks it as the victim of a deadlock, all of it is run again, so work
   * does nothing but SQL.
   */
  transaction<Result>(work: (tx: SqlSession) => Promise<Result>): Promise<Result> {
    return this.onConnection(async (connection) => {
      const result = await work(beginningWithItsFirstStatement(connection));
      await send(connection, 'COMMIT');
      return result;
    });
  }

  /**
   * Runs statements as one transaction that takes one round trip: locks are held for the commit and nothing else. Those
   * of one moment share it. A later statement can depend on the one before it by IF_ONE_CHANGED.
   * @param contendedKey of the row that others want too, see JoinedTransactions
   * @returns how many rows each of them matched or inserted
   */
  atomically(statements: readonly Statement[], contendedKey?: string): Promise<number[]> {
    return this.joined.run(statements, contendedKey);
  }

  private async runAlone(statements: readonly Statement[]): Promise<number[]> {
    if (statements.length === 1) return [await rowsMatched(this, ...statements[0]!)]; // a transaction by itself
    return this.onConnection((connection) => runInOneTrip(connection, ['START TRANSACTION'], statements, ['COMMIT']));
  }

  private runTogether(statements: readonly Statement[]): Promise<number[]> {
    const [brief, usual] = [lockWait(1), lockWait(LOCK_WAIT_S)];
    return this.tryOnConnection(
      (connection) => runInOneTrip(connection, [brief, 'START TRANSACTION'], statements, ['COMMIT', usual]),
      `ROLLBACK;\n${usual}`,
    );
  }

  /** Work that ends its transaction itself; after a deadlock it is run again, after any other failure rolled back. */
  private async onConnection<Result>(work: (connection: PoolConnection) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.tryOnConnection(work);
      } catch (error) {
        if (!isDeadlock(error) || attempt === MAX_ATTEMPTS) throw error;
        // two victims of each other that come back at the same time meet again
        const delayMs = Math.random() * MAX_FIRST_DELAY_MS * 2 ** (attempt - 1);
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
  }

  private async tryOnConnection<Result>(
    work: (connection: PoolConnection) => Promise<Result>,
    rollback = 'ROLLBACK',
  ): Promise<Result> {
    const connection = await connectionOf(this.pool);
    try {
      const result = await work(connection);
      connection.release();
      return result;
    } catch (error) {
      await this.rollBack(connection, rollback);
      throw error;
    }
  }

  /** A connection that cannot roll back is closed, which rolls back too: an open transaction must not reach the pool. */
  private async rollBack(connection: PoolConnection, rollback: string): Promise<void> {
    try {
      await send(connection, rollback);
      connection.release();
    } catch {
      connection.destroy();
    }
  }
}

/** TypeORM has no other way to its pool. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { pool: Pool }).pool;
}

/**
 * Runs a change and the rows that record it as one transaction; the first record depends on the change by IF_ONE_CHANGED.
 * @param contendedKey of the row that is changed
 * @returns false when nothing was done: there was nothing to change, or the record is there already
 */
export async function doOnce(
  database: Database,
  contendedKey: string,
  statements: readonly Statement[],
): Promise<boolean> {
  try {
    await database.atomically(statements, contendedKey);
    return true;
  } catch (error) {
    if (isMissingValue(error) || isDuplicateKey(error)) return false;
    throw error;
  }
}

/**
 * Runs an INSERT that is the first of its key at most once: false when the row is there already, and then the
 * transaction can go on. Waits while another transaction that inserted the row has not ended.
 * Unlike INSERT IGNORE it hides no other fault of the row.
 */
export async function insertIfNew(tx: SqlSession, insert: string, parameters: unknown[]): Promise<boolean> {
  try {
    await tx.query(insert, parameters);
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
}

/** Runs an UPDATE or DELETE and tells how many rows its condition matched. */
export async function rowsMatched(tx: SqlSession, update: string, parameters: readonly unknown[]): Promise<number> {
  const { affectedRows } = await tx.query<{ affectedRows: number }>(update, [...parameters]);
  return affectedRows;
}

/**
 * Runs an UPDATE of a row that must be there.
 * @throws {Error} when it is not: the rows contradict each other, and nothing of the transaction may stay
 */
export async function updateOne(tx: SqlSession, update: string, parameters: unknown[]): Promise<void> {
  const matched = await rowsMatched(tx, update, parameters);
  if (matched !== 1) throw new Error(`${matched} rows instead of one for ${update} [${parameters.join(', ')}]`);
}

async function runInOneTrip(
  connection: PoolConnection,
  before: readonly string[],
  statements: readonly Statement[],
  after: readonly string[],
): Promise<number[]> {
  const sql = [...before, ...statements.map(([sql]) => sql), ...after].join(';\n');
  const parameters = statements.flatMap(([, parameters]) => parameters);
  const results = await send<{ affectedRows: number }[]>(connection, sql, parameters);
  return results.slice(before.length, -after.length).map(({ affectedRows }) => affectedRows);
}

function connectionOf(pool: Pool): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
  });
}

/** START TRANSACTION travels with the first statement: a round trip less. */
function beginningWithItsFirstStatement(connection: PoolConnection): SqlSession {
  let begun = false;
  return {
    async query<Result>(sql: string, parameters?: unknown[]): Promise<Result> {
      if (begun) return send(connection, sql, parameters);
      begun = true;
      const [, result] = await send<[unknown, Result]>(connection, `START TRANSACTION;\n${sql}`, parameters);
      return result;
    },
  };
}

function send<Result>(to: Pool | PoolConnection, sql: string, parameters: unknown[] = []): Promise<Result> {
  roundTrips.add();
  return new Promise((resolve, reject) => {
    to.query(sql, parameters, (error, result) => (error ? reject(error) : resolve(result as Result)));
  });
}
