import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ShopCode } from '@trade/contracts';

/** What the decorators leave in the description of an operation for `completeDocument`, which takes it out again. */
export const NOTES = { open: 'x-open', shopCodes: 'x-shop-codes', examples: 'x-requests' } as const;

/** A request that can be sent as it is, in the order in which the operations are described. */
export interface ApiExample {
  /** By name; those that have an example of their own need not be here. */
  parameters?: Record<string, string | number>;
  body?: object;
  /** What the answer's data has in other places than the example of its schema. */
  data?: object;
}

/** By a name of a few words; an example of a refusal is named after its shop code. */
export type ApiExamples = Partial<Record<ShopCode, ApiExample>> & Record<string, ApiExample>;

/** OpenAPI: a successful answer, whose `data` is the model, or a list of it. */
export function ApiAnswer(model: Type | [Type]): MethodDecorator {
  const [type, isList] = Array.isArray(model) ? [model[0], true] : [model, false];
  const one = { $ref: getSchemaPath(type) };
  const properties = {
    success: { type: 'boolean', enum: [true] },
    code: { type: 'string', enum: ['SHOP_SUCCESS'] },
    message: { type: 'string', example: 'OK' },
    data: isList ? { type: 'array', items: one } : one,
  };
  const schema = { type: 'object', properties, required: Object.keys(properties) };
  return applyDecorators(ApiExtraModels(type), ApiResponse({ status: 200, description: 'Done', schema }));
}

/** OpenAPI: the refusals of this operation. Those that every request may meet are added to them. */
export const ApiProblems = (...codes: ShopCode[]): MethodDecorator => ApiExtension(NOTES.shopCodes, codes);

/** OpenAPI: requests to try. Without it, there is one of the examples of parameters and fields. */
export const ApiRequests = (examples: ApiExamples): MethodDecorator => ApiExtension(NOTES.examples, examples);
