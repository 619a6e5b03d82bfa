import { compare, equal, type Truth, type Value } from './comparison.js';
import { illegalAt } from './lexer.js';

/** The value of a message's property, undefined when it has none of the name. */
export type PropertyReader = (name: string) => string | undefined;

export type Condition = (read: PropertyReader) => Truth;

/** A part of an expression, checked and compiled. */
export interface Expression {
  kind: 'property' | 'string' | 'number' | 'boolean' | 'null';
  /** Set for a literal, the only thing whose value is known before a message is. */
  literal?: Value;
  /** Where it starts in the text. */
  at: number;
  evaluate: (read: PropertyReader) => Value;
}

export const property = (name: string, at: number): Expression => ({
  kind: 'property',
  at,
  evaluate: (read) => read(name),
});

export function literal(kind: Expression['kind'], value: Value, at: number): Expression {
  return { kind, literal: value, at, evaluate: () => value };
}

export const condition = (at: number, evaluate: Condition): Expression => ({ kind: 'boolean', at, evaluate });

/** A property alone is a text, which is no TRUE. Throws BrokerError for what is no condition. */
export function asCondition({ kind, at, evaluate }: Expression): Condition {
  if (kind === 'boolean' || kind === 'null') return evaluate as Condition;
  if (kind === 'property') return (read) => (evaluate(read) === undefined ? undefined : false);
  throw illegalAt(at, `a condition is expected, not a ${kind}`);
}

export function and(at: number, parts: readonly Condition[]): Expression {
  return condition(at, (read) => {
    let truth: Truth = true;
    for (const part of parts) {
      const one = part(read);
      if (one === false) return false;
      if (one === undefined) truth = undefined;
    }
    return truth;
  });
}

export function or(at: number, parts: readonly Condition[]): Expression {
  return condition(at, (read) => {
    let truth: Truth = false;
    for (const part of parts) {
      const one = part(read);
      if (one === true) return true;
      if (one === undefined) truth = undefined;
    }
    return truth;
  });
}

export function not(at: number, part: Condition): Expression {
  return condition(at, (read) => {
    const truth = part(read);
    return truth === undefined ? undefined : !truth;
  });
}

export function negative({ kind, literal: value, at, evaluate }: Expression): Expression {
  if (kind === 'string' || kind === 'boolean' || kind === 'null') throw illegalAt(at, `a ${kind} has no sign`);
  if (typeof value === 'number' || typeof value === 'bigint') return literal('number', -value, at);
  return {
    kind: 'number',
    at,
    evaluate: (read) => {
      const operand = evaluate(read);
      return typeof operand === 'number' || typeof operand === 'bigint' ? -operand : undefined;
    },
  };
}

export function isNull({ at, evaluate }: Expression): Expression {
  return condition(at, (read) => evaluate(read) === undefined);
}

export function equality(left: Expression, right: Expression): Expression {
  for (const { kind, at } of [left, right])
    if (kind === 'null') throw illegalAt(at, 'NULL is compared with IS NULL or IS NOT NULL');
  if (isLiteral(left) && isLiteral(right) && left.kind !== right.kind && [left, right].some(isBoolean))
    throw illegalAt(left.at, `a ${left.kind} cannot be compared with a ${right.kind}`);
  return condition(left.at, (read) => equal(left.evaluate(read), right.evaluate(read)));
}

const ORDERS = {
  '<': (difference: number) => difference < 0,
  '<=': (difference: number) => difference <= 0,
  '>': (difference: number) => difference > 0,
  '>=': (difference: number) => difference >= 0,
};
export type OrderSign = keyof typeof ORDERS;

export const isOrderSign = (text: string): text is OrderSign => Object.hasOwn(ORDERS, text);

/** Only numbers have an order. */
export function order(left: Expression, sign: OrderSign, right: Expression): Expression {
  for (const { kind, at } of [left, right])
    if (kind !== 'property' && kind !== 'number') throw illegalAt(at, `a ${kind} is neither smaller nor larger`);
  const holds = ORDERS[sign];
  return condition(left.at, (read) => {
    const difference = compare(left.evaluate(read), right.evaluate(read));
    return difference === undefined ? undefined : holds(difference);
  });
}

export function between(value: Expression, low: Expression, high: Expression, negated: boolean): Expression {
  const difference = isLiteral(low) && isLiteral(high) ? compare(low.literal, high.literal) : undefined;
  if (!negated && difference !== undefined && difference > 0)
    throw illegalAt(low.at, 'BETWEEN: the first value must not be larger than the second');
  const parts = negated
    ? [order(value, '<', low), order(value, '>', high)]
    : [order(value, '>=', low), order(value, '<=', high)];
  return (negated ? or : and)(value.at, parts.map(asCondition));
}

export function inList({ kind, at, evaluate }: Expression, values: readonly string[], negated: boolean): Expression {
  if (kind !== 'property') throw illegalAt(at, 'IN needs a property on its left');
  const set = new Set<Value>(values);
  return condition(at, (read) => {
    const value = evaluate(read);
    return value === undefined ? undefined : set.has(value) !== negated;
  });
}

const TEXT_TESTS = {
  CONTAINS: (value: string, part: string) => value.includes(part),
  STARTSWITH: (value: string, part: string) => value.startsWith(part),
  ENDSWITH: (value: string, part: string) => value.endsWith(part),
};
export type TextTest = keyof typeof TEXT_TESTS;

export const isTextTest = (text: string): text is TextTest => Object.hasOwn(TEXT_TESTS, text);

/** FALSE, negated or not, for a value that is no text and for an empty part: a message without the property never passes. */
export function textTest({ at, evaluate }: Expression, test: TextTest, part: string, negated: boolean): Expression {
  const holds = TEXT_TESTS[test];
  return condition(at, (read) => {
    const value = evaluate(read);
    return typeof value === 'string' && part !== '' && holds(value, part) !== negated;
  });
}

function isLiteral(expression: Expression): boolean {
  return 'literal' in expression;
}

function isBoolean({ kind }: Expression): boolean {
  return kind === 'boolean';
}
