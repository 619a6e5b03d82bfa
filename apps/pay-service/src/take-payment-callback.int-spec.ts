import { createHmac } from 'node:crypto';
import { Database } from '@trade/service-kit';
import { mysqlSchema, type MysqlSchema } from '@trade/testing';
import { PayService } from '../test/pay-service.js';
import { PayRepository } from './pay.repository.js';

const payId = '352542415984402432';
const orderId = '352537369385242624';

/** Neither the broker nor order-service is there in these tests: a callback needs neither. */
describe('a payment callback', () => {
  let database: MysqlSchema;
  let pay: PayService;

  beforeAll(async () => {
    database = await mysqlSchema('trade_pay');
    pay = await PayService.start({ DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await pay?.stop();
    await database?.drop();
  });
  beforeEach(async () => {
    await database.clear();
    await putPayment({});
  });

  const putPayment = (columns: Record<string, string | number | null>) =>
    database.insert('trade_pay', {
      pay_id: payId,
      order_id: orderId,
      user_id: '345963634385633280',
      pay_amount: '880.00',
      money_paid: '100.00',
      open_order_id: orderId,
      ...columns,
    });
  const callback = (body: object = {}, headers?: Record<string, string>, service = pay) =>
    service.post('/pay/callbackPayment', { payId, isPaid: 2, ...body }, headers);
  const payment = () => database.row('SELECT * FROM trade_pay');
  const outbox = () => database.rows<{ msg_body: string }>('SELECT * FROM trade_mq_producer_temp');

  it('makes the payment paid and stores the message that says so', async () => {
    const { status, body } = await callback();
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ payId, orderId, payAmount: '880.00', isPaid: 2, payTime: expect.any(String) });
    expect(await payment()).toMatchObject({ is_paid: 2, open_order_id: orderId });
    expect(await pay.get(`/pay/${payId}`)).toMatchObject({ body: { data: body.data } });

    const [message, ...others] = await outbox();
    expect(others).toEqual([]);
    expect(message).toMatchObject({ msg_topic: 'payTopic', msg_tag: 'pay_success', msg_key: payId });
    expect(JSON.parse(message!.msg_body)).toEqual({
      payId,
      orderId,
      userId: '345963634385633280',
      payAmount: '880.00',
      moneyPaid: '100.00',
    });
  });

  it('takes what the platform may tell beside that', async () => {
    const { status } = await callback({ payAmount: 880, orderId, transactionId: '4200001234' });
    expect(status).toBe(200);
    expect(await payment()).toMatchObject({ is_paid: 2 });
  });

  it('takes fields that are null for not given', async () => {
    const { status } = await callback({ payAmount: null, orderId: null, transactionId: null });
    expect(status).toBe(200);
    expect(await payment()).toMatchObject({ is_paid: 2 });
  });

  it('fault 9: a repeated callback answers success, changes nothing and publishes nothing', async () => {
    const first = await callback();
    const paid = await payment();
    const second = await callback();
    expect(second).toEqual(first);
    expect(await payment()).toEqual(paid);
    expect(await outbox()).toHaveLength(1);
  });

  it('fault 9: the same callback many times at once publishes once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => callback()));
    expect(answers.map(({ body }) => [body.success, body.data.isPaid])).toEqual(answers.map(() => [true, 2]));
    expect(await outbox()).toHaveLength(1);
  });

  it('fault 9: of callbacks that all found the payment open, one makes it paid', async () => {
    const paid = () => pay.app.get(Database).atomically([pay.app.get(PayRepository).paid(payId, new Date())]);
    expect(await paid()).toEqual([1]);
    expect(await paid()).toEqual([0]);
  });

  it('fault 9: another amount than that of the payment is refused', async () => {
    for (const payAmount of ['879.99', '880.01', '0', 1]) {
      expect(await callback({ payAmount })).toMatchObject({ status: 400, body: { code: 'SHOP_PAY_AMOUNT_INVALID' } });
    }
    expect(await payment()).toMatchObject({ is_paid: 0, pay_time: null });
    expect(await outbox()).toEqual([]);
  });

  it('refuses the order of another payment', async () => {
    const { status, body } = await callback({ orderId: '1' });
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ field: 'orderId' })]);
    expect(await payment()).toMatchObject({ is_paid: 0 });
  });

  it('fault 9: status and message are stored together or not at all', async () => {
    await database.execute('RENAME TABLE trade_mq_producer_temp TO elsewhere');
    try {
      expect(await callback()).toMatchObject({ status: 500, body: { code: 'SHOP_INTERNAL_ERROR' } });
      expect(await payment()).toMatchObject({ is_paid: 0, pay_time: null });
    } finally {
      await database.execute('RENAME TABLE elsewhere TO trade_mq_producer_temp');
    }
    expect(await callback()).toMatchObject({ status: 200, body: { data: { isPaid: 2 } } });
    expect(await outbox()).toHaveLength(1);
  });

  it.each([0, 1])('with isPaid %d changes nothing', async (isPaid) => {
    expect(await callback({ isPaid })).toMatchObject({ status: 200, body: { data: { isPaid: 0 } } });
    expect(await payment()).toMatchObject({ is_paid: 0, pay_time: null });
    expect(await outbox()).toEqual([]);
  });

  it('that the payment failed makes it failed, once, and nobody is told', async () => {
    expect(await callback({ isPaid: 4 })).toMatchObject({ status: 200, body: { data: { isPaid: 4, payTime: null } } });
    expect(await callback({ isPaid: 4 })).toMatchObject({ status: 200, body: { data: { isPaid: 4 } } });
    expect(await payment()).toMatchObject({ is_paid: 4, open_order_id: null });
    expect(await outbox()).toEqual([]);
  });

  it('that the payment failed comes too late when it is paid', async () => {
    await callback();
    expect(await callback({ isPaid: 4 })).toMatchObject({ status: 200, body: { data: { isPaid: 2 } } });
    expect(await payment()).toMatchObject({ is_paid: 2, open_order_id: orderId });
  });

  it.each([3, 5, -1])('with isPaid %d, which is not for the platform to say, is refused', async (isPaid) => {
    expect(await callback({ isPaid })).toMatchObject({ status: 400, body: { errors: [{ field: 'isPaid' }] } });
    expect(await payment()).toMatchObject({ is_paid: 0 });
  });

  it('of an unknown payment is refused', async () => {
    expect(await callback({ payId: '1' })).toMatchObject({ status: 404, body: { code: 'SHOP_PAYMENT_NOT_FOUND' } });
  });

  it('of a refunded payment does not make it paid again', async () => {
    await database.execute('UPDATE trade_pay SET is_paid = 3, open_order_id = NULL');
    expect(await callback()).toMatchObject({ status: 200, body: { data: { isPaid: 3 } } });
    expect(await payment()).toMatchObject({ is_paid: 3 });
    expect(await outbox()).toEqual([]);
  });

  it('counts for a payment that was taken for failed: the money is here', async () => {
    await database.execute('UPDATE trade_pay SET is_paid = 4, open_order_id = NULL');
    expect(await callback()).toMatchObject({ status: 200, body: { data: { isPaid: 2 } } });
    expect(await outbox()).toHaveLength(1);
  });

  describe('where a secret is set', () => {
    const secret = 'the platform and we know it';
    let guarded: PayService;

    beforeAll(async () => {
      guarded = await PayService.start({ DATABASE_URL: database.url, PAY_CALLBACK_SECRET: secret });
    });
    afterAll(() => guarded.stop());

    const signed = (body: string, key = secret, timestamp = Math.floor(Date.now() / 1000)) => ({
      'x-pay-signature': `t=${timestamp},v1=${createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')}`,
    });
    const text = `{ "payId": ${payId}, "isPaid": 2 }`;
    const send = (body: string, headers: Record<string, string>) => guarded.post('/pay/callbackPayment', body, headers);

    it('is taken when its bytes are signed', async () => {
      expect(await send(text, signed(text))).toMatchObject({ status: 200, body: { data: { payId, isPaid: 2 } } });
    });

    it.each([
      ['without a signature', {}],
      ['signed by somebody else', signed(text, 'a guess')],
      ['signed for another body', signed(`${text} `)],
      ['signed ten minutes ago', signed(text, secret, Math.floor(Date.now() / 1000) - 600)],
      ['with something else in the header', { 'x-pay-signature': 'yes' }],
    ])('fault 9: %s is refused', async (_what, headers: Record<string, string>) => {
      expect(await send(text, headers)).toMatchObject({ status: 401, body: { code: 'SHOP_PAY_SIGNATURE_INVALID' } });
      expect(await payment()).toMatchObject({ is_paid: 0, pay_time: null });
      expect(await outbox()).toEqual([]);
    });

    it('is checked for its signature before its fields', async () => {
      expect(await send('{"payId":"x","colour":1}', {})).toMatchObject({ status: 401 });
      expect(await send('{"payId":"x"}', signed('{"payId":"x"}'))).toMatchObject({ status: 400 });
    });

    it('guards nothing but the callback', async () => {
      expect(await guarded.get(`/pay/${payId}`)).toMatchObject({ status: 200 });
    });
  });
});
