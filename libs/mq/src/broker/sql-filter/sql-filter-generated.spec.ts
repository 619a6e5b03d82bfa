import * as fc from 'fast-check';
import { parse } from './parser.js';

/** FILTER_SEED repeats a run. */
const SEED = Number(process.env['FILTER_SEED'] ?? Date.now() % 2 ** 31);

type Truth = boolean | undefined;
type Properties = Record<string, string>;

/** A part of an expression: its text, how strongly it binds, and what it means, computed in another way than the filter does. */
interface Part {
  text: string;
  strength: number;
  truth: (properties: Properties) => Truth;
}

const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;

/** Parentheses only where they are needed, so that precedence is tested as well. */
const inside = ({ text, strength }: Part, atLeast: number) => (strength < atLeast ? `(${text})` : text);

/** Unknown lies between FALSE and TRUE: AND is the smaller of two, OR the larger, NOT the opposite. */
const rank = (truth: Truth) => (truth === undefined ? 1 : truth ? 2 : 0);
const truthOf = (of: number): Truth => [false, undefined, true][of];

const name = fc.constantFrom('a', 'b', 'absent');
const NUMBERS = [-7.5, -1, 0, 1, 2, 20.5, 1e3];
const WORDS = ['', 'x', "it's", '1', 'MQ'];
const number = fc.constantFrom(...NUMBERS);
const quoted = (word: string) => `'${word.replaceAll("'", "''")}'`;

const properties: fc.Arbitrary<Properties> = fc.record(
  {
    a: fc.oneof(number.map(String), fc.constantFrom('2.0', ...WORDS)),
    b: fc.oneof(number.map(String), fc.constantFrom(...WORDS)),
  },
  { requiredKeys: [] },
);

const numberIn = (value: string | undefined) => (value === undefined || value.trim() === '' ? NaN : Number(value));

/** -1, 0 or 1 as the property is smaller, equal or larger; undefined when it is no number. */
function order(value: string | undefined, to: number): number | undefined {
  const sign = Math.sign(numberIn(value) - to);
  return Number.isNaN(sign) ? undefined : sign;
}

const SIGNS = { '=': [0], '<>': [-1, 1], '<': [-1], '<=': [-1, 0], '>': [1], '>=': [0, 1] };
const signs = fc.constantFrom(...Object.entries(SIGNS));

function leaf(text: string, truth: Part['truth']): Part {
  return { text, strength: COMPARISON, truth };
}

const leaves = [
  fc.constantFrom<[string, Truth][]>(['TRUE', true], ['FALSE', false]).map(([text, truth]) => leaf(text, () => truth)),
  fc.tuple(name, signs, number).map(([of, [sign, holds], to]) =>
    leaf(`${of} ${sign} ${to}`, (given) => {
      const way = order(given[of], to);
      return way === undefined ? undefined : holds.includes(way);
    }),
  ),
  fc.tuple(name, number, number, fc.boolean()).map(([of, one, other, negated]) => {
    const [from, to] = [Math.min(one, other), Math.max(one, other)];
    return leaf(`${of} ${negated ? 'NOT ' : ''}BETWEEN ${from} AND ${to}`, (given) => {
      const value = numberIn(given[of]);
      return Number.isNaN(value) ? undefined : (value >= from && value <= to) !== negated;
    });
  }),
  fc
    .tuple(name, fc.uniqueArray(fc.constantFrom(...WORDS), { minLength: 1 }), fc.boolean())
    .map(([of, words, negated]) =>
      leaf(`${of} ${negated ? 'NOT ' : ''}IN (${words.map(quoted).join(', ')})`, (given) => {
        const value = given[of];
        return value === undefined ? undefined : words.includes(value) !== negated;
      }),
    ),
  fc.tuple(name, fc.constantFrom(...WORDS), fc.boolean()).map(([of, word, negated]) =>
    leaf(`${of} ${negated ? '<>' : '='} ${quoted(word)}`, (given) => {
      const value = given[of];
      return value === undefined ? undefined : (value === word) !== negated;
    }),
  ),
  fc
    .tuple(name, fc.boolean())
    .map(([of, negated]) => leaf(`${of} IS ${negated ? 'NOT ' : ''}NULL`, (given) => of in given === negated)),
];

const { expression } = fc.letrec<{ expression: Part }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'medium' },
    ...leaves,
    fc.tuple(tie('expression'), tie('expression')).map(([left, right]) => ({
      text: `${inside(left, AND)} AND ${inside(right, NOT)}`,
      strength: AND,
      truth: (given: Properties) => truthOf(Math.min(rank(left.truth(given)), rank(right.truth(given)))),
    })),
    fc.tuple(tie('expression'), tie('expression')).map(([left, right]) => ({
      text: `${inside(left, OR)} OR ${inside(right, AND)}`,
      strength: OR,
      truth: (given: Properties) => truthOf(Math.max(rank(left.truth(given)), rank(right.truth(given)))),
    })),
    tie('expression').map((part) => ({
      text: `NOT ${inside(part, NOT)}`,
      strength: NOT,
      truth: (given: Properties) => truthOf(2 - rank(part.truth(given))),
    })),
  ),
}));

it(`a filter means what three-valued logic says, whatever it is put together from (FILTER_SEED=${SEED})`, () => {
  fc.assert(
    fc.property(expression, properties, ({ text, truth }, given) => {
      expect({ text, given, truth: parse(text)((of) => given[of]) }).toEqual({ text, given, truth: truth(given) });
    }),
    { seed: SEED, numRuns: 5000 },
  );
});
