import type { DataSource } from 'typeorm';

/** Takes SQL inside a transaction. An EntityManager does. */
export interface SqlSession {
  /** Runs one statement. @returns the rows, or the driver's result of a change */
  query<T>(sql: string, parameters?: unknown[]): Promise<T>;
}

/** What the inbox needs of a database where it is not a TypeORM DataSource. */
export interface SqlTransactions {
  /** Commits when the work resolves, rolls back when it rejects. */
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
}

export function transactionsOf(dataSource: DataSource): SqlTransactions {
  return { transaction: (work) => dataSource.transaction((manager) => work(manager)) };
}
