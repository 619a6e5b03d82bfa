export type Maybe<Value> = Value | Promise<Value>;

/** What is known already is used at once: nearly everything is, and awaiting it would take longer than all the rest. */
export function whenKnown<A, B>(value: Maybe<A>, then: (value: A) => Maybe<B>): Maybe<B> {
  return value instanceof Promise ? value.then(then) : then(value);
}
