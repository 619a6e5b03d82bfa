import { randomInt } from 'node:crypto';
import { messages } from '@trade/contracts';
import { Publisher } from '@trade/messaging';
import { eventually, mysqlSchema, startBroker, tcpProxy } from '@trade/testing';
import type { MysqlSchema, TcpProxy, TestBroker } from '@trade/testing';
import { PayService } from '../test/pay-service.js';

const userId = '345963634385633280';
/** A broker that is not only ours may still hold the messages of an earlier run. */
const newId = () => String(3n * 10n ** 17n + BigInt(randomInt(2 ** 47)));

describe('payments and the broker', () => {
  let database: MysqlSchema;
  let broker: TestBroker;
  let way: TcpProxy;
  let pay: PayService;

  beforeAll(async () => {
    database = await mysqlSchema('trade_pay');
    broker = await startBroker();
    way = await tcpProxy(Number(broker.endpoint.split(':')[1]));
    pay = await PayService.start({ DATABASE_URL: database.url, ROCKETMQ_ENDPOINT: way.address });
  });
  afterAll(async () => {
    await pay?.stop();
    await way?.stop();
    await broker?.close();
    await database?.drop();
  });

  async function openPayment(): Promise<{ payId: string; orderId: string }> {
    const [payId, orderId] = [newId(), newId()];
    await database.insert('trade_pay', {
      pay_id: payId,
      order_id: orderId,
      user_id: userId,
      pay_amount: '880.00',
      open_order_id: orderId,
    });
    return { payId, orderId };
  }
  const waiting = (payId: string) => database.rows('SELECT id FROM trade_mq_producer_temp WHERE msg_key = ?', [payId]);
  const logged = (payId: string) => database.rows('SELECT pay_id FROM trade_pay_log WHERE pay_id = ?', [payId]);
  const isPaid = async (payId: string) =>
    (await database.row<{ is_paid: number }>('SELECT is_paid FROM trade_pay WHERE pay_id = ?', [payId])).is_paid;

  it('a payment that succeeded is told to the broker and logged', async () => {
    const { payId } = await openPayment();
    await pay.post('/pay/callbackPayment', { payId, isPaid: 2 });
    await eventually(async () => (await logged(payId)).length === 1 && (await waiting(payId)).length === 0);
  });

  it.each(['refuse', 'hold'] as const)(
    'fault 9: a callback while the broker is down (%s) is answered at once, and its message sent when it is back',
    async (fault) => {
      const { payId } = await openPayment();
      way.setMode(fault);
      const startedAtMs = Date.now();
      try {
        const { status } = await pay.post('/pay/callbackPayment', { payId, isPaid: 2 });
        expect(status).toBe(200);
        expect(Date.now() - startedAtMs).toBeLessThan(1_000);
        expect(await isPaid(payId)).toBe(2);
        expect(await waiting(payId)).toHaveLength(1);
      } finally {
        way.setMode('pass');
      }
      await eventually(async () => (await logged(payId)).length === 1 && (await waiting(payId)).length === 0, {
        timeoutMs: 25_000,
      });
    },
  );

  it('a payment that its order refused is refunded once, although the message came twice', async () => {
    const { payId, orderId } = await openPayment();
    await database.execute('UPDATE trade_pay SET is_paid = 2 WHERE pay_id = ?', [payId]);
    const refusal = { payId, orderId, userId, payAmount: '880.00', reason: 'the order is cancelled' };
    for (let time = 0; time < 2; time++) await pay.app.get(Publisher).publish(messages.paymentRefused, refusal);

    await eventually(async () => {
      const deliveries =
        "SELECT consumer_times FROM trade_mq_consumer_log WHERE msg_tag = 'pay_refused' AND msg_key = ?";
      return (await database.row<{ consumer_times: number }>(deliveries, [payId])).consumer_times === 2;
    });
    expect(await isPaid(payId)).toBe(3);
    expect(await database.rows('SELECT amount FROM trade_pay_refund WHERE pay_id = ?', [payId])).toEqual([
      { amount: '880.00' },
    ]);
  });
});
