import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ShopCode } from '@trade/contracts';
import { ReachableShopCodes } from './reachable-shop-codes.js';

const SERVICES = ['order-service', 'pay-service', 'goods-service', 'coupon-service', 'user-service'];
const OPENAPI = resolve(import.meta.dirname, '../../../docs/openapi');

/** What any operation may answer before its own code runs, or whatever it does. */
const OF_THE_DOOR: readonly ShopCode[] = [
  'SHOP_REQUEST_PARAMETER_INVALID',
  'SHOP_REQUEST_TOO_LARGE',
  'SHOP_REQUEST_HEADERS_TOO_LARGE',
  'SHOP_REQUEST_TIMEOUT',
  'SHOP_REQUEST_MEDIA_TYPE_INVALID',
  'SHOP_TOO_MANY_REQUESTS',
  'SHOP_TOKEN_MISSING',
  'SHOP_TOKEN_INVALID',
  'SHOP_SERVICE_UNAVAILABLE',
  'SHOP_OVERLOADED',
  'SHOP_INTERNAL_ERROR',
];
/** What code throws that an operation reaches, and catches itself. */
const CAUGHT: Record<string, readonly ShopCode[]> = {
  // the move of a failed order to cancelled is one that the table allows
  orderConfirm: ['SHOP_ORDER_STATUS_INVALID'],
  // a service that is away is part of the timeline
  orderTimelineOf: ['SHOP_SERVICE_TIMEOUT'],
};

interface OpenApi {
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, Response> }>>;
}
interface Response {
  content?: Record<string, { examples?: Record<string, unknown> }>;
}

/** The shop codes that each operation describes, by its id. */
function described(service: string): [operationId: string, codes: string[]][] {
  const { paths } = JSON.parse(readFileSync(resolve(OPENAPI, `${service}.json`), 'utf8')) as OpenApi;
  return Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .map(({ operationId, responses }) => [
      operationId,
      Object.values(responses).flatMap(({ content }) =>
        Object.keys(content?.['application/problem+json']?.examples ?? {}),
      ),
    ]);
}

/** `OrderController.confirm` is described as orderConfirm. */
const idOf = (name: string) =>
  name.replace(/^(\w)(\w*)Controller\.(\w)/, (_all, first: string, rest: string, method: string) =>
    [first.toLowerCase(), rest, method.toUpperCase()].join(''),
  );

const reachable = new Map(
  [...new ReachableShopCodes(SERVICES).operations()].map(([name, codes]) => [idOf(name), codes] as const),
);
const operations = ['order-service', 'pay-service'].flatMap(described);
const without = (codes: Iterable<string>, others: readonly string[]) =>
  [...codes].filter((code) => !others.includes(code)).sort();

it.each(operations)('%s describes the shop codes that its code can answer, and no others', (id, codes) => {
  const fromCode = without(reachable.get(id) ?? [], [...OF_THE_DOOR, ...(CAUGHT[id] ?? [])]);
  expect(without(codes, OF_THE_DOOR)).toEqual(fromCode);
});

it('the code is followed into other services and into libraries', () => {
  expect(reachable.get('orderConfirm')).toContain('SHOP_COUPON_ISUSED');
  expect(reachable.get('orderConfirm')).toContain('SHOP_SERVICE_TIMEOUT');
  expect(reachable.get('payCallback')).toContain('SHOP_PAY_SIGNATURE_INVALID');
  expect(reachable.get('payCreate')).toContain('SHOP_IDEMPOTENCY_KEY_REUSED');
});
