import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createConnection, createPool, type Pool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { migrate, statementsOf } from '../../../tools/migrations.mjs';

export type SchemaName = 'trade_order' | 'trade_pay' | 'trade_goods' | 'trade_coupon' | 'trade_user';
type Value = string | number | bigint | boolean | Date | null;

/** A database of its own for one test file: the service's tables, no rows. */
export class MysqlSchema {
  private constructor(
    readonly name: string,
    /** What the service takes as its DATABASE_URL. */
    readonly url: string,
    private readonly pool: Pool,
  ) {}

  static async create(schema: SchemaName): Promise<MysqlSchema> {
    const name = `test_${schema}_${process.pid}_${randomBytes(4).toString('hex')}`;
    const server = serverUrl();
    const connection = await createConnection(server.href);
    await migrate(connection, schema, { database: name });
    await connection.end();
    const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
    return new MysqlSchema(name, url, createPool({ uri: url, ...textForBigNumbers }));
  }

  /** Rows as plain objects; 64-bit ids and decimals are text, as the services see them. */
  async rows<Row extends object = Record<string, unknown>>(sql: string, values: Value[] = []): Promise<Row[]> {
    const [rows] = await this.pool.query<RowDataPacket[]>(sql, values);
    return rows as unknown as Row[];
  }

  /** The only row of the answer. @throws {Error} when there is none, or more than one */
  async row<Row extends object = Record<string, unknown>>(sql: string, values: Value[] = []): Promise<Row> {
    const [row, ...more] = await this.rows<Row>(sql, values);
    if (!row || more.length > 0) throw new Error(`one row expected, ${row ? more.length + 1 : 0} found: ${sql}`);
    return row;
  }

  /** @returns how many rows the statement inserted, matched or deleted */
  async execute(sql: string, values: Value[] = []): Promise<number> {
    const [result] = await this.pool.query<ResultSetHeader>(sql, values);
    return result.affectedRows;
  }

  /** Inserts one row given as column → value. */
  async insert(table: string, row: Record<string, Value>): Promise<void> {
    await this.pool.query('INSERT INTO ?? SET ?', [table, row]);
  }

  /** Empties every table of the service. */
  async clear(): Promise<void> {
    const tables = await this.rows<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_name <> 'schema_version'",
      [this.name],
    );
    for (const { name } of tables) await this.pool.query('DELETE FROM ??', [name]);
  }

  async drop(): Promise<void> {
    await this.pool.query('DROP DATABASE IF EXISTS ??', [this.name]);
    await this.pool.end();
  }
}

/** A fresh database with the tables of sql/`schema` on the server of MYSQL_URL. */
export function mysqlSchema(schema: SchemaName): Promise<MysqlSchema> {
  return MysqlSchema.create(schema);
}

/** The statements that make the tables of a schema, those of its first migration first. */
export function declarationsOf(schema: SchemaName): string[] {
  const folder = resolve(import.meta.dirname, '../../../sql', schema);
  const migrations = readdirSync(folder).sort();
  return migrations.flatMap((name) => statementsOf(readFileSync(resolve(folder, name), 'utf8')));
}

export const textForBigNumbers = {
  supportBigNumbers: true,
  bigNumberStrings: true,
  timezone: 'Z',
  charset: 'utf8mb4',
} as const;

export function serverUrl(): URL {
  const url = process.env['MYSQL_URL'];
  if (!url) {
    throw new Error('MYSQL_URL is not set: run the tests with `npm run test:int`, which starts a database for them');
  }
  return Object.assign(new URL(url), { pathname: '/' });
}
