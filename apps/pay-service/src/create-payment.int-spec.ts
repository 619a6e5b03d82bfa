import { jest } from '@jest/globals';
import { mysqlSchema, type MysqlSchema } from '@trade/testing';
import { OrdersOverGrpc } from '../test/orders-over-grpc.js';
import { PayService } from '../test/pay-service.js';
import { PayRepository } from './pay.repository.js';

describe('createPayment', () => {
  let database: MysqlSchema;
  let orders: OrdersOverGrpc;
  let pay: PayService;

  beforeAll(async () => {
    database = await mysqlSchema('trade_pay');
    orders = await OrdersOverGrpc.start();
    pay = await PayService.start({ DATABASE_URL: database.url, ORDER_GRPC_ADDRESS: orders.address });
  });
  afterAll(async () => {
    await pay?.stop();
    orders?.stop();
    await database?.drop();
  });
  beforeEach(() => database.clear());

  const orderId = '352537369385242624';
  const create = (body: object = { orderId, payAmount: '880.00' }) => pay.post('/pay/createPayment', body);
  const payments = () => database.rows('SELECT * FROM trade_pay');

  it('opens the payment of a confirmed order', async () => {
    orders.put(orderId);
    const { status, body } = await create();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      code: 'SHOP_SUCCESS',
      data: { payId: expect.stringMatching(/^\d{18,19}$/), orderId, payAmount: '880.00', isPaid: 0, payTime: null },
    });
    expect(await payments()).toMatchObject([
      { pay_id: body.data.payId, order_id: orderId, user_id: '345963634385633280', pay_amount: '880.00', is_paid: 0 },
    ]);
    expect(await database.row('SELECT money_paid, open_order_id FROM trade_pay')).toEqual({
      money_paid: '100.00',
      open_order_id: orderId,
    });
  });

  it('loses no digit of an order id that comes as a JSON integer', async () => {
    orders.put('9223372036854775807');
    const { body } = await pay.post('/pay/createPayment', '{"orderId":9223372036854775807,"payAmount":880}');
    expect(body.data).toMatchObject({ orderId: '9223372036854775807', payAmount: '880.00' });
  });

  it('answers the open payment when it is asked again', async () => {
    orders.put(orderId);
    const first = await create();
    expect(await create()).toEqual(first);
    expect(await pay.get(`/pay/${first.body.data.payId}`)).toEqual(first);
    expect(await payments()).toHaveLength(1);
  });

  it('opens one payment for many callers at once, and tells them all the same', async () => {
    orders.put(orderId);
    const answers = await Promise.all(Array.from({ length: 20 }, () => create()));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.data.payId)).size).toBe(1);
    expect(await payments()).toHaveLength(1);
  });

  it.each([
    ['does not exist', null, 404, 'SHOP_ORDER_NO_EXIST'],
    ['is not confirmed', { orderStatus: 0 }, 409, 'SHOP_ORDER_NOT_CONFIRMED'],
    ['is cancelled', { orderStatus: 2 }, 409, 'SHOP_ORDER_CANCELLED'],
    ['is invalid', { orderStatus: 3 }, 409, 'SHOP_ORDER_NOT_CONFIRMED'],
    ['is refunded', { orderStatus: 4 }, 409, 'SHOP_ORDER_CANCELLED'],
    ['is paid', { payStatus: 2 }, 409, 'SHOP_ORDER_PAY_STATUS_IS_PAY'],
    ['was covered by coupon and balance', { payAmountFen: '0' }, 409, 'SHOP_ORDER_PAY_STATUS_IS_PAY'],
    ['costs something else', { payAmountFen: '88001' }, 400, 'SHOP_PAY_AMOUNT_INVALID'],
  ])('refuses an order that %s, and writes nothing', async (_what, changes, status, code) => {
    const other = '352537369385242700';
    if (changes) orders.put(other, changes);
    const answer = await create({ orderId: changes ? other : '1', payAmount: '880.00' });
    expect(answer).toMatchObject({ status, body: { success: false, code } });
    expect(await payments()).toEqual([]);
  });

  it('refuses an order whose payment arrived, before order-service has heard of it', async () => {
    orders.put(orderId);
    const { body } = await create();
    await pay.post('/pay/callbackPayment', { payId: body.data.payId, isPaid: 2 });
    expect(await create()).toMatchObject({ status: 409, body: { code: 'SHOP_ORDER_PAY_STATUS_IS_PAY' } });
    expect(await payments()).toHaveLength(1);
  });

  it('opens another payment when the first one was refunded', async () => {
    orders.put(orderId);
    const first = await create();
    await database.execute('UPDATE trade_pay SET is_paid = 3, open_order_id = NULL');
    const second = await create();
    expect(second.status).toBe(200);
    expect(second.body.data.payId).not.toBe(first.body.data.payId);
  });

  it('opens another payment when the first one failed', async () => {
    orders.put(orderId);
    const first = await create();
    await pay.post('/pay/callbackPayment', { payId: first.body.data.payId, isPaid: 4 });
    const second = await create();
    expect(second).toMatchObject({ status: 200, body: { data: { isPaid: 0 } } });
    expect(second.body.data.payId).not.toBe(first.body.data.payId);
  });

  it('answers well although the callback comes before the answer', async () => {
    orders.put(orderId);
    const repository = pay.app.get(PayRepository);
    const open = repository.open.bind(repository);
    jest.spyOn(repository, 'open').mockImplementationOnce(async (payment) => {
      const opened = await open(payment);
      expect((await pay.post('/pay/callbackPayment', { payId: payment.payId, isPaid: 2 })).status).toBe(200);
      return opened;
    });
    const { status, body } = await create();
    expect(status).toBe(200);
    expect(await pay.get(`/pay/${body.data.payId}`)).toMatchObject({ body: { data: { isPaid: 2 } } });
    expect(await create()).toMatchObject({ status: 409, body: { code: 'SHOP_ORDER_PAY_STATUS_IS_PAY' } });
  });

  it('says that order-service is away, and writes nothing', async () => {
    const alone = await PayService.start({ DATABASE_URL: database.url });
    try {
      const { status, body } = await alone.post('/pay/createPayment', { orderId, payAmount: '880.00' });
      expect(status).toBeGreaterThanOrEqual(503);
      expect(body).toMatchObject({ success: false, code: expect.stringMatching(/^SHOP_SERVICE_/) });
      expect(await payments()).toEqual([]);
    } finally {
      await alone.stop();
    }
  });
});
