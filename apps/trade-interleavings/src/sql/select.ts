import { ExpressionReader, type Expression, type Scope } from './expression.js';
import type { TableDefinition } from './table-definition.js';
import type { Tokens } from './tokens.js';
import { compare, isTrue, toDriver, type Row, type SqlValue } from './value.js';
import type { Session } from './session.js';

/** Rows with names: a table, or the answer of a query. */
interface Relation {
  columns: readonly string[];
  rows: readonly Row[];
}

type Source = (session: Session) => Relation;

interface Joined {
  alias: string;
  /** Of the table. */
  name: string;
  source: Source;
  /** Of a LEFT JOIN or JOIN. */
  on?: Expression;
  left: boolean;
}

interface Locking {
  skipLocked: boolean;
}

export interface Query {
  answer(session: Session): Relation;
  /** The rows that it looks at, where that is one table. */
  looksAt(session: Session): { table: string; rows: readonly Row[] } | undefined;
  /** Without FOR UPDATE, what it sees may change at once. */
  locks: boolean;
}

/** SELECT … [UNION [ALL] SELECT …]. */
export class SelectReader {
  constructor(
    private readonly tokens: Tokens,
    private readonly expressions: ExpressionReader,
  ) {}

  query(): Query {
    let query = this.select();
    while (this.tokens.skip('UNION')) {
      const [all, first, second] = [this.tokens.skip('ALL'), query, this.select()];
      query = {
        locks: false,
        looksAt: () => undefined,
        answer: (session) => {
          const [a, b] = [first.answer(session), second.answer(session)];
          const renamed = b.rows.map((row) =>
            Object.fromEntries(a.columns.map((name, index) => [name, row[b.columns[index]!]!])),
          );
          const rows = [...a.rows, ...renamed];
          return { columns: a.columns, rows: all ? rows : distinct(rows) };
        },
      };
    }
    return query;
  }

  private select(): Query {
    const { tokens, expressions } = this;
    tokens.expect('SELECT');
    const outer = expressions.aggregates;
    expressions.aggregates = false;
    const items = tokens.list(() => this.item());
    const from = tokens.skip('FROM') ? this.from() : [];
    const where = this.after('WHERE');
    const groupBy = tokens.skip('GROUP', 'BY') ? tokens.list(() => expressions.expression()) : undefined;
    const having = this.after('HAVING');
    const orderBy = tokens.skip('ORDER', 'BY') ? tokens.list(() => this.ordering()) : [];
    const limit = this.after('LIMIT');
    const locking = this.locking();
    const isGrouped = groupBy !== undefined || expressions.aggregates;
    expressions.aggregates = outer;

    const answer = (session: Session): Relation => {
      let scopes = join(from, session).filter((scope) => holds(where, scope));
      if (isGrouped) scopes = grouped(scopes, groupBy ?? [], session).filter((scope) => holds(having, scope));
      if (locking?.skipLocked) scopes = scopes.filter((scope) => session.isFree(tableOf(from), rowOf(scope)));
      for (const { value, descending } of [...orderBy].reverse()) {
        scopes.sort((a, b) => (compare(value(a), value(b)) ?? 0) * (descending ? -1 : 1));
      }
      if (limit) scopes = scopes.slice(0, Number(limit({ rows: [], session })));
      if (locking) for (const scope of scopes) session.lock(tableOf(from), rowOf(scope));
      const rows = scopes.map((scope) => Object.fromEntries(items.map(([name, value]) => [name, value(scope)])));
      return { columns: items.map(([name]) => name), rows };
    };
    const looksAt: Query['looksAt'] = (session) => {
      if (from.length !== 1) return undefined;
      const scopes = join(from, session).filter((scope) => holds(where, scope));
      return { table: from[0]!.name, rows: scopes.map(rowOf) };
    };
    return { answer, looksAt, locks: locking !== undefined };
  }

  private item(): [name: string, value: Expression] {
    const { tokens } = this;
    const first = tokens.next;
    const value = this.expressions.expression();
    const last = tokens.previous;
    if (tokens.skip('AS')) return [tokens.name(), value];
    return [last.kind === 'word' || last.kind === 'name' ? last.text : first.text, value];
  }

