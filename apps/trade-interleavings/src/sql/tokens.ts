export interface Token {
  kind: 'word' | 'name' | 'text' | 'number' | 'symbol' | 'end';
  text: string;
}

export class SqlSyntaxError extends Error {
  override readonly name = 'SqlSyntaxError';
}

const TOKEN =
  /(?<space>\s+|--[^\n]*(?:\n|$))|`(?<name>[^`]+)`|'(?<text>(?:[^']|'')*)'|(?<number>\d+(?:\.\d+)?)|(?<word>[A-Za-z_@]\w*)|(?<symbol><=>|<>|<=|>=|[-+*/=<>(),.;?])/y;

/** The tokens of some SQL, read one after the other. Words are keywords or names; which, the reader knows. */
export class Tokens {
  private readonly all: Token[] = [];
  private position = 0;

  constructor(private readonly sql: string) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < sql.length) {
      const start = TOKEN.lastIndex;
      const groups = TOKEN.exec(sql)?.groups;
      if (!groups) throw new SqlSyntaxError(`not understood: ${sql.slice(start, start + 40)} in ${sql}`);
      const [kind, text] = Object.entries(groups).find(([, value]) => value !== undefined) as [string, string];
      if (kind === 'text') this.all.push({ kind, text: text.replaceAll("''", "'") });
      else if (kind !== 'space') this.all.push({ kind: kind as Token['kind'], text });
    }
  }

  get next(): Token {
    return this.all[this.position] ?? { kind: 'end', text: '' };
  }

  get previous(): Token {
    return this.all[this.position - 1]!;
  }

  get atEnd(): boolean {
    return this.next.kind === 'end';
  }

  take(): Token {
    const token = this.next;
    this.position += 1;
    return token;
  }

  /** Whether these keywords or symbols come next, without taking them. */
  isNext(...wanted: string[]): boolean {
    return wanted.every((text, index) => {
      const token = this.all[this.position + index];
      return (token?.kind === 'word' || token?.kind === 'symbol') && token.text.toUpperCase() === text;
    });
  }

  /** Takes these keywords or symbols if they come next. */
  skip(...wanted: string[]): boolean {
    if (!this.isNext(...wanted)) return false;
    this.position += wanted.length;
    return true;
  }

  expect(...wanted: string[]): void {
    if (!this.skip(...wanted)) this.fail(`${wanted.join(' ')} expected`);
  }

  /** A name of a table or column. */
  name(): string {
    const token = this.take();
    if (token.kind !== 'word' && token.kind !== 'name') this.fail('a name expected');
    return token.text;
  }

  /** `item, item, …` */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.skip(',')) items.push(item());
    return items;
  }

  /** `(item, item, …)` */
  listInBrackets<T>(item: () => T): T[] {
    this.expect('(');
    const items = this.list(item);
    this.expect(')');
    return items;
  }

  /** @throws SqlSyntaxError, as for everything that this model of a database does not know */
  fail(why: string): never {
    const before = this.all.slice(Math.max(0, this.position - 6), this.position + 1).map(({ text }) => text);
    throw new SqlSyntaxError(`${why} at "${before.join(' ')}" in: ${this.sql}`);
  }
}
