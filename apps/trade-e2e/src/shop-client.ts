import { createHmac } from 'node:crypto';
import {
  tradeClient,
  type ConfirmOrderRequest,
  type Goods,
  type Order,
  type Payment,
  type TradeClient,
} from '@trade/client';

export type { Order as OrderView, Payment as PaymentView } from '@trade/client';

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
  private readonly client: TradeClient;
  /** Bodies of answers as they came. */
  private readonly texts = new WeakMap<Response, string>();

  constructor(
    readonly orderUrl: string,
    readonly payUrl: string,
    /** The payment platform signs with it. */
    readonly callbackSecret: string,
    /** A request that takes longer is given up. */
    private readonly timeoutMs = 300_000,
    private readonly token?: string,
  ) {
    this.client = tradeClient({
      orderUrl,
      payUrl,
      token: () => token,
      fetch: async (request) => {
        const response = await fetch(request, { signal: AbortSignal.timeout(timeoutMs) });
        this.texts.set(response, await response.clone().text());
        return response;
      },
    });
  }

  /** The same shop for somebody with this access token, or none. */
  as(token: string | undefined): ShopClient {
    return new ShopClient(this.orderUrl, this.payUrl, this.callbackSecret, this.timeoutMs, token);
  }

  login(userId: string, password: string): Promise<Answer<{ token: string }>> {
    return this.answer(this.client.orders.POST('/login', { body: { userId, password } }));
  }

  goods(page: { limit?: number; after?: string } = {}): Promise<Answer<Goods[]>> {
    return this.answer(this.client.orders.GET('/goods', { params: { query: page } }));
  }

  goodsById(goodsId: string): Promise<Answer<Goods>> {
    return this.answer(this.client.orders.GET('/goods/{goodsId}', { params: { path: { goodsId } } }));
  }

  confirm(body: ConfirmOrderRequest | string, headers: Record<string, string> = {}): Promise<Answer<Order>> {
    if (typeof body === 'string') return this.post(`${this.orderUrl}/order/confirm`, body, headers);
    return this.answer(this.client.orders.POST('/order/confirm', { body, headers }));
  }

  order(orderId: string): Promise<Answer<Order>> {
    return this.answer(this.client.orders.GET('/order/{orderId}', { params: { path: { orderId } } }));
  }

  orders(userId: string): Promise<Answer<Order[]>> {
    return this.answer(this.client.orders.GET('/order', { params: { query: { userId } } }));
  }

  cancel(orderId: string, body: { reason?: string } = {}): Promise<Answer<Order>> {
    return this.answer(this.client.orders.POST('/order/{orderId}/cancel', { params: { path: { orderId } }, body }));
  }

  refund(orderId: string, body: { reason?: string } = {}): Promise<Answer<Order>> {
    return this.answer(this.client.orders.POST('/order/{orderId}/refund', { params: { path: { orderId } }, body }));
  }

  createPayment(
    body: { orderId: string; payAmount: string } | string,
    headers: Record<string, string> = {},
  ): Promise<Answer<Payment>> {
    if (typeof body === 'string') return this.post(`${this.payUrl}/pay/createPayment`, body, headers);
    return this.answer(this.client.payments.POST('/pay/createPayment', { body, headers }));
  }

  payment(payId: string): Promise<Answer<Payment>> {
    return this.answer(this.client.payments.GET('/pay/{payId}', { params: { path: { payId } } }));
  }

  /** The platform's signed callback. */
  callback(body: CallbackBody | string): Promise<Answer<Payment>> {
    const text = asText(body);
    return this.callbackSigned(text, signature(text, this.callbackSecret));
  }

  /** A callback with this signature header, or none. */
  callbackSigned(text: string, header: string | undefined): Promise<Answer<Payment>> {
    const headers: Record<string, string> = header === undefined ? {} : { 'x-pay-signature': header };
    return this.post(`${this.payUrl}/pay/callbackPayment`, text, headers);
  }

  /** Any address, with this client's token. */
  get<Data>(url: string): Promise<Answer<Data>> {
    return rawAnswer(fetch(url, { headers: this.authorization, signal: AbortSignal.timeout(this.timeoutMs) }));
  }

  post<Data>(url: string, body: Body, headers: Record<string, string> = {}): Promise<Answer<Data>> {
    return rawAnswer(
      fetch(url, {
        method: 'POST',
        body: asText(body),
        headers: { 'content-type': 'application/json', ...this.authorization, ...headers },
        signal: AbortSignal.timeout(this.timeoutMs),
      }),
    );
  }

  private get authorization(): Record<string, string> {
    return this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
  }

  private async answer<Data>(
    call: Promise<{ data?: { data: Data }; error?: unknown; response: Response }>,
  ): Promise<Answer<Data>> {
    const { response } = await call;
    return answerOf(response, this.texts.get(response) ?? '');
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

async function rawAnswer<Data>(request: Promise<Response>): Promise<Answer<Data>> {
  const response = await request;
  return answerOf(response, await response.text());
}

function answerOf<Data>(response: Response, text: string): Answer<Data> {
  const contentType = response.headers.get('content-type') ?? '';
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
