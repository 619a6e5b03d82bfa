import { ErrorNumber, SqlError } from './sql-error.js';
import type { Tokens } from './tokens.js';
import { arithmetic, compare, Decimal, isTrue, negative, truth, type Row, type SqlValue } from './value.js';

/** What an expression can refer to. */
export interface Scope {
  /** The present row of each table or subquery, by alias. */
  readonly rows: readonly (readonly [alias: string, row: Row])[];
  /** The rows that were grouped, for COUNT and its like. */
  readonly group?: readonly Scope[];
  readonly session: ExpressionSession;
}

export interface ExpressionSession {
  readonly parameters: readonly unknown[];
  /** Rows that the last statement changed. */
  readonly rowCount: number;
  readonly nowMs: number;
}

export type Expression = (scope: Scope) => SqlValue;

/** Reads expressions, as functions of a scope. */
export class ExpressionReader {
  /** Whether an aggregate function was read. */
  aggregates = false;
  private parameters = 0;

  constructor(private readonly tokens: Tokens) {}

  expression(): Expression {
    return this.either();
  }

  private either(): Expression {
    let left = this.both();
    while (this.tokens.skip('OR')) {
      const [a, b] = [left, this.both()];
      left = (scope) => {
        const [x, y] = [a(scope), b(scope)];
        if ((x !== null && isTrue(x)) || (y !== null && isTrue(y))) return 1;
        return x === null || y === null ? null : 0;
      };
    }
    return left;
  }

  private both(): Expression {
    let left = this.not();
    while (this.tokens.skip('AND')) {
      const [a, b] = [left, this.not()];
      left = (scope) => {
        const [x, y] = [a(scope), b(scope)];
        if ((x !== null && !isTrue(x)) || (y !== null && !isTrue(y))) return 0;
        return x === null || y === null ? null : 1;
      };
    }
    return left;
  }

  private not(): Expression {
    if (!this.tokens.skip('NOT')) return this.comparison();
    const operand = this.not();
    return (scope) => {
      const value = operand(scope);
      return value === null ? null : truth(!isTrue(value));
    };
  }

  private comparison(): Expression {
    let left = this.sum();
    for (;;) {
      const next = this.comparisonAfter(left);
      if (!next) return left;
      left = next;
    }
  }

  private comparisonAfter(left: Expression): Expression | undefined {
    const { tokens } = this;
    for (const [symbol, holds] of Object.entries(COMPARISONS)) {
      if (!tokens.skip(symbol)) continue;
      const right = this.sum();
      return (scope) => {
        const order = compare(left(scope), right(scope));
        return order === null ? null : truth(holds(order));
      };
    }
    if (tokens.skip('<=>')) {
      const right = this.sum();
      return (scope) => {
        const [a, b] = [left(scope), right(scope)];
        return truth(a === null || b === null ? a === b : compare(a, b) === 0);
      };
    }
    if (tokens.skip('IS', 'NOT', 'NULL')) return (scope) => truth(left(scope) !== null);
    if (tokens.skip('IS', 'NULL')) return (scope) => truth(left(scope) === null);
    if (tokens.skip('BETWEEN')) {
      const low = this.sum();
      tokens.expect('AND');
      const high = this.sum();
      return (scope) => {
        const [a, b] = [compare(left(scope), low(scope)), compare(left(scope), high(scope))];
        return a === null || b === null ? null : truth(a >= 0 && b <= 0);
      };
    }
    if (tokens.skip('NOT', 'IN')) return this.oneOf(left, false);
    if (tokens.skip('IN')) return this.oneOf(left, true);
    return undefined;
  }

  private oneOf(left: Expression, wanted: boolean): Expression {
    const items = this.tokens.listInBrackets(() => this.valuesOfItem());
    return (scope) => {
      const value = left(scope);
      if (value === null) return null;
      return truth(items.some((item) => item(scope).some((other) => compare(value, other) === 0)) === wanted);
    };
  }

  /** A list that is one parameter becomes its items, as in the driver. */
  private valuesOfItem(): (scope: Scope) => SqlValue[] {
    if (!this.tokens.skip('?')) {
      const item = this.expression();
      return (scope) => [item(scope)];
    }
    const index = this.parameters++;
    return ({ session }) => [session.parameters[index]].flat().map(fromDriver);
  }