  private from(): Joined[] {
    const { tokens } = this;
    const joined: Joined[] = [{ ...this.source(), left: false }];
    for (;;) {
      const left = tokens.skip('LEFT', 'JOIN');
      if (!left && !tokens.skip('JOIN')) return joined;
      const source = this.source();
      tokens.expect('ON');
      joined.push({ ...source, on: this.expressions.expression(), left });
    }
  }

  private source(): Pick<Joined, 'alias' | 'name' | 'source'> {
    const { tokens } = this;
    if (tokens.skip('(')) {
      const query = this.query();
      tokens.expect(')');
      tokens.skip('AS');
      return { alias: tokens.name(), name: '', source: (session) => query.answer(session) };
    }
    let [schema, table] = [undefined as string | undefined, tokens.name()];
    if (tokens.skip('.')) [schema, table] = [table, tokens.name()];
    const hasAlias =
      tokens.skip('AS') || tokens.next.kind === 'name' || (tokens.next.kind === 'word' && !this.isKeyword());
    const alias = hasAlias ? tokens.name() : table;
    return {
      alias,
      name: table,
      source: (session) => {
        const { definition, rows } = session.table(table, schema);
        return { columns: columnsOf(definition), rows: [...rows] };
      },
    };
  }

  private isKeyword(): boolean {
    return AFTER_TABLE.some((keyword) => this.tokens.isNext(keyword));
  }

  private after(keyword: string): Expression | undefined {
    return this.tokens.skip(keyword) ? this.expressions.expression() : undefined;
  }

  private ordering(): { value: Expression; descending: boolean } {
    const value = this.expressions.expression();
    return { value, descending: this.tokens.skip('DESC') };
  }

  private locking(): Locking | undefined {
    if (!this.tokens.skip('FOR', 'UPDATE')) return undefined;
    return { skipLocked: this.tokens.skip('SKIP', 'LOCKED') };
  }
}

const AFTER_TABLE = ['LEFT', 'JOIN', 'ON', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'FOR', 'UNION'];

function join(from: readonly Joined[], session: Session): Scope[] {
  let scopes: Scope[] = [{ rows: [], session }];
  for (const { alias, source, on, left } of from) {
    const { columns, rows } = source(session);
    const nothing = Object.fromEntries(columns.map((column) => [column, null]));
    scopes = scopes.flatMap((scope) => {
      const with_ = (row: Row): Scope => ({ rows: [...scope.rows, [alias, row]], session });
      const matches = rows.map(with_).filter((candidate) => holds(on, candidate));
      return left && matches.length === 0 ? [with_(nothing)] : matches;
    });
  }
  return scopes;
}

/** A scope for each group: its first row, and all of them to aggregate. */
function grouped(scopes: Scope[], groupBy: Expression[], session: Session): Scope[] {
  if (groupBy.length === 0) return [{ rows: scopes[0]?.rows ?? [], group: scopes, session }];
  const groups = new Map<string, Scope[]>();
  for (const scope of scopes) {
    const key = keyOf(groupBy.map((value) => value(scope)));
    groups.set(key, [...(groups.get(key) ?? []), scope]);
  }
  return [...groups.values()].map((group) => ({ rows: group[0]!.rows, group, session }));
}

function distinct(rows: Row[]): Row[] {
  return [...new Map(rows.map((row) => [keyOf(Object.values(row)), row])).values()];
}

function keyOf(values: SqlValue[]): string {
  return JSON.stringify(values.map(toDriver));
}

function holds(condition: Expression | undefined, scope: Scope): boolean {
  return condition === undefined || isTrue(condition(scope));
}

function tableOf([only]: readonly Joined[]): string {
  return only!.name;
}

function rowOf({ rows }: Scope): Row {
  return rows[0]![1];
}

function columnsOf({ columns }: TableDefinition): string[] {
  return columns.map(({ name }) => name);
}
