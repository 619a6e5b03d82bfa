/** Values that a field of a JSON request must refuse, by what is wrong with them; undefined leaves the field out. */
export type WrongValues = Record<string, string | undefined>;

const SQL = `"1'; DROP TABLE trade_order; --"`;

const neverRight: WrongValues = {
  'a list': '[1]',
  'an object': '{"a":1}',
  'a boolean': 'true',
  'an empty text': '""',
  'nested SQL': `{"$ne":${SQL}}`,
};

const notANumber: WrongValues = { ...neverRight, 'NaN as text': '"NaN"', 'SQL text': SQL };

/** Fields that may be left out or null. */
export const optional = ({ missing: _missing, null: _null, ...values }: WrongValues): WrongValues => values;

export const wrongIds: WrongValues = {
  ...notANumber,
  missing: undefined,
  null: 'null',
  zero: '0',
  negative: '-1',
  'a fraction': '1.5',
  'above 64 bits': '9223372036854775808',
  'above 64 bits as text': '"9223372036854775808"',
  huge: '1e30',
  'with a sign as text': '"+1"',
  'in hexadecimal': '"0x10"',
  'with a space': '"1 "',
};

export const wrongAmounts: WrongValues = {
  ...notANumber,
  missing: undefined,
  null: 'null',
  negative: '-0.01',
  'negative as text': '"-1.00"',
  '3 decimals': '10.555',
  '3 decimals as text': '"10.555"',
  huge: '1e300',
  'beyond the column': '100000000.00',
  'beyond the column as text': '"100000000.00"',
  'many digits': '99999999999999999999999999999999.99',
  'with an exponent as text': '"1e3"',
  'Infinity as text': '"Infinity"',
};

export const wrongQuantities: WrongValues = {
  ...notANumber,
  missing: undefined,
  null: 'null',
  zero: '0',
  negative: '-1',
  'a fraction': '1.5',
  'a number as text': '"1"',
  huge: '1e300',
  'above 32 bits': '4294967297',
};

export const wrongTexts: WrongValues = {
  missing: undefined,
  null: 'null',
  'a list': '["a"]',
  'an object': '{"a":1}',
  'a number': '1',
  'a boolean': 'true',
  'an empty text': '""',
  'nothing but spaces': '"   "',
  'too long': `"${'x'.repeat(256)}"`,
  'with a NUL': '"a\\u0000b"',
  'half a character': '"\\ud800"',
};

export const wrongPaidStates: WrongValues = { ...wrongQuantities, zero: undefined, 'not a state': '3' };

/** Bodies that are no request at all. */
export const brokenBodies: Record<string, string> = {
  nothing: '',
  'broken JSON': '{"userId": 345',
  'a bare NaN': '{"userId": NaN}',
  'a bare word': 'order',
  'a list': '[]',
  'an empty list in a list': '[[]]',
  null: 'null',
  'a number': '1',
  'a text': '"order"',
  'two documents': '{}{}',
  'deep nesting': '['.repeat(10_000) + ']'.repeat(10_000),
  'a prototype': '{"__proto__": {"admin": true}}',
  'no field at all': '{}',
};

/** Path and query parts that are no id. */
export const wrongIdTexts = [
  '0',
  '-1',
  'abc',
  '1.5',
  '9223372036854775808',
  '1%20OR%201%3D1',
  '%27%3B--',
  'NaN',
  '%00',
  '1e3',
];
