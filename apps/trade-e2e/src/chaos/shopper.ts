import type { ConfirmOrderRequest } from '@trade/client';
import {
  signature,
  type Answer,
  type CallbackBody,
  type OrderView,
  type PaymentView,
  type ShopClient,
} from '../shop-client.js';
import type { Ending, Ledger, Outcome } from './ledger.js';
import { SHIPPING, yuan, type Goods, type Market } from './market.js';
import type { Random } from './random.js';

/** Answers with which any request may be put off while parts of the system are away. */
const NOT_NOW = [503, 504];
/** An earlier try with the same key is still worked on; the payment of an order that is to be refunded is on its way. */
const NOT_YET = ['SHOP_REQUEST_IN_PROGRESS', 'SHOP_ORDER_NOT_PAID'];
/** The sweeper may take an order for stuck while its order-service was stopped in the middle of it. */
export const SWEPT = ['SHOP_ORDER_CANCELLED', 'SHOP_ORDER_CONFIRM_FAIL'];
const PAUSE_MS = [200, 1_000] as const;
const TRIES = { customer: 6, platform: 40 };

export interface ShopperOptions {
  story: string;
  number: number;
  /** Asked in turn, as behind a load balancer. */
  shops: readonly ShopClient[];
  ledger: Ledger;
  market: Market;
  random: Random;
  unpaidLimitMs: number;
}

interface Expected {
  /** Sent with a key, again and again until there is an answer: it is done once all the same. */
  insists?: boolean;
  /** Shop codes with which the request may be refused. */
  refusedWith?: readonly string[];
  /** It must not be taken. */
  neverTaken?: boolean;
}

/** One customer with one story, who writes down every answer, and the payment platform that reports the money. */
export class Shopper {
  readonly userId: string;
  readonly couponId: string;
  private orders = 0;
  private requests = 0;

  constructor(private readonly options: ShopperOptions) {
    this.userId = options.market.userOf(options.number);
    this.couponId = options.market.couponOf(options.number);
  }

  get market(): Market {
    return this.options.market;
  }

  get random(): Random {
    return this.options.random;
  }

  get number(): number {
    return this.options.number;
  }

  /** A right request for goods; the overrides make it special. */
  order(
    { goodsId, priceFen }: Goods,
    { quantity = 1, ...overrides }: { quantity?: number } & Partial<ConfirmOrderRequest> = {},
  ) {
    const goodsFen = priceFen * quantity;
    const feeFen = goodsFen < SHIPPING.freeFromFen ? SHIPPING.feeFen : 0;
    return {
      userId: this.userId,
      goodsId,
      goodsNumber: quantity,
      goodsPrice: yuan(priceFen),
      shippingFee: yuan(feeFen),
      orderAmount: yuan(goodsFen + feeFen),
      address: '北京',
      ...overrides,
    } satisfies ConfirmOrderRequest;
  }

  /** @returns the order when it was taken */
  async confirm(
    body: ConfirmOrderRequest,
    { refusedWith = SWEPT, neverTaken = false, insists = false }: Expected = {},
  ): Promise<OrderView | null> {
    const { ledger, story, number } = this.options;
    const mark = `chaos ${number}.${++this.orders}`;
    const key = insists ? { 'idempotency-key': `${mark} of ${this.userId}` } : undefined;
    const send = () => this.nextShop().confirm({ ...body, consignee: mark }, key);
    const answer = await (insists ? this.insist(TRIES.customer, 'confirm with key', send) : this.ask('confirm', send));
    const outcome = outcomeOf(answer);
    const order = outcome === 'taken' ? answer!.data : null;
    ledger.confirmed({ mark, story, outcome, ...(order && { orderId: order.orderId, payAmount: order.payAmount }) });
    if (order && neverTaken) ledger.violated(`${story} (${mark}): taken as order ${order.orderId}`);
    if (outcome === 'refused' && !refusedWith.includes(answer!.code)) this.unexpected(mark, answer!);
    return order;
  }

  /** Asks again while the shop says "not now", and half of the customers with a key. @returns the payment when it is open */
  async createPayment(order: OrderView): Promise<PaymentView | null> {
    const request = { orderId: order.orderId, payAmount: order.payAmount };
    const hasKey = this.random.next() < 0.5;
    const key: Record<string, string> = hasKey ? { 'idempotency-key': `payment of ${order.orderId}` } : {};
    const answer = await this.insist(TRIES.customer, `createPayment${hasKey ? ' with key' : ''}`, () =>
      this.nextShop().createPayment(request, key),
    );
    const outcome = outcomeOf(answer);
    const refusals = ['SHOP_ORDER_CANCELLED', 'SHOP_ORDER_PAY_STATUS_IS_PAY'];
    if (outcome === 'refused' && !refusals.includes(answer!.code)) this.unexpected(`order ${order.orderId}`, answer!);
    return outcome === 'taken' ? answer!.data : null;
  }

