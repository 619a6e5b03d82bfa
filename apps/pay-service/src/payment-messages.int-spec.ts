import { consumerGroups, messages, type PaymentRefused, type PaymentSucceeded } from '@trade/contracts';
import { aMessage, mysqlSchema, type MysqlSchema } from '@trade/testing';
import { PayService } from '../test/pay-service.js';
import { PaymentLogListener } from './payment-log.listener.js';
import { PaymentRefusedListener } from './payment-refused.listener.js';

const payId = '352542415984402432';
const orderId = '352537369385242624';
const userId = '345963634385633280';

describe('the messages that pay-service takes', () => {
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
  beforeEach(() => database.clear());

  describe('a payment that succeeded', () => {
    const succeeded = (changes: Partial<PaymentSucceeded> = {}) => {
      const payload = { payId, orderId, userId, payAmount: '880.00', moneyPaid: '100.00', ...changes };
      const message = aMessage(messages.paymentSucceeded, consumerGroups.payLogPaySuccess, payload);
      return pay.app.get(PaymentLogListener).write(message);
    };
    const logged = () => database.rows('SELECT pay_id, order_id, pay_amount FROM trade_pay_log');

    it('is logged', async () => {
      await succeeded();
      expect(await logged()).toEqual([{ pay_id: payId, order_id: orderId, pay_amount: '880.00' }]);
    });

    it('delivered twice, one after the other or at once, is logged once', async () => {
      await succeeded();
      await succeeded();
      await Promise.all([succeeded({ payId: '1' }), succeeded({ payId: '1' })]);
      expect(await logged()).toHaveLength(2);
    });

    it('is logged once even when the inbox has forgotten it', async () => {
      await succeeded();
      await database.execute('DELETE FROM trade_mq_consumer_log');
      await succeeded();
      expect(await logged()).toHaveLength(1);
    });

    it('is logged where coupon and balance covered the order and no payment was made here', async () => {
      await succeeded({ payId: '7', payAmount: '0.00', moneyPaid: '980.00' });
      expect(await logged()).toEqual([{ pay_id: '7', order_id: orderId, pay_amount: '0.00' }]);
    });
  });

  describe('a payment that its order refused', () => {
    const refused = (changes: Partial<PaymentRefused> = {}) => {
      const payload = { payId, orderId, userId, payAmount: '880.00', reason: 'the order is cancelled', ...changes };
      const message = aMessage(messages.paymentRefused, consumerGroups.payPayRefused, payload);
      return pay.app.get(PaymentRefusedListener).refund(message);
    };
    const payment = () => database.row('SELECT is_paid, open_order_id FROM trade_pay');
    const refunds = () => database.rows('SELECT pay_id, order_id, amount, reason FROM trade_pay_refund');
    const refund = { pay_id: payId, order_id: orderId, amount: '880.00', reason: 'the order is cancelled' };

    beforeEach(() =>
      database.insert('trade_pay', {
        pay_id: payId,
        order_id: orderId,
        user_id: userId,
        pay_amount: '880.00',
        is_paid: 2,
        open_order_id: orderId,
      }),
    );

    it('is refunded, never kept: the payment moves to refunded and a refund is recorded', async () => {
      await refused();
      expect(await payment()).toEqual({ is_paid: 3, open_order_id: null });
      expect(await refunds()).toEqual([refund]);
    });

    it('delivered twice, one after the other or at once, is refunded once', async () => {
      await Promise.all([refused(), refused()]);
      await refused();
      expect(await payment()).toEqual({ is_paid: 3, open_order_id: null });
      expect(await refunds()).toEqual([refund]);
    });

    it('is refunded once even when the inbox has forgotten it', async () => {
      await refused();
      await database.execute('DELETE FROM trade_mq_consumer_log');
      await refused();
      expect(await refunds()).toEqual([refund]);
    });

    it('goes back with the amount that was paid, whatever the message says', async () => {
      await refused({ payAmount: '1.00' });
      expect(await refunds()).toEqual([refund]);
    });

    it('gives nothing back where coupon and balance covered the order', async () => {
      await refused({ payId: '7', payAmount: '0.00' });
      expect(await refunds()).toEqual([]);
      expect(await payment()).toMatchObject({ is_paid: 2 });
    });

    it.each([
      ['does not exist', { payId: '7' }, 2],
      ['was never paid', {}, 0],
    ])(
      'is not taken in silence when it %s: the message ends among the dead letters',
      async (_what, changes, isPaid) => {
        await database.execute('UPDATE trade_pay SET is_paid = ?', [isPaid]);
        await expect(refused(changes)).rejects.toThrow(/was refused, but/);
        expect(await payment()).toMatchObject({ is_paid: isPaid });
        expect(await refunds()).toEqual([]);
        expect(await database.row('SELECT consumer_status, remark FROM trade_mq_consumer_log')).toMatchObject({
          consumer_status: 2,
          remark: expect.stringContaining('was refused, but'),
        });
      },
    );
  });
});
