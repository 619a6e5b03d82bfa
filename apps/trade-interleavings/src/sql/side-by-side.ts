import type { SchemaName, MysqlSchema } from '@trade/testing';
import { createPool, type Pool, type PoolConnection, type RowDataPacket } from 'mysql2/promise';
import { SESSION } from '../../../../libs/service-kit/src/database/database.module.js';
import { type Database, type Snapshot, type SqlAnswer, type SqlCall, type Transaction } from './database.js';
import { toDriver, type Row } from './value.js';

type Answers = RowDataPacket[][];

const OUTBOX = 'trade_mq_producer_temp';
const LOCK_WAIT_TIMEOUT = 1205;
/** MariaDB's number for a broken CHECK, and MySQL's. */
const CONSTRAINT_VIOLATED = { 4025: 3819 } as Record<number, number>;
/** Whoever would wait for a row is told so, at once where the server can do that. */
const NO_WAITING = `SET SESSION innodb_lock_wait_timeout = IF(VERSION() LIKE '%MariaDB%', 0, 1)`;
/** Without any waiting, MariaDB refuses to skip locked rows (error 1180). */
const SHORT_WAITING = 'SET SESSION innodb_lock_wait_timeout = 1';

/** What was met on the way. */
export interface Met {
  statements: Set<string>;
  errors: Set<number>;
  commits: number;
  /** Of sessions that ended in the middle. */
  rollbacks: number;
  /** A session had to wait for another one's row: on the server, and on the model too. */
  waits: number;
  waitsOfBoth: number;
}

/** A database on the model and on a server: every statement runs on both, and both must answer the same. */
export class SideBySide {
  snapshot: Snapshot;
  readonly sessions = new Set<SideBySideSession>();
  private readonly pool: Pool;

  constructor(
    readonly name: SchemaName,
    readonly model: Database,
    private readonly server: MysqlSchema,
    readonly met: Met,
  ) {
    this.snapshot = model.empty;
    this.pool = createPool({
      uri: server.url,
      supportBigNumbers: true,
      bigNumberStrings: true,
      multipleStatements: true,
      timezone: 'Z',
      charset: 'utf8mb4',
    });
    this.pool.on('connection', (connection) => {
      void connection.query([...SESSION, NO_WAITING].join(';'));
    });
  }

  async open(nowMs: number): Promise<SideBySideSession> {
    const connection = await this.pool.getConnection();
    await connection.query(`SET SESSION timestamp = ${nowMs / 1000}`);
    const session = new SideBySideSession(this, connection, nowMs);
    this.sessions.add(session);
    return session;
  }

  /** What is committed is the same on both. @throws Error naming the table where it is not */
  async compareTables(after: string): Promise<void> {
    const tables = Object.keys(this.snapshot.tables);
    const [answers] = await this.pool.query<Answers>(tables.map((table) => `SELECT * FROM ${table}`).join(';'));
    for (const [index, table] of tables.entries()) {
      const ofModel = [...this.model.read(this.snapshot, table).rows].map(forDriver);
      compare(`${this.name}.${table} after ${after}`, sorted(ofModel), sorted(answers[index]!));
    }
  }

  /** Rows of the outbox that the relay sends, and so deletes. */
  async withoutSent(snapshot: Snapshot): Promise<void> {
    const sent = [...this.snapshot.tables[OUTBOX]!.rows.values()].map(({ id }) => String(id));
    for (const id of sent) await this.server.execute(`DELETE FROM ${OUTBOX} WHERE id = ?`, [id]);
    this.snapshot = snapshot;
  }

  async clear(): Promise<void> {
    this.snapshot = this.model.empty;
    await this.server.clear();
  }

  async stop(): Promise<void> {
    await this.pool.end();
    await this.server.drop();
  }
}

/** A connection to both. */
export class SideBySideSession {
  private transaction: Transaction | undefined;

  constructor(
    private readonly database: SideBySide,
    private readonly connection: PoolConnection,
    private readonly nowMs: number,
  ) {}

  /**
   * @returns what both answer; undefined when the server says that another session's row is in the way
   * @throws Error when they differ
   */
  async send(sql: string, parameters: readonly unknown[]): Promise<SqlAnswer | undefined> {
    const { database } = this;
    const { met } = database;
    const others = [...database.sessions].flatMap(({ transaction }) => transaction ?? []);
    const call: SqlCall = { sql, parameters, nowMs: this.nowMs };
    const modelled = database.model.run(
      database.snapshot,
      this.transaction,
      others.filter((transaction) => transaction !== this.transaction),
      call,
    );
    const real = await this.answerOfServer(sql, parameters);
    if (real === 'waits') {
      met.waits += 1;
      if (!modelled) met.waitsOfBoth += 1;
      return undefined;
    }
    compare(`${sql} [${parameters.join(', ')}]`, modelled ? describe(modelled.answer) : 'waits', real);
    const { answer, snapshot, transaction, committed } = modelled!;
    if ('error' in answer) met.errors.add(answer.error.errno!);
    met.statements.add(sql);
    this.transaction = transaction;
    database.snapshot = snapshot;
    if (committed) {
      met.commits += 1;
      await database.compareTables(sql);
    }
    return answer;
  }

  /** What it has not committed is lost. */
  async close(): Promise<void> {
    const { database, transaction } = this;
    database.sessions.delete(this);
    await this.connection.query('ROLLBACK');
    this.connection.release();
    if (!transaction) return;
    database.met.rollbacks += 1;
    await database.compareTables('a rollback');
  }

  private async answerOfServer(sql: string, parameters: readonly unknown[]): Promise<unknown> {
    const skipsLocked = sql.includes('SKIP LOCKED');
    if (skipsLocked) await this.connection.query(SHORT_WAITING);
    try {
      const [result] = await this.connection.query(sql, [...parameters]);
      return normal(result);
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (errno === undefined) throw error;
      if (errno !== LOCK_WAIT_TIMEOUT) return { errno: CONSTRAINT_VIOLATED[errno] ?? errno };
      // only the statement is undone, and those before it in the same call must be too
      if (sql.startsWith('START TRANSACTION;')) await this.connection.query('ROLLBACK');
      return 'waits';
    } finally {
      if (skipsLocked) await this.connection.query(NO_WAITING);
    }
  }
}

function describe(answer: SqlAnswer): unknown {
  return 'error' in answer ? { errno: answer.error.errno } : normal(answer.value);
}

/** Of the answer to a change, how many rows it affected; a literal number is 64 bits wide, and so text, on MySQL only. */
function normal(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  if ('affectedRows' in value) return { affectedRows: value.affectedRows };
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, normal(each)]));
}

function forDriver(row: Row): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toDriver(value)]));
}

function sorted(rows: Record<string, unknown>[]): string[] {
  return rows.map((row) => JSON.stringify(normal(row))).sort();
}

function compare(what: string, ofModel: unknown, ofServer: unknown): void {
  const [model, server] = [JSON.stringify(ofModel), JSON.stringify(ofServer)];
  if (model !== server) throw new Error(`${what}\n  on the model: ${model}\n  on the server: ${server}`);
}
