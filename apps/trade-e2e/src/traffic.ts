import type { Books } from './books.js';
import { aCustomer, anOrderOf } from './customer.js';
import type { Answer, OrderView, ShopClient } from './shop-client.js';

export const CUSTOMERS_AT_A_TIME = 4;

/** Customers who order and pay until they are told to end, each request at an instance in turn. */
export class Traffic {
  /** Answers other than success. */
  readonly refused: string[] = [];
  /** Requests that got no answer: the instance that was asked had died. */
  unanswered = 0;
  readonly confirmed: OrderView[] = [];
  /** Orders whose callback was accepted. */
  readonly paid: OrderView[] = [];
  private open = true;
  private readonly customers: Promise<void>[];

  constructor(
    private readonly books: Books,
    private readonly shops: readonly ShopClient[],
  ) {
    this.customers = Array.from({ length: CUSTOMERS_AT_A_TIME }, (_, index) => this.shopping(index));
  }

  /** Resolves when all requests are over. */
  async end(): Promise<void> {
    this.open = false;
    await Promise.all(this.customers);
  }

  private async shopping(turn: number): Promise<void> {
    const { length } = this.shops;
    for (; this.open; turn++) await this.buy(this.shops[turn % length]!, this.shops[(turn >> 1) % length]!);
  }

  private async buy(orders: ShopClient, payments: ShopClient): Promise<void> {
    const customer = await aCustomer(this.books);
    const order = await this.ask(() => orders.confirm(anOrderOf(customer)));
    if (!order) return;
    this.confirmed.push(order);
    const { orderId, payAmount } = order;
    const payment = await this.ask(() => payments.createPayment({ orderId, payAmount }));
    if (!payment) return;
    if (await this.ask(() => payments.callback({ payId: payment.payId, isPaid: 2 }))) this.paid.push(order);
  }

  private async ask<Data>(request: () => Promise<Answer<Data>>): Promise<Data | undefined> {
    let answer: Answer<Data>;
    try {
      answer = await request();
    } catch {
      this.unanswered += 1;
      return undefined;
    }
    if (!answer.success) this.refused.push(`${answer.status} ${answer.text}`);
    return answer.success ? answer.data : undefined;
  }
}
