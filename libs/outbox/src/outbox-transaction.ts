import { messageOf, type MessageContract, type Publisher, type SqlSession } from '@trade/messaging';
import { checkRow, insertRows, newRowId, type OutboxRow } from './outbox-table.js';

/** Messages that are to be sent if, and only if, a transaction commits. */
export class OutboxMessages {
  readonly rows: OutboxRow[] = [];

  constructor(private readonly publisher: Publisher) {}

  /**
   * @param options.deliverAtMs Unix time in ms, for contracts of type DELAY
   * @throws MessagingError for what the broker or the outbox table cannot take
   */
  add<P>(contract: MessageContract<P>, payload: P, options: { deliverAtMs?: number } = {}): void {
    const message = this.publisher.stamp(messageOf(contract, payload, options));
    checkRow(message);
    this.rows.push({ id: newRowId(), message });
  }
}

/** A database transaction whose commit also sends messages. */
export class OutboxTransaction extends OutboxMessages {
  constructor(
    private readonly session: SqlSession,
    publisher: Publisher,
  ) {
    super(publisher);
  }

  /** Runs one statement inside the transaction. */
  query<T>(sql: string, parameters?: unknown[]): Promise<T> {
    return this.session.query<T>(sql, parameters);
  }

  /** Writes what was added, right before the commit and all in one statement. */
  async write(group: string, ownedMs: number): Promise<void> {
    if (this.rows.length > 0) await insertRows(this.session, this.rows, group, ownedMs);
  }
}
