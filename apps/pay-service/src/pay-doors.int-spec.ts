import { mysqlSchema, type MysqlSchema } from '@trade/testing';
import { PayService } from '../test/pay-service.js';
import { PayGrpc } from './pay.grpc.js';

const payId = '352542415984402432';
const orderId = '352537369385242624';

describe('the doors of pay-service', () => {
  let database: MysqlSchema;
  let pay: PayService;

  beforeAll(async () => {
    database = await mysqlSchema('trade_pay');
    pay = await PayService.start({ DATABASE_URL: database.url });
    await database.insert('trade_pay', {
      pay_id: payId,
      order_id: orderId,
      user_id: '345963634385633280',
      pay_amount: '880.05',
      money_paid: '100.00',
      is_paid: 2,
      create_time: new Date('2019-07-27T17:18:45Z'),
      pay_time: new Date('2019-07-27T17:18:47.5Z'),
      open_order_id: orderId,
    });
  });
  afterAll(async () => {
    await pay?.stop();
    await database?.drop();
  });

  const NO_ID = [0, -1, '""', '"x"', 1.5, true, '[]', '{}', '"1 OR 1=1"', '9223372036854775808', '"0x10"'];
  const NO_AMOUNT = ['"NaN"', -1, '"-0.01"', 1.005, '"1.005"', '1e10', '100000000', true, '[1]', '{}', '""'];
  const cases = (path: string, valid: Record<string, string>, field: string, values: unknown[]) =>
    values.map((value) => [path, field, `${value}`, bodyOf({ ...valid, [field]: `${value}` })] as const);
  const bodyOf = (fields: Record<string, string>) =>
    `{${Object.entries(fields)
      .map(([name, value]) => `"${name}":${value}`)
      .join(',')}}`;
  const toCreate = { orderId: `"${orderId}"`, payAmount: '"880.00"' };
  const callback = { payId: `"${payId}"`, isPaid: '2' };

  it.each([
    ...cases('/pay/createPayment', toCreate, 'orderId', [...NO_ID, null]),
    ...cases('/pay/createPayment', toCreate, 'payAmount', [...NO_AMOUNT, null]),
    ...cases('/pay/createPayment', toCreate, 'colour', ['"red"']),
    ...cases('/pay/callbackPayment', callback, 'payId', [...NO_ID, null]),
    ...cases('/pay/callbackPayment', callback, 'isPaid', [3, -1, 1.5, '"2"', true, 'null', '[2]', '1e30']),
    ...cases('/pay/callbackPayment', callback, 'payAmount', NO_AMOUNT),
    ...cases('/pay/callbackPayment', callback, 'orderId', NO_ID),
    ...cases('/pay/callbackPayment', callback, 'transactionId', [1, '""', `"${'x'.repeat(65)}"`, '"a\\u0000b"', '{}']),
    ...cases('/pay/callbackPayment', callback, 'userId', ['"1"']),
  ])('%s refuses %s %s by name', async (path, field, _value, body) => {
    const answer = await pay.post(path, body);
    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'SHOP_REQUEST_PARAMETER_INVALID' } });
    expect(answer.body.errors?.map((error) => error.field)).toEqual([field]);
  });

  it.each(['/pay/createPayment', '/pay/callbackPayment'])('%s names every field that is missing', async (path) => {
    const { status, body } = await pay.post(path, {});
    expect(status).toBe(400);
    expect(body.errors).toHaveLength(2);
  });

  it('GET /pay/:payId answers the payment', async () => {
    const { status, body } = await pay.get(`/pay/${payId}`);
    expect(status).toBe(200);
    expect(body.data).toEqual({
      payId,
      orderId,
      userId: '345963634385633280',
      payAmount: '880.05',
      moneyPaid: '100.00',
      isPaid: 2,
      createTime: '2019-07-27T17:18:45.000Z',
      payTime: '2019-07-27T17:18:47.500Z',
    });
  });

  it.each(['x', '0', '-1', '1.5', '9223372036854775808', "1'--"])('GET /pay/%s is refused by name', async (id) => {
    const { status, body } = await pay.get(`/pay/${encodeURIComponent(id)}`);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field: 'payId' }]);
  });

  it('GET /pay/:payId of an unknown payment is 404', async () => {
    expect(await pay.get('/pay/1')).toMatchObject({ status: 404, body: { code: 'SHOP_PAYMENT_NOT_FOUND' } });
  });

  it('GetPayment answers the payment in fen', async () => {
    const payments = pay.app.get(PayGrpc);
    expect(await payments.getPayment({ payId })).toEqual({ payId, orderId, payAmountFen: '88005', isPaid: 2 });
    await expect(payments.getPayment({ payId: '1' })).rejects.toMatchObject({ code: 'SHOP_PAYMENT_NOT_FOUND' });
    await expect(payments.getPayment({ payId: '0' })).rejects.toMatchObject({ code: 'SHOP_REQUEST_PARAMETER_INVALID' });
  });

  it('is ready without a broker: payments wait in the outbox', async () => {
    expect(await pay.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ok', checks: { database: true, messaging: { producer: false } } },
    });
  });
});
