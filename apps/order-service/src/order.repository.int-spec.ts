import { Database, rowsMatched } from '@trade/service-kit';
import { mysqlSchema, type MysqlSchema } from '@trade/testing';
import { DataSource } from 'typeorm';
import { OrderStatus, PayStatus } from './order-status.js';
import { Order } from './order.entity.js';
import { OrderRepository } from './order.repository.js';

const USER = '345963634385633280';
/** Neighbours above 2^53: the same number for whoever rounds them to a double. */
const OLDEST = 779_000_000_000_000_001n;

let schema: MysqlSchema;
let database: DataSource;
let orders: OrderRepository;

beforeAll(async () => {
  schema = await mysqlSchema('trade_order');
  database = new DataSource({
    type: 'mysql',
    url: schema.url,
    entities: [Order],
    supportBigNumbers: true,
    bigNumberStrings: true,
    timezone: 'Z',
  });
  await database.initialize();
  orders = new OrderRepository(new Database(database), database);
});
afterEach(async () => schema.clear());
afterAll(async () => {
  await database.destroy();
  await schema.drop();
});

function order(overrides: Partial<Order> = {}): Order {
  return {
    orderId: String(OLDEST),
    userId: USER,
    orderStatus: OrderStatus.Unconfirmed,
    payStatus: PayStatus.Unpaid,
    shippingStatus: 0,
    address: '北京 🏠',
    consignee: null,
    goodsId: '345959443973935104',
    goodsNumber: 3,
    goodsPrice: '19.99',
    goodsAmount: '59.97',
    shippingFee: '8.00',
    orderAmount: '67.97',
    couponId: '345988230098857985',
    couponPaid: '20.00',
    moneyPaid: '0.01',
    payAmount: '47.96',
    addTime: new Date('2026-01-02T03:04:05.678Z'),
    confirmTime: null,
    payTime: null,
    payId: null,
    cancelTime: null,
    cancelReason: null,
    ...overrides,
  };
}

/** Whether the order was there to be confirmed. */
async function confirm(confirmed: Order): Promise<boolean> {
  const [sql, parameters] = orders.confirmation(confirmed);
  return (await rowsMatched(database, sql, [...parameters])) === 1;
}

describe('an order in the database', () => {
  it('reads as it was written: cents, milliseconds and every digit of an id', async () => {
    const written = order();
    await orders.insert(written);
    expect({ ...(await orders.find(written.orderId)) }).toEqual(written);
  });

  it('is not found by a neighbouring id', async () => {
    await orders.insert(order());
    expect(await orders.find(String(OLDEST + 1n))).toBeNull();
  });

  it('is confirmed once', async () => {
    await orders.insert(order());
    const confirmed = order({ orderStatus: OrderStatus.Confirmed, confirmTime: new Date('2026-01-02T03:04:06.789Z') });
    expect(await confirm(confirmed)).toBe(true);
    expect(await confirm(confirmed)).toBe(false);
    expect({ ...(await orders.find(confirmed.orderId)) }).toEqual(confirmed);
  });

  it('is not confirmed when it was cancelled', async () => {
    await orders.insert(order());
    expect(await orders.cancel(database, String(OLDEST), OrderStatus.Unconfirmed, 'too late')).toBe(true);
    expect(await confirm(order())).toBe(false);
    const cancelled = await orders.find(String(OLDEST));
    expect(cancelled).toMatchObject({ orderStatus: OrderStatus.Cancelled, cancelReason: 'too late' });
    expect(cancelled?.cancelTime).toBeInstanceOf(Date);
  });

  it('is cancelled only from the status that was meant', async () => {
    await orders.insert(order({ orderStatus: OrderStatus.Confirmed }));
    expect(await orders.cancel(database, String(OLDEST), OrderStatus.Unconfirmed, '')).toBe(false);
  });

  it('is not cancelled when it is paid', async () => {
    await orders.insert(order({ orderStatus: OrderStatus.Confirmed, payStatus: PayStatus.Paid }));
    expect(await orders.cancel(database, String(OLDEST), OrderStatus.Confirmed, '')).toBe(false);
  });

  it('is never cancelled out of a final status', async () => {
    const cancel = orders.cancel(database, String(OLDEST), OrderStatus.Refunded, '');
    await expect(cancel).rejects.toMatchObject({ code: 'SHOP_ORDER_STATUS_INVALID' });
  });

  it('is marked as paid once, by the amount that is due', async () => {
    await orders.insert(order({ orderStatus: OrderStatus.Confirmed }));
    expect(await orders.markPaid(database, String(OLDEST), '900', '47.95')).toBe(false);
    expect(await orders.markPaid(database, String(OLDEST), '900', '47.96')).toBe(true);
    expect(await orders.markPaid(database, String(OLDEST), '900', '47.96')).toBe(false);
  });
});

describe('the orders of a user', () => {
  const newestFirst = [4n, 3n, 2n, 1n, 0n].map((offset) => String(OLDEST + offset));

  beforeEach(async () => {
    for (const orderId of newestFirst) await orders.insert(order({ orderId }));
    await orders.insert(order({ orderId: String(OLDEST + 9n), userId: '345963634385633281' }));
  });
  const idsOf = (page: Order[]) => page.map(({ orderId }) => orderId);

  it('come newest first, and only theirs', async () => {
    expect(idsOf(await orders.findByUser(USER, 100))).toEqual(newestFirst);
  });

  it('come page by page, none twice and none left out', async () => {
    const first = idsOf(await orders.findByUser(USER, 2));
    const second = idsOf(await orders.findByUser(USER, 2, first.at(-1)));
    const third = idsOf(await orders.findByUser(USER, 2, second.at(-1)));
    expect([...first, ...second, ...third]).toEqual(newestFirst);
  });
});
