import { shopCodes, type ShopCode } from '@trade/contracts';

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

/** What a caller may know of any failure: a ShopError as it is, everything else as an internal error without details. */
export function asShopError(error: unknown): ShopError {
  return error instanceof ShopError ? error : new ShopError('SHOP_INTERNAL_ERROR', undefined, [], { cause: error });
}
