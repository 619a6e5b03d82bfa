import { ExpressionReader, type Expression, type Scope } from './expression.js';
import { SelectReader, type Query } from './select.js';
import { RowLocked, type Session } from './session.js';
import { ErrorNumber, SqlError } from './sql-error.js';
import { Tokens } from './tokens.js';
import { isTrue, toDriver, type Row, type SqlValue } from './value.js';

export type StatementResult = { affectedRows: number } | Record<string, unknown>[];

export interface Statement {
  readonly kind: 'BEGIN' | 'COMMIT' | 'ROLLBACK' | 'READ' | 'WRITE';
  /** Of a SELECT: the rows that it looks at, where that is one table. */
  looksAt?(session: Session): { table: string; rows: readonly Row[] } | undefined;
  /** For BEGIN, COMMIT and ROLLBACK it does nothing: those belong to the transaction. */
  run(session: Session): StatementResult;
}

type Assignment = [column: string, value: Expression];

const NOTHING = () => ({ affectedRows: 0 });

/** Reads statements that are divided by semicolons. */
export function readStatements(sql: string): Statement[] {
  const tokens = new Tokens(sql);
  const expressions = new ExpressionReader(tokens);
  const statements: Statement[] = [];
  while (!tokens.atEnd) {
    statements.push(new StatementReader(tokens, expressions).statement());
    if (!tokens.atEnd) tokens.expect(';');
  }
  return statements;
}

class StatementReader {
  constructor(
    private readonly tokens: Tokens,
    private readonly expressions: ExpressionReader,
  ) {}

  statement(): Statement {
    const { tokens } = this;
    if (tokens.skip('START', 'TRANSACTION')) return { kind: 'BEGIN', run: NOTHING };
    if (tokens.skip('COMMIT')) return { kind: 'COMMIT', run: NOTHING };
    if (tokens.skip('ROLLBACK')) return { kind: 'ROLLBACK', run: NOTHING };
    if (tokens.isNext('SELECT')) return this.select();
    if (tokens.skip('INSERT', 'INTO')) return { kind: 'WRITE', run: this.insert() };
    if (tokens.skip('UPDATE')) return { kind: 'WRITE', run: this.update() };
    if (tokens.skip('DELETE', 'FROM')) return { kind: 'WRITE', run: this.delete() };
    return tokens.fail('the statement is not known');
  }

  private select(): Statement {
    const query = this.query();
    const run = (session: Session) => query.answer(session).rows.map(forDriver);
    return { kind: query.locks ? 'WRITE' : 'READ', run, looksAt: query.looksAt };
  }

  private query(): Query {
    return new SelectReader(this.tokens, this.expressions).query();
  }

  private insert(): Statement['run'] {
    const { tokens } = this;
    const table = tokens.name();
    const columns = tokens.listInBrackets(() => tokens.name());
    const rowsOf = this.insertedRows();
    const onDuplicate = tokens.skip('ON', 'DUPLICATE', 'KEY', 'UPDATE') ? this.assignments() : undefined;
    return (session) => {
      const { definition } = session.table(table);
      let affectedRows = 0;
      for (const values of rowsOf(session)) {
        const given = new Map(columns.map((column, index) => [column, values[index]!]));
        const row = Object.fromEntries(
          definition.columns.map(({ name }) => [
            name,
            given.has(name) ? definition.store(name, given.get(name)!) : definition.fallback(name, session),
          ]),
        );
        const present = inTheWay(session, table, row);
        if (!present) {
          definition.check(row, session);
          session.put(table, row);
          affectedRows += 1;
        } else if (onDuplicate) {
          const changed = assigned(session, table, present, onDuplicate);
          affectedRows += isSame(changed, present) ? 1 : 2;
        } else {
          session.lock(table, present);
          throw new SqlError(ErrorNumber.DuplicateKey, `Duplicate entry in ${table}`);
        }
      }
      return { affectedRows };
    };
  }

  private insertedRows(): (session: Session) => SqlValue[][] {
    const { tokens } = this;
    if (tokens.isNext('SELECT')) {
      const query = this.query();
      return (session) => query.answer(session).rows.map((row) => Object.values(row));
    }
    tokens.expect('VALUES');
    const rows = tokens.list(() => tokens.listInBrackets(() => this.expressions.expression()));
    return (session) => rows.map((values) => values.map((value) => value({ rows: [], session })));
  }

  private update(): Statement['run'] {
    const table = this.tokens.name();
    this.tokens.expect('SET');
    const assignments = this.assignments();
    const matching = this.matching(table);
    return (session) => {
      const rows = matching(session);
      for (const row of rows) {
        session.lock(table, row);
        assigned(session, table, row, assignments);
      }
      return { affectedRows: rows.length };
    };
  }

  private delete(): Statement['run'] {
    const table = this.tokens.name();
    const matching = this.matching(table);
    return (session) => {
      const rows = matching(session);
      for (const row of rows) session.remove(table, row);
      return { affectedRows: rows.length };
    };
  }

  private assignments(): Assignment[] {
    return this.tokens.list(() => {
      const column = this.tokens.name();
      this.tokens.expect('=');
      return [column, this.expressions.expression()];
    });
  }

  private matching(table: string): (session: Session) => Row[] {
    this.tokens.expect('WHERE');
    const where = this.expressions.expression();
    return (session) =>
      [...session.table(table).rows].filter((row) => isTrue(where({ rows: [[table, row]], session })));
  }
}

/** The row that has the same key; one that is not committed is waited for. */
function inTheWay(session: Session, table: string, row: Row): Row | undefined {
  const { definition, rows } = session.table(table);
  for (const other of session.othersRows(table)) {
    if (definition.collide(row, other)) throw new RowLocked();
  }
  return [...rows].find((other) => definition.collide(row, other));
}

/** Assignments see the ones before them. */
function assigned(session: Session, table: string, row: Row, assignments: Assignment[]): Row {
  const { definition } = session.table(table);
  const changed = { ...row };
  const scope: Scope = { rows: [[table, changed]], session };
  for (const [column, value] of assignments) changed[column] = definition.store(column, value(scope));
  definition.check(changed, session);
  session.put(table, changed);
  return changed;
}

function isSame(a: Row, b: Row): boolean {
  return Object.keys(a).every((column) => String(a[column]) === String(b[column]));
}

function forDriver(row: Row): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toDriver(value)]));
}
