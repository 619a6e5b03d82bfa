import type { Type } from '@nestjs/common';
import { getSchemaPath, type ApiResponseOptions } from '@nestjs/swagger';
import { shopCodes, type ShopCode } from '@trade/contracts';

interface Schema {
  [keyword: string]: unknown;
}

export const one = (model: Type): Schema => ({ $ref: getSchemaPath(model) });
export const arrayOf = (model: Type): Schema => ({ type: 'array', items: one(model) });

/** OpenAPI schema of the body of a successful answer. */
export function answer(data: Schema): Schema {
  const example = (value: unknown) => ({ example: value });
  return {
    type: 'object',
    properties: { success: example(true), code: example('SHOP_SUCCESS'), message: example('OK'), data },
  };
}

/** OpenAPI description of an answer that says why not. */
export function problem(code: ShopCode): ApiResponseOptions {
  const { httpStatus: status, message } = shopCodes[code];
  const example = { type: 'about:blank', title: code, status, detail: message, success: false, code, message };
  return { status, description: message, content: { 'application/problem+json': { example } } };
}
