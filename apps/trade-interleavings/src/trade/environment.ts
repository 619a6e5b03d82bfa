import { Identity } from '@trade/service-kit';
import type { SchemaName } from '@trade/testing';
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

  /** Order number n has the id n01. */
  confirmations(): TradeActivity[] {
    return this.scenario.orders.map((order, index) => {
      const name = `order ${index + 1}01`;
      return this.activity(
        'trade_order',
        `order-service confirms ${name}`,
        () => this.services.saga.run(requestOf(order)),
        [`${index + 1}01`, `${index + 1}02`],
      );
    });
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
    return [
      ...orders.filter(isPayable).map((order) => this.creationOfPayment(order)),
      ...payments.map((payment) => this.callback(payment)),
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

  private creationOfPayment(order: Row): Possible {
    const orderId = String(order['order_id']);
    const create = () => this.services.createPayment.execute(orderId, 880_00n, CUSTOMER);
    const label = `the customer pays order ${orderId}`;
    const ids = (attempt: number) => [1, 2, 3].map((index) => `${orderId[0]}${attempt}${index}`);
    return {
      once: `pay ${orderId}`,
      activity: this.activity('trade_pay', label, create, ids(1)),
      again: this.activity('trade_pay', `${label} in another window`, create, ids(2)),
    };
  }

  private callback(payment: Row): Possible {
    const payId = String(payment['pay_id']);
    const activity = this.activity('trade_pay', `the platform says that payment ${payId} is made`, () =>
      this.services.callback.execute({ payId, isPaid: 2 }),
    );
    return { once: `callback ${payId}`, activity, again: activity };
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
