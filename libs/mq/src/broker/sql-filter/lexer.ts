import { BrokerError, Code } from '../code.js';

export type Token =
  | { type: 'word' | 'name' | 'symbol' | 'end'; text: string; at: number }
  | { type: 'string'; text: string; value: string; at: number }
  | { type: 'number'; text: string; value: number | bigint; at: number };

/** Reserved in any case: `and` is AND. */
const WORDS = new Set('NOT AND OR BETWEEN IN TRUE FALSE NULL IS CONTAINS STARTSWITH ENDSWITH'.split(' '));

const SKIPPED = /(?:[ \t\n\r\f]+|--[^\n\r]*|\/\*[^]*?\*\/)*/y;
const TOKEN = new RegExp(
  [
    /(?<float>(?:\d+\.\d*|\.\d+)(?:e[+-]?\d+)?|\d+e[+-]?\d+)/,
    /(?<integer>0|[1-9]\d*)l?/,
    /'(?<string>(?:''|[^'])*)'/,
    /(?<name>[a-z_$][a-z0-9_$]*)/,
    /(?<symbol><>|<=|>=|[<>=(),+-])/,
  ]
    .map((part) => part.source)
    .join('|'),
  'iy',
);
const MAX_LONG = 2n ** 63n - 1n;

/** Refusal of an expression; `at` is the place of the fault, counted from 0. */
export function illegalAt(at: number, why: string): BrokerError {
  return new BrokerError(Code.ILLEGAL_FILTER_EXPRESSION, `SQL expression, position ${at}: ${why}`);
}

/** Throws BrokerError ILLEGAL_FILTER_EXPRESSION. The last token is of type "end". */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let at = endOf(SKIPPED, expression, 0);
  while (at < expression.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(expression);
    if (!match) throw illegalAt(at, `unexpected ${JSON.stringify(expression.slice(at, at + 10))}`);
    tokens.push(tokenOf(match));
    at = endOf(SKIPPED, expression, at + match[0].length);
  }
  tokens.push({ type: 'end', text: 'the end', at });
  return tokens;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

function tokenOf(match: RegExpExecArray): Token {
  const [text] = match;
  const { index: at, groups = {} } = match;
  const { float, integer, string, name } = groups;
  if (float !== undefined) return { type: 'number', text, value: floatOf(float, at), at };
  if (integer !== undefined) return { type: 'number', text, value: longOf(integer, at), at };
  if (string !== undefined) return { type: 'string', text, value: string.replaceAll("''", "'"), at };
  if (name === undefined) return { type: 'symbol', text, at };
  const word = name.toUpperCase();
  return WORDS.has(word) ? { type: 'word', text: word, at } : { type: 'name', text: name, at };
}

function floatOf(text: string, at: number): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw illegalAt(at, `${text} is too large`);
  return value;
}

function longOf(text: string, at: number): number | bigint {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  if (BigInt(text) > MAX_LONG) throw illegalAt(at, `${text} is too large`);
  return BigInt(text);
}
