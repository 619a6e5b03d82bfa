import { parse } from 'lossless-json';
import { ShopError } from '../shop-error.js';

const INTEGER = /^-?\d+$/;

/**
 * JSON in which no digit is lost: an integer above 2^53 becomes a bigint, any other number whose digits a double cannot
 * hold becomes NaN, which no field takes.
 * @throws {ShopError} SHOP_REQUEST_PARAMETER_INVALID when the text is not JSON
 */
export function parseJson(text: string): unknown {
  if (text.includes('__proto__')) throw new ShopError('SHOP_REQUEST_PARAMETER_INVALID', '__proto__ is not a field');
  try {
    return parse(text, undefined, numberWithoutLoss);
  } catch (error) {
    // lossless-json recurses: a body of nothing but brackets ends as a RangeError
    throw new ShopError('SHOP_REQUEST_PARAMETER_INVALID', 'The request body is not valid JSON', [], { cause: error });
  }
}

/**
 * The fields of a request's body. One that is null counts as not given: clients that write every field of a class write null for
 * what they mean to leave out.
 * @throws {ShopError} SHOP_REQUEST_PARAMETER_INVALID when the body is not an object
 */
export function fieldsOf(body: unknown): object {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ShopError('SHOP_REQUEST_PARAMETER_INVALID', 'The request body must be a JSON object');
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

function numberWithoutLoss(text: string): number | bigint {
  const number = Number(text);
  if (INTEGER.test(text)) return Number.isSafeInteger(number) ? number : BigInt(text);
  return significantDigits(text) <= 15 ? number : Number.NaN;
}

function significantDigits(text: string): number {
  return text.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '').length;
}
