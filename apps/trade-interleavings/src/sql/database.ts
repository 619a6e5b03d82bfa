import { RowLocked, type Session } from './session.js';
import { ErrorNumber, SqlError } from './sql-error.js';
import { readStatements, type Statement, type StatementResult } from './statement.js';
import { TableDefinition } from './table-definition.js';
import { Tokens } from './tokens.js';
import type { Row } from './value.js';

/** The committed rows of a table. Equal contents are one object, which its number names. */
export interface TableVersion {
  readonly number: number;
  readonly rows: ReadonlyMap<string, Row>;
}

/** The committed contents of a database. Equal contents are one object, which its number names. */
export interface Snapshot {
  readonly number: number;
  readonly tables: Readonly<Record<string, TableVersion>>;
}

/** What an open transaction has changed and locked. */
export interface Transaction {
  readonly changes: ReadonlyMap<string, ReadonlyMap<string, Row | null>>;
  readonly locks: ReadonlySet<string>;
  /** It has seen what it does not hold: from here on it matters when other transactions commit. */
  readonly hasLooked: boolean;
}

export interface SqlCall {
  sql: string;
  parameters: readonly unknown[];
  nowMs: number;
}

export type SqlAnswer = { value: unknown } | { error: SqlError };

export interface Executed {
  answer: SqlAnswer;
  snapshot: Snapshot;
  /** Still open after this call. */
  transaction: Transaction | undefined;
  committed: boolean;
}

const NEW_TRANSACTION: Transaction = { changes: new Map(), locks: new Set(), hasLooked: false };

/**
 * A model of an InnoDB database at READ COMMITTED, for the SQL that the services use: transactions with row locks, unique
 * keys, NOT NULL, CHECK. It keeps no state: what it answers depends on the snapshot and the open transactions alone.
 * SQL that it does not know is refused. That it answers as a real server does is what model-database.int-spec.ts checks.
 */
export class Database {
  private readonly definitions = new Map<string, TableDefinition>();
  private readonly versions = new Map<string, TableVersion>();
  private readonly snapshots = new Map<string, Snapshot>();
  private readonly statements = new Map<string, Statement[]>();

  /**
   * @param declarations the CREATE TABLE and ALTER TABLE statements
   * @param rewrite changes statements before they run: how a test takes a safeguard away
   * @param unread columns on which nothing depends: contents that differ in them alone count as equal
   */
  constructor(
    declarations: readonly string[],
    private readonly rewrite: (sql: string) => string,
    private readonly unread: ReadonlySet<string>,
  ) {
    for (const statement of declarations) {
      const tokens = new Tokens(statement);
      if (tokens.skip('ALTER', 'TABLE')) {
        this.definitions.get(tokens.name())!.alter(tokens);
        continue;
      }
      tokens.expect('CREATE', 'TABLE');
      const definition = TableDefinition.read(tokens);
      this.definitions.set(definition.name, definition);
    }
  }

  get empty(): Snapshot {
    return this.snapshot(
      Object.fromEntries([...this.definitions.keys()].map((name) => [name, this.version(name, new Map())])),
    );
  }

  /**
   * Runs what one call of the driver sends.
   * @param others transactions that are open besides the caller's
   * @returns undefined when it has to wait for one of the others
   */
  run(
    snapshot: Snapshot,
    own: Transaction | undefined,
    others: readonly Transaction[],
    call: SqlCall,
  ): Executed | undefined {
    let transaction = own && copyOf(own);
    const results: StatementResult[] = [];
    let [present, committed] = [snapshot, false];
    try {
      for (const statement of this.parsed(call.sql)) {
        if (statement.kind === 'BEGIN') transaction = copyOf(NEW_TRANSACTION);
        const used = transaction ?? copyOf(NEW_TRANSACTION);
        const session = new TransactionSession(this.definitions, present, used, others, call);
        session.rowCount = affected(results.at(-1));
        if (statement.kind === 'READ' && !this.holdsAll(statement, session)) used.hasLooked = true;
        const result = statement.run(session);
        if (statement.kind === 'WRITE' && affected(result) === 0) used.hasLooked = true;
        results.push(result);
        const ends = statement.kind === 'COMMIT' || (!transaction && statement.kind === 'WRITE');
        if (ends) [present, committed] = [this.withChanges(present, used), true];
        if (statement.kind === 'COMMIT' || statement.kind === 'ROLLBACK') transaction = undefined;
      }
    } catch (error) {
      if (error instanceof RowLocked) return undefined;
      if (!(error instanceof SqlError)) throw error;
      return { answer: { error }, snapshot: present, transaction, committed };
    }
    return {
      answer: { value: results.length === 1 ? results[0] : results },
      snapshot: present,
      transaction,
      committed,
    };
  }

  /**
   * Whether it makes no difference when in its transaction this call runs, because it neither sees what others may change
   * nor comes after such a look.
   */
  isPartOfOneStep(snapshot: Snapshot, own: Transaction, { sql, parameters, nowMs }: SqlCall): boolean {
    const statements = this.parsed(sql);
    if (statements.every(({ kind }) => kind === 'COMMIT' || kind === 'ROLLBACK')) return true;
    if (!own.hasLooked) return true;
    const call = { sql, parameters, nowMs };
    const session = new TransactionSession(this.definitions, snapshot, copyOf(own), [], call);
    return statements.every((statement) => statement.kind === 'READ' && this.holdsAll(statement, session));
  }

  /** What is committed. */
  read(snapshot: Snapshot, table: string): { definition: TableDefinition; rows: Iterable<Row> } {
    return { definition: this.definitions.get(table)!, rows: snapshot.tables[table]!.rows.values() };
  }

