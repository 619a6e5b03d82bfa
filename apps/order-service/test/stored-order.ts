import type { MysqlSchema } from '@trade/testing';
import type { Order } from '../src/order.entity.js';

let lastId = 779_000_000_000_000_000n;

/** A row of trade_order: unconfirmed, 1000.00 of which a coupon covers 20.00 and the balance 100.01, unless told otherwise. */
export async function storedOrder(schema: MysqlSchema, overrides: Partial<Order> = {}): Promise<Order> {
  const order: Order = {
    orderId: String(++lastId),
    userId: '345963634385633280',
    orderStatus: 0,
    payStatus: 0,
    shippingStatus: 0,
    address: '北京',
    consignee: null,
    goodsId: '345959443973935104',
    goodsNumber: 2,
    goodsPrice: '500.00',
    goodsAmount: '1000.00',
    shippingFee: '0.00',
    orderAmount: '1000.00',
    couponId: '345988230098857985',
    couponPaid: '20.00',
    moneyPaid: '100.01',
    payAmount: '879.99',
    addTime: new Date(),
    confirmTime: null,
    payTime: null,
    payId: null,
    cancelTime: null,
    cancelReason: null,
    ...overrides,
  };
  await schema.insert('trade_order', rowOf(order));
  return order;
}

/** The messages that wait in the outbox, where nobody takes them. */
export async function waitingMessages(schema: MysqlSchema): Promise<{ tag: string; body: unknown }[]> {
  const rows = await schema.rows<{ tag: string; body: string }>(
    'SELECT msg_tag AS tag, msg_body AS body FROM trade_mq_producer_temp ORDER BY id',
  );
  return rows.map(({ tag, body }) => ({ tag, body: JSON.parse(body) as unknown }));
}

function rowOf(order: Order): Record<string, string | number | Date | null> {
  const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(order).map(([name, value]) => [snakeCase(name), value]));
}
