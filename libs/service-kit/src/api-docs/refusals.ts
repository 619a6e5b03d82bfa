import type { OpenAPIObject } from '@nestjs/swagger';
import { isShopCode, shopCodes, type ShopCode } from '@trade/contracts';
import { problemOf } from '../http/problem.js';
import { ShopError } from '../shop-error.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Response = NonNullable<Operation['responses']['default']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Examples = NonNullable<NonNullable<OpenAPIObject['components']>['examples']>;

const RETRY_AFTER = {
  description: 'seconds to wait before the same request is sent again',
  schema: { type: 'integer', minimum: 1 },
};
const WWW_AUTHENTICATE = { description: 'how to come again', schema: { type: 'string' } };

/** What the description of an operation says of it beside OpenAPI's own words. */
export interface OperationNotes {
  /** Of `@Open`. */
  open?: { limit?: 'failures' | 'none' };
  /** Of `@ApiProblems`. */
  shopCodes: ShopCode[];
}

/** Body of every refusal; each operation says which codes and statuses it may have. */
export const PROBLEM_SCHEMA: Schemas[string] = {
  type: 'object',
  description: 'RFC 9457 problem details',
  properties: {
    type: { type: 'string', enum: ['about:blank'] },
    title: { type: 'string', description: 'the shop code again' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    success: { type: 'boolean', enum: [false] },
    code: { type: 'string', description: 'the shop code' },
    message: { type: 'string' },
    traceId: { type: 'string', description: 'stands in the log, where the fault is ours' },
    errors: {
      type: 'array',
      description: 'the fields that are wrong',
      items: {
        type: 'object',
        properties: { field: { type: 'string' }, message: { type: 'string' } },
        required: ['field', 'message'],
      },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'success', 'code', 'message'],
};

/** Every shop code that the operation may answer: its own and those that come with what it takes and who may call it. */
export function refusalsOf(operation: Operation, { open, shopCodes: own }: OperationNotes): ShopCode[] {
  const hasParameters = (operation.parameters ?? []).length > 0;
  const takesKey = operation.parameters?.some((found) => 'name' in found && found.name === 'Idempotency-Key');
  const health = open?.limit === 'none';
  const codes: (ShopCode | false | undefined)[] = [
    'SHOP_REQUEST_TIMEOUT',
    'SHOP_REQUEST_HEADERS_TOO_LARGE',
    'SHOP_TOKEN_INVALID',
    'SHOP_INTERNAL_ERROR',
    !open && 'SHOP_TOKEN_MISSING',
    !health && 'SHOP_TOO_MANY_REQUESTS',
    !health && 'SHOP_OVERLOADED',
    !health && 'SHOP_SERVICE_UNAVAILABLE',
    ...(hasParameters || operation.requestBody ? (['SHOP_REQUEST_PARAMETER_INVALID'] as const) : []),
    ...(operation.requestBody ? (['SHOP_REQUEST_TOO_LARGE', 'SHOP_REQUEST_MEDIA_TYPE_INVALID'] as const) : []),
    ...(takesKey ? (['SHOP_REQUEST_IN_PROGRESS', 'SHOP_IDEMPOTENCY_KEY_REUSED'] as const) : []),
    ...own,
  ];
  const all = new Set(codes.filter((code) => code !== false && code !== undefined));
  // in the order in which the codes are declared
  return Object.keys(shopCodes).filter((code): code is ShopCode => isShopCode(code) && all.has(code));
}

/** The answers with these codes, one for each status. */
export function responsesOf(codes: readonly ShopCode[]): Record<string, Response> {
  const statuses = new Set(codes.map((code) => shopCodes[code].httpStatus));
  return Object.fromEntries(
    [...statuses].map((status) => [
      String(status),
      responseOf(
        status,
        codes.filter((code) => shopCodes[code].httpStatus === status),
      ),
    ]),
  );
}

function responseOf(status: number, codes: readonly ShopCode[]): Response {
  const waits = status === 429 || codes.some((code) => shopCodes[code].retriable);
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    properties: { status: { type: 'integer', enum: [status] }, code: { type: 'string', enum: [...codes] } },
    required: ['status', 'code'],
  };
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
  return {
    description: codes.map((code) => `${code}: ${shopCodes[code].message}`).join('; '),
    ...(waits && { headers: { 'Retry-After': RETRY_AFTER } }),
    ...(status === 401 && { headers: { 'WWW-Authenticate': WWW_AUTHENTICATE } }),
    content: { 'application/problem+json': { schema, examples } },
  };
}

/** The body of a refusal with each of these codes. */
export function problemExamples(codes: Iterable<ShopCode>): Examples {
  return Object.fromEntries([...codes].map((code) => [code, { value: problemOf(exampleOf(code)) }]));
}

function exampleOf(code: ShopCode): ShopError {
  if (code !== 'SHOP_REQUEST_PARAMETER_INVALID') return new ShopError(code);
  const [field, message] = ['goodsNumber', 'must be an integer from 1 to 99999'];
  return new ShopError(code, `${field}: ${message}`, [{ field, message }]);
}
