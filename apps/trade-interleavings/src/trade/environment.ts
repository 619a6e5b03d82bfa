import { Identity } from '@trade/service-kit';
import type { SchemaName } from '@trade/testing';
import { paymentStatus } from '../../../pay-service/src/pay.entity.js';
import type { Row } from '../sql/value.js';
import { requestOf, USER_ID, type Scenario } from './scenario.js';
import { LIMITS, type Services } from './services.js';
import type { TradeActivity, World } from './world.js';

/** Who asks for payments. */
const CUSTOMER = new Identity('user', USER_ID);
const UNCONFIRMED = 0;
const CONFIRMED = 1;
const UNPAID = 0;
const EARLY_MS = LIMITS.confirmMs + 60_000;
/** Of an Idempotency-Key. */
const LEASE_OVER_MS = 11_000;
const LATE_MS = LIMITS.unpaidMs + 10 * 60_000;

/** What someone may do now. What is done once only has a name for that. */
export interface Possible {
  activity: TradeActivity;
  once?: string;
  /** The same, when it is done a second time. */
  again?: TradeActivity;
  /** Without anything in between. */
  atOnce?: boolean;
}

/** Who makes something happen: customers, the payment platform, the sweeper's clock, and callers of gRPC. */
export class Environment {
  constructor(
    private readonly services: Services,
    private readonly scenario: Scenario,
    private readonly nowMs: number,
  ) {}

  /** What order number n makes when it is sent for the k-th time has the id n0k. */
  confirmations(): TradeActivity[] {
    return this.scenario.orders.map((_, index) => this.confirmation(index, 1));
  }

  rpc(path: string, request: object): TradeActivity {
    const [, service, method] = /(\w+)\/(\w+)$/.exec(path) as unknown as [string, keyof Services['rpcs'], string];
    const handler = this.services.rpcs[service] as unknown as Record<string, (request: object) => Promise<unknown>>;
    const call = `${method.charAt(0).toLowerCase()}${method.slice(1)}`;
    const schema = `trade_${service.replace('Service', '').toLowerCase()}` as SchemaName;
    const activity = this.activity(schema, `${service}.${call} ${JSON.stringify(request)}`, () =>
      handler[call]!(request),
    );
    return { ...activity, readsOnly: call.startsWith('get') };
  }

  possible(world: World): Possible[] {
    const orders = [...world.databases.trade_order.tables['trade_order']!.rows.values()];
    const payments = [...world.databases.trade_pay.tables['trade_pay']!.rows.values()];
    const { insists, endsOrders, failsPayments } = this.scenario;
    return [
      ...(insists ? this.scenario.orders.map((_, index) => this.confirmationAgain(index)) : []),
      ...(insists ? [] : orders.filter(isPayable).map((order) => this.creationOfPayment(order, payments))),
      ...payments.map((payment) => this.callback(payment)),
      ...(failsPayments ? payments.slice(0, 1).map((payment) => this.failure(payment)) : []),
      ...(endsOrders ? orders.flatMap((order) => this.endings(order)) : []),
      ...(orders.some(isUnconfirmed) ? [{ activity: this.sweep(EARLY_MS), atOnce: true }] : []),
      ...(orders.some(isPayable) ? [{ activity: this.sweep(LATE_MS), atOnce: true }] : []),
    ].filter(({ once }: Possible) => once === undefined || !world.done.includes(once));
  }

  /**
   * A sweep has one transaction for unconfirmed and one for unpaid orders. They are a step, because a sweep that is too
   * early for unpaid orders is a sweep that has only the first.
   */
  sweep(afterMs = LATE_MS): TradeActivity {
    const activity = this.activity('trade_order', `the sweeper sweeps after ${afterMs / 60_000} minutes`, () =>
      this.services.sweeper.sweep(),
    );
    return { ...activity, nowMs: this.nowMs + afterMs };
  }

  private confirmation(index: number, time: number, afterMs = 0): TradeActivity {
    const number = index + 1;
    const key = this.scenario.insists ? `order ${number}` : undefined;
    const name = `order-service confirms order ${number}01${time === 1 ? '' : `, sent for the ${time}. time`}`;
    const request = requestOf(this.scenario.orders[index]!);
    const confirm = () => this.services.orderDoor.confirm(key, request, CUSTOMER);
    const activity = this.activity('trade_order', name, confirm, [`${number}0${time}`, `${number}5${time}`]);
    return { ...activity, tellsOrder: true, nowMs: this.nowMs + afterMs };
  }

  private confirmationAgain(index: number): Possible {
    return {
      once: `insist ${index}`,
      activity: this.confirmation(index, 2, LEASE_OVER_MS),
      again: this.confirmation(index, 3),
    };
  }

  /** When a payment failed, there can be another one. */
  private creationOfPayment(order: Row, payments: readonly Row[]): Possible {
    const orderId = String(order['order_id']);
    const create = () => this.services.createPayment.execute(orderId, 880_00n, CUSTOMER);
    const label = `the customer pays order ${orderId}`;
    const ids = (attempt: number) => [1, 2, 3].map((index) => `${orderId[0]}${attempt}${index}`);
    if (payments.length > 0 && payments.every(({ open_order_id: isOpen }) => isOpen === null)) {
      return { once: `pay ${orderId} afresh`, activity: this.activity('trade_pay', `${label} afresh`, create, ids(3)) };
    }
    return {
      once: `pay ${orderId}`,
      activity: this.activity('trade_pay', label, create, ids(1)),
      again: this.activity('trade_pay', `${label} in another window`, create, ids(2)),
    };
  }

  private callback(payment: Row): Possible {
    const payId = String(payment['pay_id']);
    const activity = this.activity('trade_pay', `the platform says that payment ${payId} is made`, () =>
      this.services.callback.execute({ payId, isPaid: paymentStatus.paid }),
    );
    return { once: `callback ${payId}`, activity, again: activity };
  }

  private failure(payment: Row): Possible {
    const payId = String(payment['pay_id']);
    const activity = this.activity('trade_pay', `the platform says that payment ${payId} failed`, () =>
      this.services.callback.execute({ payId, isPaid: paymentStatus.failed }),
    );
    return { once: `failure ${payId}`, activity, again: activity };
  }

  /** Asked for when they can be granted; by the time they are looked at, the order may be another. */
  private endings(order: Row): Possible[] {
    const orderId = String(order['order_id']);
    const ending = (what: 'cancel' | 'refund'): Possible => {
      const end = () => this.services.orderDoor[what]({ orderId }, {}, CUSTOMER);
      const by = (name: string) => ({ ...this.activity('trade_order', name, end), tellsOrder: true });
      const name = `the customer wants order ${orderId} to be ${what === 'cancel' ? 'cancelled' : 'refunded'}`;
      return { once: `${what} ${orderId}`, activity: by(name), again: by(`${name}, in another window`) };
    };
    if (isPayable(order)) return [ending('cancel')];
    return order['order_status'] === CONFIRMED ? [ending('refund')] : [];
  }

  private activity(
    schema: SchemaName,
    name: string,
    run: () => Promise<unknown>,
    ids: readonly string[] = [],
  ): TradeActivity {
    return { name, label: name, schema, run, ids, nowMs: this.nowMs };
  }
}

function isPayable({ order_status: status, pay_status: paid }: Row): boolean {
  return status === CONFIRMED && paid === UNPAID;
}

function isUnconfirmed({ order_status: status }: Row): boolean {
  return status === UNCONFIRMED;
}
