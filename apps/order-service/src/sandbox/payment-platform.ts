import { createHmac } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ShopCode } from '@trade/contracts';
import { nowUs, recordEvent, ShopError } from '@trade/service-kit';
import { ORDER_CONFIG, type OrderConfig } from '../config.js';

/** What the customer does at the cashier, or what the platform makes of it. */
export const OUTCOMES = ['pay', 'twice', 'late', 'fail', 'never'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const PAID = 2;
const FAILED = 4;
/** How long such platforms wait before they report again what was not answered with success, in seconds. */
const RETRY_AFTER_S = [15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600, 21_600];
/** A payment that is late comes after the time that customers have to pay. */
const LATE_AFTER_S = 35 * 60;
const ANSWER_WITHIN_MS = 5_000;
const MAX_PAYMENTS = 500;

export interface Payment {
  payId: string;
  orderId: string;
  payAmount: string;
}

interface PayAnswer {
  success: boolean;
  code: ShopCode;
  message: string;
  /** Of a success. */
  data: Payment;
}

export interface Report {
  at: string;
  /** HTTP status of the answer; null when there was none. */
  status: number | null;
  taken: boolean;
}

export interface PlatformState {
  payId: string;
  outcome: Outcome | null;
  reports: Report[];
  /** When it reports next; null when it has nothing more to say. */
  nextAt: string | null;
}

interface Account extends PlatformState {
  payment: Payment;
  timers: Set<NodeJS.Timeout>;
}

/**
 * The sandbox of a payment platform, the one part of the system that is not real: customers decide what happens at the
 * cashier page, and it reports that to pay-service as platforms do: signed, and again until the report is taken.
 */
@Injectable()
export class PaymentPlatform implements OnModuleDestroy {
  private readonly accounts = new Map<string, Account>();

  constructor(@Inject(ORDER_CONFIG) private readonly config: OrderConfig) {}

  onModuleDestroy(): void {
    for (const { timers } of this.accounts.values()) timers.forEach(clearTimeout);
  }

  /** Opens the payment at pay-service, as the shop would. @throws {ShopError} as pay-service answers */
  async open(orderId: string, payAmount: string, authorization: string | undefined): Promise<Payment> {
    const answer = await this.post('/pay/createPayment', JSON.stringify({ orderId, payAmount }), {
      ...(authorization && { authorization }),
    });
    const { success, code, message, data } = (await answer.json()) as PayAnswer;
    if (!success) throw new ShopError(code, message);
    const { payId } = data;
    if (!this.accounts.has(payId)) this.remember(data);
    return { payId, orderId, payAmount: data.payAmount };
  }

  /** @throws {ShopError} SHOP_PAYMENT_NOT_FOUND when it was not opened here */
  state(payId: string): PlatformState {
    const { outcome, reports, nextAt } = this.account(payId);
    return { payId, outcome, reports, nextAt };
  }

  /** @param speed how many times faster than in life its clock runs */
  decide(payId: string, outcome: Outcome, speed: number): PlatformState {
    const account = this.account(payId);
    account.outcome = outcome;
    account.nextAt = null;
    account.timers.forEach(clearTimeout);
    account.timers.clear();
    const isPaid = outcome === 'fail' ? FAILED : PAID;
    if (outcome === 'late') this.schedule(account, { isPaid, speed, afterS: LATE_AFTER_S, retry: 0 });
    else if (outcome !== 'never') this.schedule(account, { isPaid, speed, afterS: 0, retry: 0 });
    if (outcome === 'twice') this.schedule(account, { isPaid, speed, afterS: 0, retry: 0 });
    return this.state(payId);
  }

  private schedule(account: Account, next: { isPaid: number; speed: number; afterS: number; retry: number }): void {
    const delayMs = (next.afterS * 1_000) / next.speed;
    account.nextAt = new Date(Date.now() + delayMs).toISOString();
    const timer = setTimeout(() => {
      account.timers.delete(timer);
      account.nextAt = null;
      void this.report(account, next.isPaid).then((taken) => {
        const afterS = RETRY_AFTER_S[next.retry];
        // the customer may have decided otherwise meanwhile
        if (taken || afterS === undefined || account.timers.size > 0) return;
        this.schedule(account, { ...next, afterS, retry: next.retry + 1 });
      });
    }, delayMs);
    account.timers.add(timer);
  }

  private async report(account: Account, isPaid: number): Promise<boolean> {
    const { payId, orderId, payAmount } = account.payment;
    const atUs = nowUs();
    const status = await this.callBack(JSON.stringify({ payId, isPaid, payAmount }));
    const taken = status === 200;
    account.reports.push({ at: new Date().toISOString(), status, taken });
    const failure = taken ? undefined : status === null ? 'no answer' : `status ${status}`;
    const details = { isPaid, attempt: account.reports.length };
    recordEvent({ kind: 'call', name: 'platform.Report', orderId, atUs, durationUs: nowUs() - atUs, failure, details });
    return taken;
  }

  /** @returns the HTTP status; null when there was no answer */
  private async callBack(body: string): Promise<number | null> {
    try {
      return (await this.post('/pay/callbackPayment', body, this.signatureOf(body))).status;
    } catch {
      return null; // whatever it was, the platform tries again
    }
  }

  private signatureOf(body: string): Record<string, string> {
    const key = this.config.PAY_CALLBACK_SECRET;
    if (key === undefined) return {};
    const t = Math.floor(Date.now() / 1_000);
    const v1 = createHmac('sha256', key).update(`${t}.${body}`).digest('hex');
    return { 'x-pay-signature': `t=${t},v1=${v1}` };
  }

  private post(path: string, body: string, headers: Record<string, string>): Promise<Response> {
    return fetch(new URL(path, this.config.PAY_HTTP_URL), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch((cause: unknown) => {
      throw new ShopError('SHOP_SERVICE_UNAVAILABLE', undefined, [], { cause });
    });
  }

  private remember(payment: Payment): void {
    const [oldest] = this.accounts.keys();
    if (oldest !== undefined && this.accounts.size >= MAX_PAYMENTS) {
      this.accounts.get(oldest)!.timers.forEach(clearTimeout);
      this.accounts.delete(oldest);
    }
    const { payId } = payment;
    this.accounts.set(payId, { payId, payment, outcome: null, reports: [], nextAt: null, timers: new Set() });
  }

  private account(payId: string): Account {
    const account = this.accounts.get(payId);
    if (!account) throw new ShopError('SHOP_PAYMENT_NOT_FOUND');
    return account;
  }
}
