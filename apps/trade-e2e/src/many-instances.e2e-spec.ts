import { setTimeout as passed } from 'node:timers/promises';
import { eventually, throughout, type ProcessName } from '@trade/testing';
import { aCustomer, anOrderOf, openPayment, paymentArrived, type Customer } from './customer.js';
import { ShopClient } from './shop-client.js';
import { CUSTOMERS_AT_A_TIME, Traffic } from './traffic.js';
import { CALLBACK_SECRET, TradeSystem } from './trade-system.js';

const SERVICES = ['goods-service', 'coupon-service', 'user-service', 'order-service', 'pay-service'] as const;

/** Of a call between services. */
const DEADLINE_MS = 3_000;

describe('two instances of every service', () => {
  let system: TradeSystem;
  let shops: ShopClient[];
  let traffic: Traffic | undefined;

  beforeAll(async () => {
    system = await TradeSystem.start({ twoOfEach: true, env: { ORDER_CONFIRM_LIMIT_MS: '4000' } });
    const second = (variable: string) => `http://127.0.0.1:${system.stack.port(variable)}`;
    const secondShop = new ShopClient(second('ORDER_HTTP_PORT_2'), second('PAY_HTTP_PORT_2'), CALLBACK_SECRET);
    shops = [system.shop, secondShop];
  });
  // of a test that failed, too: its customers would never go home
  afterEach(() => traffic?.end());
  afterAll(() => system?.stop());

  it('share the work, and every order is one order', async () => {
    const customers = await Promise.all(Array.from({ length: 24 }, () => aCustomer(system.books)));
    const order = async (customer: Customer, index: number) => shops[index % 2]!.confirm(anOrderOf(customer));
    const answers = await Promise.all(customers.map(order));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ data }) => data.orderId)).size).toBe(answers.length);
    for (const service of ['goods-service', 'coupon-service', 'user-service'] as const) {
      for (const instance of [service, `${service}-2`] as const) {
        expect(answers.some(({ data }) => system.stack.log(instance).includes(data.orderId))).toBe(true);
      }
    }
    await system.settled();
  });

  it('one of each is killed, and requests go on', async () => {
    const shopping = (traffic = new Traffic(system.books, shops));
    await eventually(() => shopping.paid.length > 2);
    for (const service of ['goods-service', 'coupon-service', 'user-service'] as const)
      await killUnder(shopping, service);
    expect([shopping.refused, shopping.unanswered]).toEqual([[], 0]);
    // these have customers of their own, who see the connection break
    for (const service of ['order-service', 'pay-service'] as const) await killUnder(shopping, service);
    await shopping.end();
    expect(shopping.refused).toEqual([]);

    for (const service of SERVICES) await system.stack.untilServing(service);
    for (const order of shopping.paid) await paymentArrived(system.books, order);
    await system.settled();
  });

  async function killUnder(traffic: Traffic, service: ProcessName): Promise<void> {
    const paidBefore = traffic.paid.length;
    const killed = system.stack.process(service);
    killed.kill('SIGKILL');
    await eventually(() => traffic.paid.length > paidBefore + 2 * CUSTOMERS_AT_A_TIME, { timeoutMs: 20_000 });
    await eventually(() => system.stack.process(service).pid !== killed.pid);
  }

  it('one that is stopped is left out after one deadline, and orders go on at the other', async () => {
    const shopping = (traffic = new Traffic(system.books, shops));
    await eventually(() => shopping.paid.length > 2);
    const asleep = system.stack.process('goods-service');
    asleep.kill('SIGSTOP');
    try {
      // what was asked during the first deadline is answered by the end of the second one
      await passed(2 * DEADLINE_MS + 500);
      const [refused, confirmed] = [shopping.refused.length, shopping.confirmed.length];
      await throughout(4_000, () => expect(shopping.refused.slice(refused)).toEqual([]));
      expect(shopping.confirmed.length).toBeGreaterThan(confirmed + 2 * CUSTOMERS_AT_A_TIME);
    } finally {
      asleep.kill('SIGCONT');
    }
    await shopping.end();
    for (const refusal of shopping.refused) expect(refusal).toMatch(/^50[34] /);
    expect(shopping.refused.length).toBeLessThanOrEqual(2 * CUSTOMERS_AT_A_TIME);
    await system.settled();
  });

  it('sweepers and relays side by side leave nothing behind when the broker was away', async () => {
    system.breakBroker();
    const orders = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const shop = shops[index % 2]!;
        const { data: order } = await shop.confirm(anOrderOf(await aCustomer(system.books)));
        const { payId } = await openPayment(shop, order);
        expect((await shop.callback({ payId, isPaid: 2 })).success).toBe(true);
        return order;
      }),
    );
    for (const name of ['order-service', 'pay-service-2'] satisfies ProcessName[]) {
      system.stack.process(name).kill('SIGKILL');
    }
    system.healBroker();
    for (const order of orders) await paymentArrived(system.books, order);
    await system.settled();
  });
});
