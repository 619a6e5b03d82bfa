import type { ExpressionSession } from './expression.js';
import type { TableDefinition } from './table-definition.js';
import type { Row } from './value.js';

/** A statement has to wait for another transaction's row. */
export class RowLocked extends Error {
  override readonly name = 'RowLocked';
}

/** The tables as a statement sees and changes them. */
export interface Session extends ExpressionSession {
  table(name: string, schema?: string): { definition: TableDefinition; rows: Iterable<Row> };
  /** Rows that other transactions have inserted or changed and not committed. */
  othersRows(table: string): Iterable<Row>;
  /** Whether no other transaction has locked the row. */
  isFree(table: string, row: Row): boolean;
  /** @throws RowLocked */
  lock(table: string, row: Row): void;
  /** Locks the row and writes it. @throws RowLocked */
  put(table: string, row: Row): void;
  /** @throws RowLocked */
  remove(table: string, row: Row): void;
}

/** A session for queries without locks. */
export abstract class ReadOnlySession implements Session {
  readonly parameters = [];
  readonly rowCount = 0;

  constructor(readonly nowMs: number) {}

  abstract table(name: string, schema?: string): ReturnType<Session['table']>;

  othersRows(): Iterable<Row> {
    return [];
  }

  isFree(): boolean {
    return true;
  }

  lock(): void {
    throw new Error('read only');
  }

  put(): void {
    throw new Error('read only');
  }

  remove(): void {
    throw new Error('read only');
  }
}
