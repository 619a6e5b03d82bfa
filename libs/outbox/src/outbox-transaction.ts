import { messageOf, type MessageContract, type Publisher } from '@trade/messaging';
import type { SqlSession } from './outbox-options.js';
import { checkRow, insertRows, newRowId, type OutboxRow } from './outbox-table.js';

/** A database transaction whose commit also sends messages. */
export class OutboxTransaction {
  private readonly added: OutboxRow[] = [];

  constructor(
    private readonly session: SqlSession,
    private readonly publisher: Publisher,
  ) {}

  query<T>(sql: string, parameters?: unknown[]): Promise<T> {
    return this.session.query<T>(sql, parameters);
  }

  /**
   * Sends the message if, and only if, the transaction commits. Written right before the commit, all in one statement.
   * @param options.deliverAtMs Unix time in ms, for contracts of type DELAY
   * @throws MessagingError for what the broker or the outbox table cannot take
   */
  add<P>(contract: MessageContract<P>, payload: P, options: { deliverAtMs?: number } = {}): void {
    const message = this.publisher.stamp(messageOf(contract, payload, options));
    checkRow(message);
    this.added.push({ id: newRowId(), message });
  }

  /** Writes what was added. @returns the rows, to be offered to the relay after the commit */
  async write(group: string, ownedMs: number): Promise<OutboxRow[]> {
    if (this.added.length > 0) await insertRows(this.session, this.added, group, ownedMs);
    return this.added;
  }
}