  /** The platform reports the money, and reports it again until it is heard. */
  async reportPaid({ payId }: PaymentView, fields: Partial<CallbackBody> = {}): Promise<void> {
    const { ledger, story } = this.options;
    ledger.callback(payId, story, false);
    const send = () => this.nextShop().callback({ payId, isPaid: 2, ...fields });
    const answer = await this.insist(TRIES.platform, 'callback', send);
    const outcome = outcomeOf(answer);
    if (outcome === 'taken') {
      ledger.callback(payId, story, true);
      if (answer!.data.isPaid !== 2 && answer!.data.isPaid !== 3) this.unexpected(`payment ${payId}`, answer!);
    } else if (outcome === 'refused') this.unexpected(`payment ${payId}`, answer!);
  }

  /** @param beside what else may happen to the order at the same time, as shop codes */
  async cancel(order: OrderView, beside: readonly string[] = []): Promise<void> {
    await this.end(order, 'cancelled', () => this.nextShop().cancel(order.orderId), beside);
  }

  /** A payment that came too late for its order cannot be refunded with it: it went back already. */
  async refund(order: OrderView): Promise<void> {
    await this.end(order, 'refunded', () => this.nextShop().refund(order.orderId), ['SHOP_ORDER_STATUS_INVALID']);
  }

  /** A callback that nobody may believe. */
  async reportWrongly({ payId }: PaymentView, fields: Partial<CallbackBody>, key?: string): Promise<void> {
    const { ledger, story } = this.options;
    const shop = this.nextShop();
    const text = JSON.stringify({ payId, isPaid: 2, ...fields });
    const signed = signature(text, key ?? shop.callbackSecret);
    const answer = await this.ask('wrong callback', () => shop.callbackSigned(text, signed));
    if (outcomeOf(answer) === 'taken') ledger.violated(`${story}: a wrong callback of payment ${payId} was taken`);
  }

  /** What was answered with success can be read at once. */
  async readBack({ orderId }: OrderView): Promise<void> {
    const { ledger, story } = this.options;
    const answer = await this.ask('read order', () => this.nextShop().order(orderId));
    const outcome = outcomeOf(answer);
    if (outcome === 'refused') this.unexpected(`order ${orderId}`, answer!);
    if (outcome === 'taken' && answer!.data.orderStatus === 0)
      ledger.violated(`${story}: order ${orderId} is unconfirmed`);
  }

  /** Until the time to pay of an order that was just confirmed is over, give or take. */
  async untilUnpaidLimit(fromMs: number, toMs: number): Promise<void> {
    await pause(this.options.unpaidLimitMs + this.random.int(fromMs, toMs));
  }

  think(): Promise<void> {
    return pause(this.random.int(0, 500));
  }

  /** Where two of a story must have got the same. */
  mustEqual(what: string, a: string, b: string): void {
    if (a !== b) this.options.ledger.violated(`${this.options.story}: two ${what}: ${a} and ${b}`);
  }

  private async end(
    { orderId }: OrderView,
    into: Ending['into'],
    send: () => Promise<Answer<OrderView>>,
    refusedWith: readonly string[],
  ): Promise<void> {
    const { ledger, story } = this.options;
    ledger.ending({ orderId, story, into, accepted: false });
    const answer = await this.insist(TRIES.customer, into, send);
    const outcome = outcomeOf(answer);
    if (outcome === 'taken') ledger.ending({ orderId, story, into, accepted: true });
    if (outcome === 'refused' && !refusedWith.includes(answer!.code)) this.unexpected(`order ${orderId}`, answer!);
  }

  /** @returns null when there was no answer */
  private async ask<Data>(door: string, send: () => Promise<Answer<Data>>): Promise<Answer<Data> | null> {
    let answer: Answer<Data> | null = null;
    try {
      answer = await send();
    } catch (error) {
      this.options.ledger.answered(door, `no answer: ${reasonOf(error)}`);
      return null;
    }
    this.options.ledger.answered(door, answer.success ? '200' : `${answer.status} ${answer.code}`);
    return answer;
  }

  private async insist<Data>(
    tries: number,
    door: string,
    send: () => Promise<Answer<Data>>,
  ): Promise<Answer<Data> | null> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.ask(door, send);
      const outcome = outcomeOf(answer);
      if (outcome === 'taken' || outcome === 'refused' || attempt >= tries) return answer;
      await pause(this.random.int(...PAUSE_MS));
    }
  }

  private nextShop(): ShopClient {
    const { shops } = this.options;
    return shops[this.requests++ % shops.length]!;
  }

  private unexpected(of: string, { status, text }: Answer<unknown>): void {
    this.options.ledger.violated(`${this.options.story} (${of}): answered with ${status} ${text.slice(0, 300)}`);
  }
}

function outcomeOf(answer: Answer<unknown> | null): Outcome {
  if (answer === null) return 'unanswered';
  if (answer.success) return 'taken';
  return NOT_NOW.includes(answer.status) || NOT_YET.includes(answer.code) ? 'unavailable' : 'refused';
}

/** `fetch failed` hides the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.name;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
