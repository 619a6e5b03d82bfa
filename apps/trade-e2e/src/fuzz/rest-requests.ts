import { sample } from '@trade/testing';
import fc from 'fast-check';
import { signature } from '../shop-client.js';
import { brokenBodies, wrongAmounts, wrongIdTexts, wrongIds, wrongQuantities, wrongTexts } from '../wrong-values.js';
import type { FieldSchema, RestDoor } from './open-api.js';

export interface RestRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** Values with which a request gets far: those of the sample rows. */
const known: Record<string, readonly string[]> = {
  userId: [sample.userId, sample.otherUserId],
  goodsId: [sample.goodsId, sample.lastOneGoodsId],
  couponId: [...sample.couponIds, sample.otherUsersCouponId],
  orderId: [sample.paidOrderId],
  payId: [sample.payId],
  goodsPrice: ['1000.00'],
  orderAmount: ['1000.00', '2000.00'],
  shippingFee: ['0.00'],
  payAmount: ['880.00', '980.00', '1000.00'],
};

/** JSON text, right and wrong. */
const hostileJson = fc.oneof(
  fc.constantFrom(
    ...[wrongIds, wrongAmounts, wrongQuantities, wrongTexts]
      .flatMap((values) => Object.values(values))
      .filter((value) => value !== undefined),
  ),
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => JSON.stringify(text)),
  fc.double().map(String),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.string({ maxLength: 20 }),
);

const hostileText = fc.oneof(
  fc.constantFrom(...wrongIdTexts),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map(encodeURIComponent),
  fc.webQueryParameters(),
  fc.stringMatching(/^(%[0-9a-f]{2}){1,12}$/),
  fc.constantFrom('%', '%zz', '..', '..%2f..%2fetc', '%00', '%ed%a0%80', '%c0%ae'),
);

const mediaTypes = fc.oneof(
  { weight: 12, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'application/json; charset=utf-16',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'a/b/c',
      '',
      ';;;',
    ),
  },
);
const headerText = fc
  .string({ unit: 'binary-ascii', maxLength: 80 })
  .map((text) => text.replaceAll(/[^\x20-\x7e]/g, '~'));
const oddHeaders = fc.dictionary(
  fc.constantFrom(
    ...['authorization', 'idempotency-key', 'x-pay-signature', 'traceparent', 'x-forwarded-for', 'accept', 'cookie'],
    ...['accept-encoding', 'content-encoding', 'range', 'if-none-match', 'origin', 'x-request-id'],
  ),
  fc.oneof(headerText, fc.constantFrom('Bearer a.b.c', 'Bearer ', 'gzip', 't=1,v1=00', 'bytes=0-')),
  { maxKeys: 3 },
);
const otherMethods = fc.constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'GET', 'POST', 'TRACE');

/** Requests for an operation: most of them nearly right, so that they get past the first check. */
export function restRequests(
  { method, path, parameters, fields }: RestDoor,
  callbackSecret: string,
): fc.Arbitrary<RestRequest> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const values = fc.record(
    Object.fromEntries(inPath.map(({ name, schema = {} }) => [name, rarely(hostileText, rightText(name, schema))])),
  );
  const query = fc.record(
    {
      ...Object.fromEntries(
        inQuery.map(({ name, schema = {} }) => [name, rarely(hostileText, rightText(name, schema))]),
      ),
      colour: hostileText,
    },
    { requiredKeys: [] },
  );
  const body = fields ? bodies(fields) : rarely(fc.json(), fc.constant(undefined));
  return fc
    .record({
      method: rarely(otherMethods, fc.constant(method)),
      values,
      query: fc.oneof({ weight: 5, arbitrary: query }, { weight: 1, arbitrary: fc.constant({}) }),
      mediaType: mediaTypes,
      headers: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: oddHeaders }),
      body,
      signed: fc.boolean(),
    })
    .map(({ method, values, query, mediaType, headers, body, signed }) => {
      const text = method === 'GET' || method === 'HEAD' || method === 'TRACE' ? undefined : body;
      return {
        method,
        path: fillIn(path, values) + queryOf(query),
        headers: {
          ...(text !== undefined && { 'content-type': mediaType }),
          ...(signed && text !== undefined && { 'x-pay-signature': signature(text, callbackSecret) }),
          ...headers,
        },
        body: text,
      };
    });
}

function bodies(fields: Record<string, FieldSchema>): fc.Arbitrary<string> {
  const members = Object.entries(fields).map(([name, schema]) => {
    const value = fc.oneof(
      { weight: 20, arbitrary: rightText(name, schema).map((text) => asJson(text, schema)) },
      { weight: 2, arbitrary: hostileJson },
      { weight: 1, arbitrary: fc.constant(undefined) },
    );
    return value.map((json) => (json === undefined ? [] : [`"${name}":${json}`]));
  });
  const extra = fc.oneof(
    { weight: 20, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.string(), hostileJson).map(([name, json]) => [`${JSON.stringify(name)}:${json}`]),
    },
  );
  const object = fc.tuple(...members, extra).map((parts) => `{${parts.flat().join(',')}}`);
  const cut = fc.tuple(object, fc.nat(200), fc.string({ unit: 'binary', maxLength: 5 })).map(splice);
  return fc.oneof(
    { weight: 16, arbitrary: object },
    { weight: 2, arbitrary: cut },
    { weight: 1, arbitrary: fc.constantFrom(...Object.values(brokenBodies)) },
    { weight: 1, arbitrary: fc.json() },
  );
}

function rightText(name: string, schema: FieldSchema): fc.Arbitrary<string> {
  const right = ofSchema(schema);
  const values = known[name];
  return values
    ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: right })
    : right;
}

function ofSchema({ type, format, minimum = 0, maximum = 1_000, maxLength = 20 }: FieldSchema): fc.Arbitrary<string> {
  if (format === 'int64') return fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);
  if (format === 'decimal') return fc.nat(9_999_999_999).map((fen) => (fen / 100).toFixed(2));
  if (type === 'integer' || type === 'number') {
    return fc
      .oneof(
        fc.integer({ min: minimum, max: Math.min(maximum, minimum + 3) }),
        fc.integer({ min: minimum, max: maximum }),
      )
      .map(String);
  }
  return fc.stringMatching(/^[a-zA-Z0-9 ]{1,20}$/).map((text) => text.slice(0, maxLength));
}

function asJson(text: string, { type, format }: FieldSchema): string {
  const isNumber = type === 'integer' || type === 'number' || format === 'decimal';
  return isNumber ? text : JSON.stringify(text);
}

function rarely<A, B>(rare: fc.Arbitrary<A>, usual: fc.Arbitrary<B>): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: 1, arbitrary: rare }, { weight: 6, arbitrary: usual });
}

function splice([text, at, inserted]: [string, number, string]): string {
  return text.slice(0, at) + inserted + text.slice(at + inserted.length);
}

function fillIn(path: string, values: Record<string, string>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'missing');
}

function queryOf(query: Partial<Record<string, string>>): string {
  const parts = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
