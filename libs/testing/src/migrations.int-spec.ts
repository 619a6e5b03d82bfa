import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { migrate, statementsOf } from '../../../tools/migrations.mjs';
import { serverUrl, textForBigNumbers, type SchemaName } from './mysql-schema.js';

const SQL = resolve(import.meta.dirname, '../../../sql');
const FIRST_RELEASE = readFileSync(resolve(import.meta.dirname, '../fixtures/first-release.sql'), 'utf8');
const SCHEMAS: SchemaName[] = ['trade_order', 'trade_pay', 'trade_goods', 'trade_coupon', 'trade_user'];

const filesOf = (schema: string) => readdirSync(join(SQL, schema)).sort();
type Row = Record<string, unknown>;

describe.each(SCHEMAS)('the migrations of %s', (schema) => {
  let connection: Connection;
  const made: string[] = [];

  beforeAll(async () => {
    connection = await createConnection({ uri: serverUrl().href, multipleStatements: true, ...textForBigNumbers });
  });
  afterAll(async () => {
    for (const database of made) await connection.query('DROP DATABASE IF EXISTS ??', [database]);
    await connection.end();
  });

  function newName(): string {
    const name = `test_migrations_${schema}_${process.pid}_${randomBytes(4).toString('hex')}`;
    made.push(name);
    return name;
  }

  async function query<R extends Row>(sql: string, values: unknown[] = []): Promise<R[]> {
    const [rows] = await connection.query<RowDataPacket[]>(sql, values);
    return rows as unknown as R[];
  }

  /** Its part of the first release's databases, under another name. */
  async function firstRelease(): Promise<string> {
    const database = newName();
    await connection.query('CREATE DATABASE ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', [database]);
    const parts = FIRST_RELEASE.split(/^(?=USE )/m).filter((part) => part.startsWith(`USE ${schema};`));
    const sql = parts.map((part) => part.replace(/^CREATE DATABASE .*$/m, '').replace(/^USE .*/, '')).join('');
    await connection.query('USE ??; SET time_zone = "+00:00"', [database]);
    await connection.query(sql);
    return database;
  }

  async function tables(database: string): Promise<string[]> {
    const rows = await query<{ name: string }>(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name',
      [database],
    );
    return rows.map(({ name }) => name);
  }

  /** Every table as the statement that would make it. */
  async function schemaOf(database: string): Promise<Record<string, string>> {
    const definitions: Record<string, string> = {};
    for (const table of await tables(database)) {
      const [row] = await query<{ 'Create Table': string }>('SHOW CREATE TABLE ??.??', [database, table]);
      definitions[table] = row!['Create Table'];
    }
    return definitions;
  }

  async function rowsOf(database: string): Promise<Record<string, Row[]>> {
    const rows: Record<string, Row[]> = {};
    for (const table of await tables(database))
      rows[table] = await query('SELECT * FROM ??.?? ORDER BY 1, 2', [database, table]);
    return rows;
  }

  async function newest(): Promise<string> {
    const database = newName();
    await migrate(connection, schema, { database });
    return database;
  }

  it('are numbered from 1 without a gap', () => {
    const names = filesOf(schema).map((file) => /^(\d{4})\.do\.[a-z0-9-]+\.sql$/.exec(file)?.[1]);
    expect(names).toEqual(names.map((_, index) => String(index + 1).padStart(4, '0')));
  });

  it('make the tables of the first release as their version 1', async () => {
    const database = newName();
    await migrate(connection, schema, { database, upTo: 1 });
    const { schema_version, ...tables } = await schemaOf(database);
    expect(schema_version).toBeDefined();
    expect(tables).toEqual(await schemaOf(await firstRelease()));
  });

  it('bring the first release to the newest schema and keep every row', async () => {
    const database = await firstRelease();
    const before = await rowsOf(database);
    const applied = await migrate(connection, schema, { database });
    const after = await rowsOf(database);

    expect(applied.map(({ version }) => version)).toEqual(filesOf(schema).map((_, index) => index + 1));
    for (const [table, rows] of Object.entries(before)) {
      expect(rows.length).toBeGreaterThan(0);
      expect(after[table]).toEqual(rows.map((row) => expect.objectContaining(row)));
    }
    expect(await schemaOf(database)).toEqual(await schemaOf(await newest()));
  });

  it('change nothing when they are there already', async () => {
    const database = await newest();
    expect(await migrate(connection, schema, { database })).toEqual([]);
  });

  it('can be run again after one died behind any of its statements', async () => {
    const wanted = await schemaOf(await newest());
    for (const [index, file] of filesOf(schema).entries()) {
      const statements = statementsOf(readFileSync(join(SQL, schema, file), 'utf8'));
      for (let done = 0; done <= statements.length; done++) {
        const database = newName();
        await migrate(connection, schema, { database, upTo: index });
        for (const statement of statements.slice(0, done)) await connection.query(statement);
        await migrate(connection, schema, { database });
        expect(await schemaOf(database)).toEqual(wanted);
      }
    }
  });
});
