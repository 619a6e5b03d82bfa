import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ShopError } from '../shop-error.js';

const HEADER = 'Idempotency-Key';
const PRINTABLE_ASCII = /^[\x20-\x7e]{1,255}$/;

/** The Idempotency-Key header of a request: `(@IdempotencyKey() key: string | undefined)`. */
export const IdempotencyKey = createParamDecorator((_data: undefined, context: ExecutionContext) =>
  keyOf(context.switchToHttp().getRequest<FastifyRequest>().headers[HEADER.toLowerCase()]),
);

/** OpenAPI: the header. */
export const ApiIdempotencyKey = (): MethodDecorator =>
  ApiHeader({
    name: HEADER,
    description:
      'Names this request, for 24 h: sent again with the same key and body, it is done once and answered the same',
    required: false,
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  });

/** @throws {ShopError} SHOP_REQUEST_PARAMETER_INVALID unless it is 1 to 255 printable ASCII characters */
function keyOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined || (typeof header === 'string' && PRINTABLE_ASCII.test(header))) return header;
  const message = 'must be 1 to 255 printable ASCII characters';
  throw new ShopError('SHOP_REQUEST_PARAMETER_INVALID', `${HEADER}: ${message}`, [{ field: HEADER, message }]);
}
