import type { DataSource } from 'typeorm';

/** Takes SQL inside a transaction. An EntityManager does. */
export interface SqlSession {
  /** Runs one statement. @returns the rows, or the driver's result of a change */
  query<T>(sql: string, parameters?: unknown[]): Promise<T>;
}

/** A statement and its parameters. */
export type Statement = readonly [sql: string, parameters: readonly unknown[]];

/** What inbox and outbox need of a database where it is not a TypeORM DataSource. */
export interface SqlTransactions {
  /** Commits when the work resolves, rolls back when it rejects. */
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /**
   * Runs the statements as one transaction on one connection, at best in one round trip.
   * @param contendedKey of the row that others want too: who runs several of these at once locks rows in the order of keys
   * @returns how many rows each of them matched or inserted
   */
  atomically(statements: readonly Statement[], contendedKey?: string): Promise<number[]>;
}

/** Those of TypeORM. */
export function transactionsOf(dataSource: DataSource): SqlTransactions {
  return {
    transaction: (work) => dataSource.transaction((manager) => work(manager)),
    atomically: (statements) =>
      dataSource.transaction(async (manager) => {
        const affected: number[] = [];
        for (const [sql, parameters] of statements) {
          affected.push((await manager.query<{ affectedRows: number }>(sql, [...parameters])).affectedRows);
        }
        return affected;
      }),
  };
}
