import { shopCodes, type ShopCode } from '@trade/contracts';
import { isTransientSqlError } from './database/sql-errors.js';

/** One wrong field of a request. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** The one way in which a request fails for a reason that the caller is told. */
export class ShopError extends Error {
  override readonly name = 'ShopError';

  constructor(
    readonly code: ShopCode,
    /** What the caller is told; the code's own text when left out. */
    message?: string,
    readonly problems: readonly FieldProblem[] = [],
    options?: ErrorOptions,
  ) {
    super(message ?? shopCodes[code].message, options);
  }

  get retriable(): boolean {
    return shopCodes[this.code].retriable;
  }

  get httpStatus(): number {
    return shopCodes[this.code].httpStatus;
  }
}

/**
 * What a caller may know of any failure: a ShopError as it is; that the database is away or too busy; everything else as
 * an internal error without details.
 */
export function asShopError(error: unknown): ShopError {
  if (error instanceof ShopError) return error;
  const code = isTransientSqlError(error) ? 'SHOP_SERVICE_UNAVAILABLE' : 'SHOP_INTERNAL_ERROR';
  return new ShopError(code, undefined, [], { cause: error });
}
