import { ExpressionReader, type Expression, type ExpressionSession } from './expression.js';
import { ErrorNumber, SqlError } from './sql-error.js';
import type { Tokens } from './tokens.js';
import { Decimal, isTrue, type Row, type SqlValue } from './value.js';

interface Column {
  name: string;
  type: string;
  nullable: boolean;
  fallback: Expression | undefined;
}

/** A table as CREATE TABLE declares it: what its columns take, and what a row must keep to. */
export class TableDefinition {
  readonly columns: Column[] = [];
  /** The primary key first. */
  readonly uniqueKeys: string[][] = [];
  private readonly checks: [name: string, holds: Expression][] = [];
  /** Those that are not unique: they decide nothing here. */
  private readonly plainKeys = new Set<string>();

  private constructor(readonly name: string) {}

  /** Reads what follows CREATE TABLE. */
  static read(tokens: Tokens): TableDefinition {
    tokens.skip('IF', 'NOT', 'EXISTS');
    const table = new TableDefinition(tokens.name());
    tokens.listInBrackets(() => table.readPart(tokens));
    while (!tokens.atEnd && !tokens.isNext(';')) tokens.take(); // ENGINE = …
    return table;
  }

  /** Reads what follows ALTER TABLE and the name. */
  alter(tokens: Tokens): void {
    tokens.list(() => {
      if (tokens.skip('ADD')) {
        tokens.skip('COLUMN');
        this.readPart(tokens);
      } else if (!tokens.skip('DROP', 'KEY') || !this.plainKeys.delete(tokens.name())) {
        tokens.fail('the change is not known');
      }
    });
  }

  /** The value as this column stores it. @throws SqlError for NULL where none may be */
  store(name: string, value: SqlValue): SqlValue {
    const column = this.columns.find((each) => each.name === name);
    if (!column) throw new SqlError(ErrorNumber.UnknownColumn, `there is no column ${this.name}.${name}`);
    if (value === null) {
      if (!column.nullable) throw new SqlError(ErrorNumber.MissingValue, `Column '${name}' cannot be null`);
      return null;
    }
    return STORE[column.type]!(value);
  }

  fallback(name: string, session: ExpressionSession): SqlValue {
    const { fallback, nullable } = this.columns.find((column) => column.name === name)!;
    if (fallback) return this.store(name, fallback({ rows: [], session }));
    if (!nullable) throw new SqlError(ErrorNumber.NoDefault, `Field '${name}' doesn't have a default value`);
    return null;
  }

  /** @throws SqlError when the row breaks a CHECK */
  check(row: Row, session: ExpressionSession): void {
    for (const [name, holds] of this.checks) {
      const value = holds({ rows: [[this.name, row]], session });
      if (value !== null && !isTrue(value)) {
        throw new SqlError(ErrorNumber.ConstraintViolated, `Check constraint '${name}' is violated`);
      }
    }
  }

  /** Names the row. */
  keyOf(row: Row): string {
    return this.valuesOf(row, this.uniqueKeys[0]!)!;
  }

  /** Whether both rows have the same value of a unique key. */
  collide(a: Row, b: Row): boolean {
    return this.uniqueKeys.some((key) => {
      const values = this.valuesOf(a, key);
      return values !== undefined && values === this.valuesOf(b, key);
    });
  }

  /** undefined when one of them is NULL: that is equal to nothing */
  private valuesOf(row: Row, columns: string[]): string | undefined {
    if (columns.some((column) => row[column] === null)) return undefined;
    return columns.map((column) => String(row[column])).join('/');
  }

  private readPart(tokens: Tokens): void {
    const names = () => tokens.listInBrackets(() => tokens.name());
    if (tokens.skip('PRIMARY', 'KEY')) {
      this.uniqueKeys.unshift(names());
    } else if (tokens.skip('UNIQUE', 'KEY')) {
      tokens.name();
      this.uniqueKeys.push(names());
    } else if (tokens.skip('KEY')) {
      this.plainKeys.add(tokens.name());
      names();
    } else if (tokens.skip('CONSTRAINT')) {
      const name = tokens.name();
      tokens.expect('CHECK', '(');
      this.checks.push([name, new ExpressionReader(tokens).expression()]);
      tokens.expect(')');
    } else {
      this.columns.push(readColumn(tokens));
    }
  }
}

function readColumn(tokens: Tokens): Column {
  const column: Column = {
    name: tokens.name(),
    type: tokens.name().toLowerCase(),
    nullable: true,
    fallback: undefined,
  };
  if (!STORE[column.type]) tokens.fail(`the type ${column.type} is not known`);
  if (tokens.isNext('(')) tokens.listInBrackets(() => tokens.take());
  for (;;) {
    if (tokens.skip('CHARACTER', 'SET') || tokens.skip('COLLATE')) tokens.name();
    else if (tokens.skip('NOT', 'NULL')) column.nullable = false;
    else if (tokens.skip('NULL')) column.nullable = true;
    else if (tokens.skip('COMMENT')) tokens.take();
    else if (tokens.skip('PRIMARY', 'KEY')) tokens.fail('declare the primary key on its own line');
    else if (tokens.skip('DEFAULT')) column.fallback = new ExpressionReader(tokens).expression();
    else return column;
  }
}

const whole = (value: SqlValue) => Number(value);
const text = (value: SqlValue) => String(value);

const STORE: Record<string, (value: SqlValue) => SqlValue> = {
  bigint: (value) => (typeof value === 'bigint' ? value : BigInt(value as number | string)),
  int: whole,
  smallint: whole,
  tinyint: whole,
  decimal: (value) => Decimal.of(value),
  varchar: text,
  char: text,
  text,
  timestamp: (value) => {
    if (value instanceof Date) return value;
    throw new TypeError(`not a time: ${String(value)}`);
  },
};
