import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { shopCodes, type ShopCode } from '@trade/contracts';

/** OpenAPI: a successful answer, whose `data` is the model, or a list of it. */
export function ApiAnswer(model: Type | [Type]): MethodDecorator {
  const [type, isList] = Array.isArray(model) ? [model[0], true] : [model, false];
  const one = { $ref: getSchemaPath(type) };
  const properties = {
    success: { type: 'boolean', example: true },
    code: { type: 'string', example: 'SHOP_SUCCESS' },
    message: { type: 'string', example: 'OK' },
    data: isList ? { type: 'array', items: one } : one,
  };
  return applyDecorators(ApiExtraModels(type), ApiResponse({ status: 200, schema: { type: 'object', properties } }));
}

/** OpenAPI: the answers that say why not, with an example each. */
export function ApiProblems(...codes: ShopCode[]): MethodDecorator {
  const statuses = new Set(codes.map((code) => shopCodes[code].httpStatus));
  return applyDecorators(
    ...[...statuses].map((status) => {
      const same = codes.filter((code) => shopCodes[code].httpStatus === status);
      return ApiResponse({
        status,
        description: same.map((code) => shopCodes[code].message).join('; '),
        content: { 'application/problem+json': { examples: Object.fromEntries(same.map(exampleOf)) } },
      });
    }),
  );
}

function exampleOf(code: ShopCode): [ShopCode, { value: object }] {
  const { httpStatus: status, message } = shopCodes[code];
  return [
    code,
    { value: { type: 'about:blank', title: code, status, detail: message, success: false, code, message } },
  ];
}