  private sum(): Expression {
    let left = this.product();
    for (;;) {
      const operator = ['+', '-'].find((symbol) => this.tokens.skip(symbol));
      if (!operator) return left;
      const [a, b] = [left, this.product()];
      left = (scope) => arithmetic(operator, a(scope), b(scope));
    }
  }

  private product(): Expression {
    let left = this.unary();
    while (this.tokens.skip('*')) {
      const [a, b] = [left, this.unary()];
      left = (scope) => arithmetic('*', a(scope), b(scope));
    }
    return left;
  }

  private unary(): Expression {
    if (!this.tokens.skip('-')) return this.primary();
    const operand = this.unary();
    return (scope) => negative(operand(scope));
  }

  private primary(): Expression {
    const { tokens } = this;
    if (tokens.skip('(')) {
      const inner = this.expression();
      tokens.expect(')');
      return inner;
    }
    if (tokens.skip('?')) {
      const index = this.parameters++;
      return ({ session }) => fromDriver(session.parameters[index]);
    }
    if (tokens.skip('NULL')) return () => null;
    if (tokens.skip('INTERVAL')) {
      const amount = this.sum();
      const unitMs = tokens.skip('HOUR') ? 3_600_000 : 0.001;
      if (unitMs < 1) tokens.expect('MICROSECOND');
      return (scope) => Number(amount(scope)) * unitMs;
    }
    const token = tokens.take();
    if (token.kind === 'text') return () => token.text;
    if (token.kind === 'number') {
      const value = Number(token.text);
      const exact: SqlValue = Number.isSafeInteger(value) || token.text.includes('.') ? value : BigInt(token.text);
      return () => exact;
    }
    if (token.kind !== 'word' && token.kind !== 'name') tokens.fail('an expression expected');
    if (tokens.isNext('(')) return this.call(token.text.toUpperCase());
    if (!tokens.skip('.')) return ({ rows }) => valueIn(rows, undefined, token.text);
    const column = tokens.name();
    return ({ rows }) => valueIn(rows, token.text, column);
  }

  private call(name: string): Expression {
    const { tokens } = this;
    tokens.expect('(');
    if (name === 'COUNT' && tokens.skip('*', ')')) {
      this.aggregates = true;
      return ({ group }) => group!.length;
    }
    const parameters = tokens.isNext(')') ? [] : tokens.list(() => this.expression());
    tokens.expect(')');
    const [first] = parameters;
    const aggregate = AGGREGATES[name];
    if (aggregate && first) {
      this.aggregates = true;
      return ({ group }) => aggregate(group!.map(first).filter((value) => value !== null));
    }
    const call = FUNCTIONS[name];
    if (!call) return tokens.fail(`the function ${name} is not known`);
    return (scope) => call(scope, parameters);
  }
}

const COMPARISONS: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
  '<': (order) => order < 0,
  '>': (order) => order > 0,
};

const FUNCTIONS: Record<string, (scope: Scope, parameters: Expression[]) => SqlValue> = {
  ROW_COUNT: ({ session }) => session.rowCount,
  CURRENT_TIMESTAMP: ({ session }) => new Date(session.nowMs),
  IF: (scope, [condition, then, otherwise]) => (isTrue(condition!(scope)) ? then!(scope) : otherwise!(scope)),
  COALESCE: (scope, parameters) => {
    for (const parameter of parameters) {
      const value = parameter(scope);
      if (value !== null) return value;
    }
    return null;
  },
};

const AGGREGATES: Record<string, (values: SqlValue[]) => SqlValue> = {
  COUNT: (values) => values.length,
  SUM: (values) => (values.length === 0 ? null : values.reduce((sum, value) => arithmetic('+', sum, value))),
  MIN: (values) =>
    values.reduce<SqlValue>((least, value) => (least === null || compare(value, least)! < 0 ? value : least), null),
  MAX: (values) =>
    values.reduce<SqlValue>((most, value) => (most === null || compare(value, most)! > 0 ? value : most), null),
};

function valueIn(rows: Scope['rows'], alias: string | undefined, column: string): SqlValue {
  for (const [name, row] of rows) {
    if ((alias === undefined || alias === name) && column in row) return row[column]!;
  }
  throw new SqlError(ErrorNumber.UnknownColumn, `there is no column ${alias ? `${alias}.` : ''}${column}`);
}

function fromDriver(value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  if (value instanceof Date || value instanceof Decimal) return value;
  throw new TypeError(`not a parameter: ${String(value)}`);
}
