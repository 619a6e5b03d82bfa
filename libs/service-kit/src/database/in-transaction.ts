import type { DataSource, EntityManager } from 'typeorm';
import { isDeadlock, isDuplicateKey } from './sql-errors.js';

const MAX_ATTEMPTS = 5;
const MAX_RETRY_DELAY_MS = 20;

/**
 * Runs work in a local transaction. When the database picks it as the victim of a deadlock, all of it is run again, so
 * work does nothing but SQL.
 */
export async function inTransaction<T>(dataSource: DataSource, work: (tx: EntityManager) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await dataSource.transaction(work);
    } catch (error) {
      if (!isDeadlock(error) || attempt === MAX_ATTEMPTS) throw error;
      // two victims of each other that come back at the same time meet again
      await new Promise((resolve) => setTimeout(resolve, Math.random() * MAX_RETRY_DELAY_MS));
    }
  }
}

/**
 * Runs an INSERT that is the first of its key at most once: false when the row is there already, and then the
 * transaction can go on. Waits while another transaction that inserted the row has not ended.
 * Unlike INSERT IGNORE it hides no other fault of the row.
 */
export async function insertIfNew(tx: EntityManager, insert: string, parameters: unknown[]): Promise<boolean> {
  try {
    await tx.query(insert, parameters);
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
}

/** Runs an UPDATE or DELETE and tells how many rows its condition matched. */
export async function rowsMatched(tx: EntityManager, update: string, parameters: unknown[]): Promise<number> {
  const { affectedRows } = await tx.query<{ affectedRows: number }>(update, parameters);
  return affectedRows;
}

/**
 * Runs an UPDATE of a row that must be there.
 * @throws {Error} when it is not: the rows contradict each other, and nothing of the transaction may stay
 */
export async function updateOne(tx: EntityManager, update: string, parameters: unknown[]): Promise<void> {
  const matched = await rowsMatched(tx, update, parameters);
  if (matched !== 1) throw new Error(`${matched} rows instead of one for ${update} [${parameters.join(', ')}]`);
}
