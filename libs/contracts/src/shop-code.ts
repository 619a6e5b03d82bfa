/** What a shop code means to a caller: its text, the HTTP status of the answer, and whether trying again can help. */
export interface ShopCodeMeaning {
  readonly message: string;
  readonly httpStatus: number;
  readonly retriable: boolean;
}

const refused = (message: string, httpStatus = 409): ShopCodeMeaning => ({ message, httpStatus, retriable: false });
const transient = (message: string, httpStatus = 503): ShopCodeMeaning => ({ message, httpStatus, retriable: true });

/** Every answer that the system gives to a request, one line each. */
export const shopCodes = {
  SHOP_SUCCESS: refused('OK', 200),
  SHOP_REQUEST_PARAMETER_INVALID: refused('The request is not valid', 400),
  SHOP_REQUEST_TOO_LARGE: refused('The request body is too large', 413),
  SHOP_REQUEST_HEADERS_TOO_LARGE: refused('The request headers are too large', 431),
  SHOP_REQUEST_TIMEOUT: refused('The request did not arrive in time', 408),
  SHOP_REQUEST_MEDIA_TYPE_INVALID: refused('The request body must be application/json', 415),
  SHOP_IDEMPOTENCY_KEY_REUSED: refused('The Idempotency-Key belongs to another request', 422),
  SHOP_REQUEST_IN_PROGRESS: transient('The request with this Idempotency-Key is still worked on', 409),
  SHOP_ROUTE_NO_EXIST: refused('There is nothing at this address', 404),
  SHOP_TOO_MANY_REQUESTS: refused('Too many requests: come again later', 429),

  SHOP_TOKEN_MISSING: refused('An access token is needed: Authorization: Bearer <token>', 401),
  SHOP_TOKEN_INVALID: refused('The access token is not valid', 401),
  SHOP_LOGIN_FAILED: refused('There is no such user with this password', 401),
  SHOP_ACCESS_DENIED: refused('Only the user, or an operator, may do this', 403),

  SHOP_GOODS_NO_EXIST: refused('The goods do not exist', 404),
  SHOP_GOODS_PRICE_INVALID: refused('The goods price is not the current price'),
  SHOP_GOODS_NUM_NOT_ENOUGH: refused('There is not enough stock'),
  SHOP_USER_NO_EXIST: refused('The user does not exist', 404),
  SHOP_COUPON_NO_EXIST: refused('The coupon does not exist', 404),
  SHOP_COUPON_NOT_OWNED: refused('The coupon belongs to somebody else', 403),
  SHOP_COUPON_ISUSED: refused('The coupon is used already'),
  SHOP_MONEY_PAID_INVALID: refused('The balance does not cover the balance part'),
  SHOP_MONEY_PAID_TOO_MUCH: refused('The balance part is more than what is due', 400),
  SHOP_ORDER_SHIPPINGFEE_INVALID: refused('The shipping fee is not right', 400),
  SHOP_ORDERAMOUNT_INVALID: refused('The order amount is not price × quantity + shipping fee', 400),

  SHOP_ORDER_NO_EXIST: refused('The order does not exist', 404),
  SHOP_ORDER_CANCELLED: refused('The order is cancelled'),
  SHOP_ORDER_CONFIRM_FAIL: refused('The order could not be confirmed: it was cancelled in the meantime'),
  SHOP_ORDER_NOT_CONFIRMED: refused('The order is not confirmed'),
  SHOP_ORDER_STATUS_INVALID: refused('The order cannot go from its present status to this one'),
  SHOP_ORDER_NOT_PAID: refused('The order is not paid'),
  SHOP_ORDER_PAY_STATUS_IS_PAY: refused('The order is paid already'),

  SHOP_PAYMENT_NOT_FOUND: refused('The payment does not exist', 404),
  SHOP_PAY_AMOUNT_INVALID: refused('The amount is not the amount due', 400),
  SHOP_PAY_SIGNATURE_INVALID: refused('The signature of the callback is not valid', 401),

  SHOP_SERVICE_TIMEOUT: transient('A service did not answer in time', 504),
  SHOP_SERVICE_UNAVAILABLE: transient('A service is not available at the moment'),
  SHOP_OVERLOADED: transient('There are more requests at the moment than can be taken'),
  SHOP_INTERNAL_ERROR: refused('Something went wrong on our side', 500),
} as const satisfies Record<string, ShopCodeMeaning>;

export type ShopCode = keyof typeof shopCodes;

export function isShopCode(text: string): text is ShopCode {
  return Object.hasOwn(shopCodes, text);
}
