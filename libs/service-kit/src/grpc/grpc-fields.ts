import { ShopError } from '../shop-error.js';

/**
 * Refuses a request with ids, quantities or amounts below 1; a field that was left out is 0.
 * @throws {ShopError} SHOP_REQUEST_PARAMETER_INVALID that names the fields
 */
export function requirePositive(fields: Record<string, string | number>): void {
  const problems = Object.entries(fields)
    .filter(([, value]) => BigInt(value) < 1n)
    .map(([field]) => ({ field, message: 'must be at least 1' }));
  if (problems.length === 0) return;
  const message = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new ShopError('SHOP_REQUEST_PARAMETER_INVALID', message, problems);
}
