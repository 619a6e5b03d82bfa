import { createHmac } from 'node:crypto';
import type { ConfirmOrderBody } from '@trade/testing';

/** What GET /order/:id tells; amounts are decimal text. */
export interface OrderView {
  orderId: string;
  userId: string;
  goodsId: string;
  goodsNumber: number;
  orderStatus: number;
  payStatus: number;
  shippingStatus: number;
  couponId: string | null;
  goodsAmount: string;
  shippingFee: string;
  orderAmount: string;
  couponPaid: string;
  moneyPaid: string;
  payAmount: string;
}

export interface PaymentView {
  payId: string;
  orderId: string;
  payAmount: string;
  isPaid: number;
}

export interface GoodsView {
  goodsId: string;
  goodsName: string;
  goodsPrice: string;
  goodsNumber: number;
}

export interface Answer<Data> {
  status: number;
  contentType: string;
  success: boolean;
  code: string;
  message: string;
  /** Of a successful answer. */
  data: Data;
  /** Of a refused request: the fields that are wrong. */
  errors: { field: string; message: string }[];
  /** The body as it came. */
  text: string;
}

/** A body that is sent as it is: text, for JSON that JSON.stringify cannot write (64-bit integers, NaN, broken JSON). */
type Body = object | string;

/** The platform's own call: `isPaid: 2` says that the money is there. */
export interface CallbackBody {
  payId: string;
  isPaid: number;
  payAmount?: string;
  [field: string]: unknown;
}

/** What fetch says of a connection that cannot be made, or breaks. */
const BROKEN_CONNECTION = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** A customer's browser and the payment platform, over REST. */
export class ShopClient {
  constructor(
    readonly orderUrl: string,
    readonly payUrl: string,
    /** The payment platform signs with it. */
    readonly callbackSecret: string,
    /** A request that takes longer is given up. */
    private readonly timeoutMs = 300_000,
  ) {}

  confirm(order: ConfirmOrderBody | string, headers: Record<string, string> = {}): Promise<Answer<OrderView>> {
    return this.post(`${this.orderUrl}/order/confirm`, order, headers);
  }

  order(orderId: string): Promise<Answer<OrderView>> {
    return this.get(`${this.orderUrl}/order/${orderId}`);
  }

  cancel(orderId: string, body: Body = {}): Promise<Answer<OrderView>> {
    return this.post(`${this.orderUrl}/order/${orderId}/cancel`, body);
  }

  refund(orderId: string, body: Body = {}): Promise<Answer<OrderView>> {
    return this.post(`${this.orderUrl}/order/${orderId}/refund`, body);
  }

  createPayment(body: { orderId: string; payAmount: string | number } | string): Promise<Answer<PaymentView>> {
    return this.post(`${this.payUrl}/pay/createPayment`, body);
  }

  payment(payId: string): Promise<Answer<PaymentView>> {
    return this.get(`${this.payUrl}/pay/${payId}`);
  }

  /** The platform's signed callback. */
  callback(body: CallbackBody | string): Promise<Answer<PaymentView>> {
    const text = asText(body);
    return this.callbackSigned(text, signature(text, this.callbackSecret));
  }

  /** A callback with this signature header, or none. */
  callbackSigned(text: string, header: string | undefined): Promise<Answer<PaymentView>> {
    const headers: Record<string, string> = header === undefined ? {} : { 'x-pay-signature': header };
    return this.post(`${this.payUrl}/pay/callbackPayment`, text, headers);
  }

  get<Data>(url: string, headers: Record<string, string> = {}): Promise<Answer<Data>> {
    return answerOf(fetch(url, { headers, signal: AbortSignal.timeout(this.timeoutMs) }));
  }

  post<Data>(url: string, body: Body, headers: Record<string, string> = {}): Promise<Answer<Data>> {
    return answerOf(
      fetch(url, {
        method: 'POST',
        body: asText(body),
        headers: { 'content-type': 'application/json', ...headers },
        signal: AbortSignal.timeout(this.timeoutMs),
      }),
    );
  }
}

/** For requests that may find their server dying: no answer where the connection broke. @throws any other error */
export function noAnswer(error: { cause?: { code?: string } }): undefined {
  const code = error.cause?.code;
  if (code !== undefined && BROKEN_CONNECTION.includes(code)) return undefined;
  throw error;
}

/** `t=<unix s>,v1=<hex>` over the raw body, as the payment platform writes it. */
export function signature(rawBody: string, secret: string, atSeconds = Math.floor(Date.now() / 1000)): string {
  const mac = createHmac('sha256', secret).update(`${atSeconds}.${rawBody}`).digest('hex');
  return `t=${atSeconds},v1=${mac}`;
}

function asText(body: Body): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

async function answerOf<Data>(request: Promise<Response>): Promise<Answer<Data>> {
  const response = await request;
  const contentType = response.headers.get('content-type') ?? '';
  const text = await response.text();
  const body = (contentType.includes('json') ? JSON.parse(text) : {}) as Partial<Answer<Data>>;
  return {
    status: response.status,
    contentType,
    success: body.success ?? false,
    code: body.code ?? '',
    message: body.message ?? '',
    data: body.data as Data,
    errors: body.errors ?? [],
    text,
  };
}
