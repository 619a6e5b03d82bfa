import { join } from 'node:path';
import { say, UserError } from './console.mjs';
import { root } from './paths.mjs';

/** What an ALTER fails with when it was done before: the column, key or constraint is there already, or is gone. */
const DONE_BEFORE = {
  duplicateColumn: 1060,
  duplicateKeyName: 1061,
  nothingToDrop: 1091,
  duplicateConstraint: 1826,
  duplicateCheck: 3822,
};

/**
 * Brings a database up to the newest of its migrations, sql/<schema>/<version>.do.<what>.sql, which are applied in order and
 * recorded in its table schema_version; the database is made when it is missing. Tables that are older than that table
 * pass through the first migration unchanged.
 *
 * MySQL commits each change of a table by itself, so a migration that died in the middle is run again from its start.
 * Whoever calls holds a lock: two at the same time would run the same migration.
 * @param connection an administrator's mysql2 connection; it uses the database from then on
 * @param database where it is not named like the schema
 * @param upTo the version to stop at
 * @returns the migrations that were applied
 * @throws {UserError} naming the migration that failed
 */
export async function migrate(connection, schema, { database = schema, upTo = 'max' } = {}) {
  const { default: Postgrator } = await import('postgrator');
  await connection.query('CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', [database]);
  await connection.query('USE ??', [database]);
  await connection.query("SET time_zone = '+00:00'");
  const postgrator = new Postgrator({
    driver: 'mysql',
    database,
    schemaTable: 'schema_version',
    migrationPattern: join(literal(root), 'sql', schema, '*.sql'),
    newline: 'LF',
    execQuery: async (sql) => ({ rows: (await connection.query(sql))[0] }),
    execSqlScript: async (script) => {
      for (const statement of statementsOf(script)) await apply(connection, statement);
    },
  });
  let current = null;
  postgrator.on('validation-started', (migration) => (current = migration));
  postgrator.on('migration-started', (migration) => (current = migration));
  try {
    return await postgrator.migrate(String(upTo));
  } catch (error) {
    throw new UserError(`${database} is not migrated${current ? ` (${current.filename})` : ''}: ${error.message}`);
  }
}

/** A semicolon ends a statement where it ends a line; lines that begin with -- are comments. */
export function statementsOf(script) {
  return script
    .replaceAll(/^\s*--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

async function apply(connection, statement) {
  try {
    await connection.query(statement);
  } catch (error) {
    if (!Object.values(DONE_BEFORE).includes(error.errno) || !/^ALTER TABLE\b/i.test(statement)) throw error;
    say(`done before: ${statement.split('\n')[0]} … (${error.message})`);
  }
}

/** The path as a pattern that matches itself alone. */
function literal(path) {
  return path.replaceAll(/[?*()[\]{}]/g, '[$&]');
}
