import {
  and,
  asCondition,
  between,
  equality,
  inList,
  isNull,
  isOrderSign,
  isTextTest,
  literal,
  negative,
  not,
  or,
  order,
  property,
  textTest,
  type Condition,
  type Expression,
} from './expression.js';
import { illegalAt, tokenize, type Token } from './lexer.js';

export const MAX_EXPRESSION_CHARS = 10_000;
/** Parentheses, NOTs, signs and comparisons of comparisons inside each other: parsing and evaluating go by recursion. */
const MAX_DEPTH = 100;

/**
 * or         = and { OR and }
 * and        = negation { AND negation }
 * negation   = NOT negation | equality
 * equality   = comparison { ( "=" | "<>" ) comparison | IS [ NOT ] NULL }
 * comparison = operand { ( ">" | ">=" | "<" | "<=" ) operand
 *                      | [ NOT ] BETWEEN operand AND operand
 *                      | [ NOT ] IN "(" string { "," string } ")"
 *                      | [ NOT ] ( CONTAINS | STARTSWITH | ENDSWITH ) string }
 * operand    = ( "+" | "-" ) operand | string | number | TRUE | FALSE | NULL | property | "(" or ")"
 */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(expression: string) {
    this.#tokens = tokenize(expression);
  }

  parse(): Condition {
    const expression = this.#or();
    if (this.#peek.type !== 'end') throw this.#unexpected('the end');
    return asCondition(expression);
  }

  get #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(): Token {
    return this.#tokens[this.#next++] as Token;
  }

  /** Takes the next token when it is this word or symbol. */
  #accept(text: string): boolean {
    const { type, text: actual } = this.#peek;
    if ((type !== 'word' && type !== 'symbol') || actual !== text) return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#unexpected(text);
  }

  #unexpected(expected: string): Error {
    return illegalAt(this.#peek.at, `${expected} is expected, not ${this.#peek.text}`);
  }

  #deeper<T>(part: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw illegalAt(this.#peek.at, `nested more than ${MAX_DEPTH} deep`);
    const result = part();
    this.#depth--;
    return result;
  }

  #or(): Expression {
    return this.#list('OR', () => this.#and(), or);
  }

  #and(): Expression {
    return this.#list('AND', () => this.#negation(), and);
  }

  #list(word: string, part: () => Expression, join: typeof and): Expression {
    const first = part();
    if (this.#peek.type !== 'word' || this.#peek.text !== word) return first;
    const conditions = [asCondition(first)];
    while (this.#accept(word)) conditions.push(asCondition(part()));
    return join(first.at, conditions);
  }

  #negation(): Expression {
    const { at } = this.#peek;
    if (!this.#accept('NOT')) return this.#equality();
    return not(at, asCondition(this.#deeper(() => this.#negation())));
  }

  #equality(left = this.#comparison()): Expression {
    const next = this.#equalityAfter(left);
    return next ? this.#deeper(() => this.#equality(next)) : left;
  }

  #equalityAfter(left: Expression): Expression | undefined {
    if (this.#accept('=')) return equality(left, this.#comparison());
    if (this.#accept('<>')) return not(left.at, asCondition(equality(left, this.#comparison())));
    if (!this.#accept('IS')) return undefined;
    const negated = this.#accept('NOT');
    this.#expect('NULL');
    return negated ? not(left.at, asCondition(isNull(left))) : isNull(left);
  }

  #comparison(left = this.#operand()): Expression {
    const next = this.#comparisonAfter(left);
    return next ? this.#deeper(() => this.#comparison(next)) : left;
  }

  #comparisonAfter(left: Expression): Expression | undefined {
    const { text, type } = this.#peek;
    if (type === 'symbol' && isOrderSign(text)) {
      this.#next++;
      return order(left, text, this.#operand());
    }
    const negated = this.#accept('NOT');
    if (this.#accept('BETWEEN')) {
      const low = this.#operand();
      this.#expect('AND');
      return between(left, low, this.#operand(), negated);
    }
    if (this.#accept('IN')) return inList(left, this.#strings(), negated);
    const word = this.#peek;
    if (word.type === 'word' && isTextTest(word.text)) {
      this.#next++;
      return textTest(left, word.text, this.#string(), negated);
    }
    if (negated) throw this.#unexpected('BETWEEN or IN');
    return undefined;
  }

  #strings(): string[] {
    this.#expect('(');
    const strings = [this.#string()];
    while (this.#accept(',')) strings.push(this.#string());
    this.#expect(')');
    return strings;
  }

  #string(): string {
    const token = this.#peek;
    if (token.type !== 'string') throw this.#unexpected('a string');
    this.#next++;
    return token.value;
  }

  #operand(): Expression {
    if (this.#accept('+')) return this.#deeper(() => this.#operand());
    if (this.#accept('-')) return negative(this.#deeper(() => this.#operand()));
    if (this.#accept('(')) {
      const inner = this.#deeper(() => this.#or());
      this.#expect(')');
      return inner;
    }
    const token = this.#peek;
    const operand = operandOf(token);
    if (!operand) throw this.#unexpected('a property or a value');
    this.#take();
    return operand;
  }
}

function operandOf(token: Token): Expression | undefined {
  const { type, text, at } = token;
  if (type === 'string' || type === 'number') return literal(type, token.value, at);
  if (type === 'name') return property(text, at);
  if (type !== 'word') return undefined;
  if (text === 'NULL') return literal('null', undefined, at);
  return text === 'TRUE' || text === 'FALSE' ? literal('boolean', text === 'TRUE', at) : undefined;
}

/** Throws BrokerError ILLEGAL_FILTER_EXPRESSION with the place of the fault. */
export function parse(expression: string): Condition {
  if (expression.length > MAX_EXPRESSION_CHARS)
    throw illegalAt(MAX_EXPRESSION_CHARS, `longer than ${MAX_EXPRESSION_CHARS} characters`);
  if (expression.trim() === '') throw illegalAt(0, 'it is empty');
  return new Parser(expression).parse();
}
