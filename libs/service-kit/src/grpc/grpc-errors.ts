import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { isShopCode, shopCodes, type ShopCode } from '@trade/contracts';
import { asShopError, ShopError } from '../shop-error.js';

/** Carries the W3C traceparent of a call. */
export const TRACEPARENT_KEY = 'traceparent';
/** Carries the shop code of a business error across the wire. */
export const SHOP_CODE_KEY = 'shop-code';

const STATUS_OF_HTTP: Record<number, status> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  409: status.FAILED_PRECONDITION,
  429: status.RESOURCE_EXHAUSTED,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
};

export type GrpcError = Pick<ServiceError, 'code' | 'details' | 'message' | 'metadata'>;

/** What a server answers when a handler threw. Nothing but the code and its text leaves the process. */
export function toGrpcError(error: unknown): GrpcError {
  const shopError = asShopError(error);
  const metadata = new Metadata();
  metadata.set(SHOP_CODE_KEY, shopError.code);
  return {
    code: STATUS_OF_HTTP[shopError.httpStatus] ?? status.INTERNAL,
    details: shopError.message,
    message: shopError.message,
    metadata,
  };
}

/** What a client throws for a failed call: the business error of the other side, or that it could not be reached. */
export function fromGrpcError(error: ServiceError): ShopError {
  const code = error.metadata?.get(SHOP_CODE_KEY)[0]?.toString();
  if (code && isShopCode(code)) return new ShopError(code, error.details, [], { cause: error });
  return new ShopError(codeOfTransport(error.code), undefined, [], { cause: error });
}

/** The server was not there, had no room, or had another INTERNAL_TOKEN than we. */
const AWAY = [status.UNAVAILABLE, status.CANCELLED, status.RESOURCE_EXHAUSTED, status.UNAUTHENTICATED];

function codeOfTransport(code: status): ShopCode {
  if (code === status.DEADLINE_EXCEEDED) return 'SHOP_SERVICE_TIMEOUT';
  return AWAY.includes(code) ? 'SHOP_SERVICE_UNAVAILABLE' : 'SHOP_INTERNAL_ERROR';
}

/** Whether the call failed on the way, so that sending an idempotent call again can help. */
export function isTransient(error: ServiceError): boolean {
  const code = error.metadata?.get(SHOP_CODE_KEY)[0]?.toString();
  if (code && isShopCode(code)) return shopCodes[code].retriable;
  return error.code === status.UNAVAILABLE;
}
