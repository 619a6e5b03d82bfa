import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { connectionOptions } from './schema.mjs';

const INSERT_CHARS = 1 << 20;

/**
 * Writes databases, as they are at one moment, to a gzipped file of SQL that any mysql client can load. Nobody waits but for
 * that moment: no transaction commits while `atThatMoment` runs.
 * @returns what atThatMoment answers
 */
export async function dumpDatabases(adminUrl, databases, path, atThatMoment) {
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection({ ...connectionOptions(adminUrl), ...AS_TEXT });
  try {
    await connection.query("SET time_zone = '+00:00'");
    await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await connection.query('FLUSH TABLES WITH READ LOCK');
    await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const answer = await atThatMoment();
    await connection.query('UNLOCK TABLES');
    await pipeline(Readable.from(statementsOf(connection, databases)), createGzip(), createWriteStream(path));
    return answer;
  } finally {
    connection.destroy();
  }
}

const AS_TEXT = { supportBigNumbers: true, bigNumberStrings: true, dateStrings: true };

/** Each ends with a semicolon at the end of a line, and has none there before. */
async function* statementsOf(connection, databases) {
  yield "SET NAMES utf8mb4;\nSET time_zone = '+00:00';\n";
  for (const database of databases) {
    yield `CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;\nUSE ${database};\n`;
    const [tables] = await connection.query(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name',
      [database],
    );
    for (const { name } of tables) {
      const [[{ 'Create Table': create }]] = await connection.query('SHOW CREATE TABLE ??.??', [database, name]);
      yield `${create};\n`;
      yield* insertsOf(connection, database, name);
    }
  }
}

async function* insertsOf(connection, database, table) {
  const select = { sql: connection.format('SELECT * FROM ??.??', [database, table]), rowsAsArray: true };
  const insert = `INSERT INTO ${connection.escapeId(table)} VALUES\n`;
  let rows = [];
  let chars = 0;
  for await (const values of connection.connection.query(select).stream()) {
    const row = `(${values.map((value) => connection.escape(value)).join(', ')})`;
    rows.push(row);
    chars += row.length;
    if (chars < INSERT_CHARS) continue;
    yield `${insert}${rows.join(',\n')};\n`;
    [rows, chars] = [[], 0];
  }
  if (rows.length > 0) yield `${insert}${rows.join(',\n')};\n`;
}

/** Loads what dumpDatabases has written; the databases must not be there. */
export async function loadDatabases(adminUrl, path) {
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection(connectionOptions(adminUrl));
  try {
    let statement = '';
    for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) {
      statement += `${line}\n`;
      if (!line.endsWith(';')) continue;
      await connection.query(statement);
      statement = '';
    }
    if (statement !== '') throw new Error(`${path} ends in the middle of a statement`);
  } finally {
    await connection.end();
  }
}
