import { parse } from './parser.js';

const PROPERTIES: Record<string, string> = {
  TAGS: 'order_paid',
  price: '20.5',
  quantity: '3',
  huge: '9007199254740993',
  product: 'MQ',
  quoted: "it's",
  urgent: 'true',
  never: 'false',
  empty: '',
  _$1: 'x',
};

const truthOf = (expression: string, properties = PROPERTIES) => parse(expression)((name) => properties[name]);

describe('SQL92 filter', () => {
  it.each([
    ['TRUE', true],
    ['FALSE', false],
    ['NULL', undefined],
    ['quantity = 3', true],
    ['quantity = 3.0', true],
    ['quantity = 03e0', true],
    ['quantity <> 3', false],
    ['quantity > 2 AND quantity < 4', true],
    ['quantity >= 3 and quantity <= 3', true],
    ['quantity > 3', false],
    ['price > 20', true],
    ['price > 20.4999', true],
    ['price < .5e2', true],
    ['price = 20.50', true],
    ['quantity > -1', true],
    ['quantity = +3', true],
    ['3 < price', true],
    ['price > quantity', true],
    ['huge = 9007199254740993', true],
    ['huge = 9007199254740992', false],
    ['huge > 9007199254740992L', true],
    ["product = 'MQ'", true],
    ["product = 'mq'", false],
    ["product <> 'mq'", true],
    ["quoted = 'it''s'", true],
    ["empty = ''", true],
    ["_$1 = 'x'", true],
    ["TAGS = 'order_paid'", true],
    ['urgent = TRUE', true],
    ['urgent = false', false],
    ['never = FALSE', true],
    ['product = TRUE', false],
    ['urgent = never', false],
    ['(quantity > 1) = TRUE', true],
  ])('compares a property with what it is compared to: %s', (expression, expected) => {
    expect(truthOf(expression)).toBe(expected);
  });

  it.each([
    ['price BETWEEN 10 AND 100', true],
    ['price BETWEEN 20.5 AND 20.5', true],
    ['quantity BETWEEN -5 AND 2', false],
    ['quantity NOT BETWEEN 4 AND 10', true],
    ['quantity not between 3 and 3', false],
    ['absent BETWEEN 1 AND 2', undefined],
    ['absent NOT BETWEEN 1 AND 2', undefined],
    ["product IN ('MQ')", true],
    ["product IN ('a', 'b', 'MQ')", true],
    ["product in ('a', 'b')", false],
    ["product NOT IN ('a', 'b')", true],
    ["quantity IN ('3')", true],
    ["absent IN ('a')", undefined],
    ["absent NOT IN ('a')", undefined],
    ['absent IS NULL', true],
    ['absent IS NOT NULL', false],
    ['product IS NULL', false],
    ['empty IS NOT NULL', true],
    ["product CONTAINS 'Q'", true],
    ["product NOT CONTAINS 'Q'", false],
    ["TAGS STARTSWITH 'order_'", true],
    ["TAGS NOT STARTSWITH 'pay_'", true],
    ["TAGS ENDSWITH 'paid'", true],
    ["TAGS NOT ENDSWITH 'paid'", false],
    ["absent CONTAINS 'x'", false],
    ["absent NOT CONTAINS 'x'", false],
    ["product CONTAINS ''", false],
  ])('has the range, list, NULL and text tests: %s', (expression, expected) => {
    expect(truthOf(expression)).toBe(expected);
  });

  it.each([
    ['absent = 1', undefined],
    ['absent <> 1', undefined],
    ['1 <> absent', undefined],
    ['absent = alsoAbsent', undefined],
    ['absent > 1', undefined],
    ['absent', undefined],
    ['product > 1', undefined],
    ['product = 1', undefined],
    ['product <> 1', undefined],
    ['NOT product > 1', undefined],
    ['-quantity < 0', undefined],
  ])('finds no answer where a value is missing or no number: %s', (expression, expected) => {
    expect(truthOf(expression)).toBe(expected);
  });

  it('takes a property alone for a text, which is not TRUE', () => {
    expect(truthOf('urgent')).toBe(false);
    expect(truthOf('urgent = TRUE')).toBe(true);
  });

  const truths = { TRUE: true, FALSE: false, NULL: undefined } as const;
  const both = Object.entries(truths).flatMap(([left, a]) =>
    Object.entries(truths).map(([right, b]) => ({ left, right, a, b })),
  );
  it.each(both)('$left and $right have the truth table of SQL', ({ left, right, a, b }) => {
    const smaller = a === false || b === false ? false : a === undefined || b === undefined ? undefined : true;
    const larger = a === true || b === true ? true : a === undefined || b === undefined ? undefined : false;
    expect(truthOf(`${left} AND ${right}`)).toBe(smaller);
    expect(truthOf(`${left} OR ${right}`)).toBe(larger);
    expect(truthOf(`NOT ${left}`)).toBe(a === undefined ? undefined : !a);
  });

  it.each([
    ['FALSE AND FALSE OR TRUE', true],
    ['FALSE AND (FALSE OR TRUE)', false],
    ['NOT FALSE AND FALSE', false],
    ['NOT (FALSE AND FALSE)', true],
    ['NOT NOT TRUE', true],
    ['NOT quantity = 4', true],
    ["NOT product IN ('a')", true],
    ['NOT absent IS NULL', false],
    ['quantity > 1 AND quantity BETWEEN 2 AND 5 AND TRUE', true],
  ])('binds OR weaker than AND, AND weaker than NOT, NOT weaker than a comparison: %s', (expression, expected) => {
    expect(truthOf(expression)).toBe(expected);
  });

  it('skips white space and comments', () => {
    expect(truthOf('\n quantity\t=/* three */3 -- as ordered')).toBe(true);
    expect(truthOf('quantity -- the number\n= 3')).toBe(true);
  });

  it.each([
    ['', 0],
    [' \n', 0],
    ['a ==', 3],
    ['a = ', 4],
    ['= 1', 0],
    ['a = 1 b', 6],
    ['a > ', 4],
    ["a > 'x'", 4],
    ["a BETWEEN 'a' AND 'b'", 10],
    ['a BETWEEN 5 AND 2', 10],
    ['a BETWEEN 1', 11],
    ['a > TRUE', 4],
    ['a > NULL', 4],
    ['a = NULL', 4],
    ['a <> NULL', 5],
    ['TRUE = 5', 0],
    ["'x' IN ('x')", 0],
    ['a IN ()', 6],
    ['a IN (1, 2)', 6],
    ["a IN ('x'", 9],
    ['a IS 5', 5],
    ['a NOT 5', 6],
    ['a CONTAINS 5', 11],
    ['5', 0],
    ["'x' AND TRUE", 0],
    ['a = 1 AND', 9],
    ['(a = 1', 6],
    ['a = 1)', 5],
    ["a = 'x", 4],
    ['a = "x"', 4],
    ['a LIKE 5', 2],
    ['a != 1', 2],
    ['a = 007', 5],
    ['a = 9223372036854775808', 4],
    ['a = 1e999', 4],
    ["-'x' = 1", 1],
    ['a = 1 /* open', 6],
    ['größe > 1', 2],
  ])('is refused when it is wrong, with the place: %s', (expression, at) => {
    expect(() => parse(expression)).toThrow(
      expect.objectContaining({ code: 40010, message: expect.stringContaining(`position ${at}:`) }),
    );
  });

  it.each([
    ['parentheses', '('.repeat(5000) + 'a = 1' + ')'.repeat(4000)],
    ['open parentheses', '('.repeat(10_000)],
    ['negations', 'NOT '.repeat(2000) + 'TRUE'],
    ['signs', 'a = ' + '- '.repeat(4000) + '1'],
    ['comparisons of comparisons', Array(2000).fill('a').join(' = ')],
  ])('is refused instead of filling the stack: %s', (_what, expression) => {
    expect(() => parse(expression)).toThrow(/nested more than 100 deep/);
  });

  it('is refused when it is longer than 10,000 characters', () => {
    expect(() => parse(`a = '${'x'.repeat(10_000)}'`)).toThrow(/longer than 10000/);
  });

  it('may be as wide as it likes within its length', () => {
    const wide = Array.from({ length: 900 }, (_, i) => `a = ${i}`).join(' OR ');
    expect(truthOf(wide, { a: '899' })).toBe(true);
    expect(truthOf(wide, { a: '900' })).toBe(false);
  });
});