  withoutRows(snapshot: Snapshot, table: string): Snapshot {
    return this.snapshot({ ...snapshot.tables, [table]: this.version(table, new Map()) });
  }

  private holdsAll(statement: Statement, session: TransactionSession): boolean {
    const seen = statement.looksAt?.(session);
    return seen !== undefined && seen.rows.length > 0 && seen.rows.every((row) => session.isLocked(seen.table, row));
  }

  private parsed(sql: string): Statement[] {
    let statements = this.statements.get(sql);
    if (!statements) {
      statements = readStatements(this.rewrite(sql));
      this.statements.set(sql, statements);
    }
    return statements;
  }

  private withChanges(snapshot: Snapshot, { changes }: Transaction): Snapshot {
    const tables = { ...snapshot.tables };
    for (const [name, changed] of changes) {
      const rows = new Map(tables[name]!.rows);
      for (const [key, row] of changed) {
        if (row) rows.set(key, row);
        else rows.delete(key);
      }
      tables[name] = this.version(name, rows);
    }
    return this.snapshot(tables);
  }

  private snapshot(tables: Snapshot['tables']): Snapshot {
    const key = Object.values(tables)
      .map(({ number }) => number)
      .join();
    let snapshot = this.snapshots.get(key);
    if (!snapshot) {
      snapshot = { number: this.snapshots.size, tables };
      this.snapshots.set(key, snapshot);
    }
    return snapshot;
  }

  private version(table: string, rows: ReadonlyMap<string, Row>): TableVersion {
    const contents = `${table} ${describeRows(rows, this.unread)}`;
    let version = this.versions.get(contents);
    if (!version) {
      version = { number: this.versions.size, rows };
      this.versions.set(contents, version);
    }
    return version;
  }
}

const descriptions = new WeakMap<Transaction, string>();
const numbers = new Map<string, string>();

/** Names what a transaction has done so far. */
export function describeTransaction(transaction: Transaction): string {
  let description = descriptions.get(transaction);
  if (description === undefined) {
    const { changes, locks, hasLooked } = transaction;
    const rows = [...changes].map(([table, changed]) => `${table} ${describeRows(changed)}`);
    const contents = [...rows.sort(), ...[...locks].sort(), hasLooked].join(' ');
    description = numbers.get(contents) ?? `transaction ${numbers.size}`;
    numbers.set(contents, description);
    descriptions.set(transaction, description);
  }
  return description;
}

function describeRows(rows: ReadonlyMap<string, Row | null>, unread?: ReadonlySet<string>): string {
  return [...rows.keys()]
    .sort()
    .map((key) => {
      const values = Object.entries(rows.get(key) ?? {}).filter(([column]) => !unread?.has(column));
      return `${key}: ${values.map(([, value]) => String(value)).join('|')}`;
    })
    .join('\n');
}

interface OpenTransaction extends Transaction {
  readonly changes: Map<string, Map<string, Row | null>>;
  readonly locks: Set<string>;
  hasLooked: boolean;
}

function copyOf({ changes, locks, hasLooked }: Transaction): OpenTransaction {
  const copied = new Map([...changes].map(([table, rows]) => [table, new Map(rows)]));
  return { changes: copied, locks: new Set(locks), hasLooked };
}

function affected(result: StatementResult | undefined): number {
  if (result === undefined) return 0;
  return Array.isArray(result) ? result.length : (result['affectedRows'] as number);
}

/** Sees what is committed and what its own transaction changed. */
class TransactionSession implements Session {
  rowCount = 0;
  readonly parameters: readonly unknown[];
  readonly nowMs: number;

  constructor(
    private readonly definitions: ReadonlyMap<string, TableDefinition>,
    private readonly snapshot: Snapshot,
    private readonly own: OpenTransaction,
    private readonly others: readonly Transaction[],
    { parameters, nowMs }: SqlCall,
  ) {
    this.parameters = parameters;
    this.nowMs = nowMs;
  }

  table(name: string): { definition: TableDefinition; rows: Iterable<Row> } {
    const definition = this.definitions.get(name);
    if (!definition) throw new SqlError(ErrorNumber.UnknownTable, `there is no table ${name}`);
    const committed = this.snapshot.tables[name]!.rows;
    const changed = this.own.changes.get(name);
    if (!changed) return { definition, rows: committed.values() };
    const rows = [...new Map([...committed, ...changed]).values()].filter((row) => row !== null);
    return { definition, rows };
  }

  *othersRows(table: string): Iterable<Row> {
    for (const { changes } of this.others) {
      for (const row of changes.get(table)?.values() ?? []) if (row) yield row;
    }
  }

  isFree(table: string, row: Row): boolean {
    const lock = this.lockOf(table, row);
    return !this.others.some(({ locks }) => locks.has(lock));
  }

  isLocked(table: string, row: Row): boolean {
    return this.own.locks.has(this.lockOf(table, row));
  }

  lock(table: string, row: Row): void {
    if (!this.isFree(table, row)) throw new RowLocked();
    this.own.locks.add(this.lockOf(table, row));
  }

  put(table: string, row: Row): void {
    this.change(table, row, row);
  }

  remove(table: string, row: Row): void {
    this.change(table, row, null);
  }

  private change(table: string, row: Row, now: Row | null): void {
    this.lock(table, row);
    const rows = this.own.changes.get(table) ?? new Map<string, Row | null>();
    rows.set(this.definitions.get(table)!.keyOf(row), now);
    this.own.changes.set(table, rows);
  }

  private lockOf(table: string, row: Row): string {
    return `${table}/${this.definitions.get(table)!.keyOf(row)}`;
  }
}
