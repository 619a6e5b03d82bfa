import DataLoader from 'dataloader';
import type { SqlSession } from './database.js';

/** Reads rows by their key. Reads of the same moment are one statement; nothing is kept. */
export class RowLoader<Row extends object> {
  private readonly rows: DataLoader<string, Row | undefined>;

  /**
   * @param select ends in `WHERE <key> IN (?)` and selects the key too
   * @param key the key's column; its values are text
   */
  constructor(session: SqlSession, select: string, key: keyof Row) {
    this.rows = new DataLoader(
      async (wanted) => {
        const rows = await session.query<Row[]>(select, [[...new Set(wanted)]]);
        const byKey = new Map(rows.map((row) => [row[key], row]));
        return wanted.map((value) => byKey.get(value as Row[keyof Row]));
      },
      { cache: false },
    );
  }

  load(key: string): Promise<Row | undefined> {
    return this.rows.load(key);
  }
}
