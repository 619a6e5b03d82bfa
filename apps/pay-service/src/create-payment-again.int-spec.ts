import { mysqlSchema, type MysqlSchema } from '@trade/testing';
import { OrdersOverGrpc } from '../test/orders-over-grpc.js';
import { PayService } from '../test/pay-service.js';

describe('createPayment with an Idempotency-Key', () => {
  let database: MysqlSchema;
  let orders: OrdersOverGrpc;
  let pay: PayService;
  let other: PayService;

  beforeAll(async () => {
    database = await mysqlSchema('trade_pay');
    orders = await OrdersOverGrpc.start();
    const settings = { DATABASE_URL: database.url, ORDER_GRPC_ADDRESS: orders.address };
    [pay, other] = await Promise.all([PayService.start(settings), PayService.start(settings)]);
  });
  afterAll(async () => {
    await Promise.all([pay?.stop(), other?.stop()]);
    orders?.stop();
    await database?.drop();
  });
  beforeEach(async () => {
    await database.clear();
    orders.put(orderId);
  });

  const orderId = '352537369385242624';
  const due = { orderId, payAmount: '880.00' };
  const create = (body: object | string = due, key = 'first try', at = pay) =>
    at.post('/pay/createPayment', body, { 'idempotency-key': key });
  const payments = () => database.rows('SELECT * FROM trade_pay');

  it('answers a repetition with the first answer, whatever has become of the payment', async () => {
    const first = await create();
    await pay.post('/pay/callbackPayment', { payId: first.body.data.payId, isPaid: 2 });
    orders.put(orderId, { payStatus: 2 });
    expect(await create()).toEqual(first);
    expect(await create({ payAmount: 880, orderId }, 'first try', other)).toEqual(first);
    expect(await payments()).toHaveLength(1);
  });

  it('answers a repetition of a refused request with the same refusal, although it would succeed now', async () => {
    orders.put(orderId, { orderStatus: 0 });
    const refused = await create();
    expect(refused).toMatchObject({ status: 409, body: { code: 'SHOP_ORDER_NOT_CONFIRMED' } });
    orders.put(orderId);
    expect(await create()).toEqual(refused);
    expect((await create(due, 'second try')).status).toBe(200);
  });

  it('refuses another request with the same key: another amount, and another order of this user', async () => {
    const otherOrderId = '352537369385242625';
    orders.put(otherOrderId);
    await create();
    for (const body of [
      { ...due, payAmount: '879.00' },
      { ...due, orderId: otherOrderId },
    ]) {
      expect(await create(body)).toMatchObject({ status: 422, body: { code: 'SHOP_IDEMPOTENCY_KEY_REUSED' } });
    }
    expect(await payments()).toHaveLength(1);
  });

  it('keeps the keys of different users apart', async () => {
    const ofAnother = '352537369385242626';
    orders.put(ofAnother, { userId: '345963634385633281' });
    await create();
    expect((await create({ ...due, orderId: ofAnother })).body.data.orderId).toBe(ofAnother);
  });

  it('opens one payment for many repetitions at once, at two instances', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => create(due, 'first try', i % 2 ? pay : other)),
    );
    expect(await payments()).toHaveLength(1);
    expect(answers.map(({ status }) => status)).toContain(200);
    for (const { status, body } of answers) {
      if (status !== 200)
        expect({ status, code: body.code }).toEqual({ status: 409, code: 'SHOP_REQUEST_IN_PROGRESS' });
    }
    expect((await create()).status).toBe(200);
  });

  it('answers the payment of a run that died before it answered, even when it was paid in the meantime', async () => {
    const { body } = await create();
    await database.execute('UPDATE idempotency_key SET http_status = NULL, answer = NULL, lease_until = NOW()');
    await pay.post('/pay/callbackPayment', { payId: body.data.payId, isPaid: 2 });
    orders.put(orderId, { payStatus: 2 });
    expect(await create()).toMatchObject({ status: 200, body: { data: { payId: body.data.payId, isPaid: 2 } } });
    expect(await payments()).toHaveLength(1);
  });

  it('keeps no answer of a request that may succeed later', async () => {
    const alone = await PayService.start({ DATABASE_URL: database.url });
    try {
      expect((await create(due, 'first try', alone)).status).toBeGreaterThanOrEqual(503);
    } finally {
      await alone.stop();
    }
    expect((await create()).status).toBe(200);
  });

  it('says when to try again while the first run is still under way', async () => {
    await create();
    await database.execute('UPDATE idempotency_key SET http_status = NULL, answer = NULL');
    const answer = await create();
    expect(answer).toMatchObject({ status: 409, body: { code: 'SHOP_REQUEST_IN_PROGRESS' } });
    expect(answer.retryAfter).toBe('1');
  });

  it.each([
    ['empty', ''],
    ['longer than 255 characters', 'k'.repeat(256)],
    ['not ASCII', 'clé'],
    ['with a control character', 'a\tb'],
  ])('refuses a key that is %s', async (_what, key) => {
    expect(await create(due, key)).toMatchObject({
      status: 400,
      body: { code: 'SHOP_REQUEST_PARAMETER_INVALID', errors: [{ field: 'Idempotency-Key' }] },
    });
    expect(await payments()).toEqual([]);
  });

  it('takes a key of 255 characters, of any that can be printed', async () => {
    const key = `"${'~'.repeat(100)} ${'%'.repeat(152)}"`;
    expect(key).toHaveLength(255);
    const first = await create(due, key);
    expect(first.status).toBe(200);
    expect(await create(due, key)).toEqual(first);
  });

  it('does not use up the key of a request that is not valid', async () => {
    expect((await create({ orderId })).status).toBe(400);
    expect((await create()).status).toBe(200);
  });
});
