import type { StoredRecord } from '../../store/record.js';
import type { Condition, PropertyReader } from './expression.js';
import { parse } from './parser.js';

const MAX_CACHED = 256;
/** Consumers name their expression in every receive call; the one used last stands last. */
const compiled = new Map<string, Condition>();

function compile(expression: string): Condition {
  const condition = compiled.get(expression) ?? parse(expression);
  compiled.delete(expression);
  compiled.set(expression, condition);
  if (compiled.size > MAX_CACHED) compiled.delete(compiled.keys().next().value as string);
  return condition;
}

/** Which messages a subscription wants, by their properties. Same shape as TagFilter. */
export class SqlFilter {
  readonly readsMessages = true;
  readonly #condition: Condition;

  /** Throws BrokerError ILLEGAL_FILTER_EXPRESSION. */
  constructor(
    expression: string,
    private readonly propertiesOf: (record: StoredRecord) => PropertyReader,
  ) {
    this.#condition = compile(expression);
  }

  /** The ConsumeQueue entry tells nothing about properties. */
  mayMatch(): boolean {
    return true;
  }

  /** Unknown is not enough. */
  matches(record: StoredRecord): boolean {
    return this.#condition(this.propertiesOf(record)) === true;
  }
}
