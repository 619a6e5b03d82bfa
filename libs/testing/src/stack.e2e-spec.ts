import { createConnection, type Connection } from 'mysql2/promise';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { anOrder, sample } from './an-order.js';
import { eventually } from './eventually.js';
import { checkInvariants } from './invariants/check-invariants.js';
import { expectInvariants } from './invariants/expect-invariants.js';
import { startStack, type Stack } from './stack.js';

const STACK_STARTS_WITHIN_MS = 300_000;
const HEALS_WITHIN_MS = 90_000;

describe('the whole system on one machine', () => {
  let stack: Stack;
  let database: Connection;

  beforeAll(async () => {
    stack = await startStack();
    database = await createConnection({ uri: stack.databaseUrl, supportBigNumbers: true, bigNumberStrings: true });
  }, STACK_STARTS_WITHIN_MS);
  afterAll(async () => {
    await database?.end();
    await stack?.stop();
  }, HEALS_WITHIN_MS);

  it('is a sound system from its first moment', async () => {
    await expectInvariants(stack.databaseUrl, { timeoutMs: 1_000 });
  });

  it(
    'starts a part that died again, and its new pid is in stack.json',
    async () => {
      const before = stack.process('goods-service').pid;
      await stack.restart('goods-service');
      expect(stack.process('goods-service').pid).not.toBe(before);
    },
    HEALS_WITHIN_MS,
  );

  it(
    'confirms an order after the database died',
    async () => {
      const before = stack.process('database').pid;
      stack.process('database').kill('SIGKILL');
      await eventually(() => stack.process('database').pid !== before, { timeoutMs: HEALS_WITHIN_MS });
      await eventually(confirmsAnOrder, { timeoutMs: HEALS_WITHIN_MS, intervalMs: 500 });
      await expectInvariants(stack.databaseUrl);
    },
    HEALS_WITHIN_MS,
  );

  describe('the invariants notice', () => {
    beforeAll(async () => {
      await database.destroy();
      database = await createConnection({ uri: stack.databaseUrl, supportBigNumbers: true, bigNumberStrings: true });
    });

    const { goodsId, userId, paidOrderId, payId } = sample;
    const usedCouponId = '345988230098857984';

    it.each([
      [
        'a unit that is gone without an order',
        `UPDATE trade_goods.trade_goods SET goods_number = goods_number - 1 WHERE goods_id = ${goodsId}`,
        'stock: initial',
      ],
      [
        'a confirmed order that holds no stock',
        `UPDATE trade_goods.stock_hold SET state = 2 WHERE order_id = ${paidOrderId}`,
        'holds exactly what it sold',
      ],
      [
        'a cent that is gone',
        `UPDATE trade_user.trade_user SET user_money = user_money - 0.01 WHERE user_id = ${userId}`,
        'money: initial',
      ],
      [
        'a balance part that was never taken',
        `DELETE FROM trade_user.balance_payment WHERE order_id = ${paidOrderId}`,
        'has taken exactly its balance part',
      ],
      [
        'a coupon of somebody else',
        `UPDATE trade_coupon.trade_coupon SET user_id = 1 WHERE coupon_id = ${usedCouponId}`,
        "only its owner's",
      ],
      [
        'a coupon that is free again while in use',
        `UPDATE trade_coupon.trade_coupon SET is_used = 0, order_id = NULL WHERE coupon_id = ${usedCouponId}`,
        'coupon: marked as used',
      ],
      [
        'an order that nobody sweeps',
        `UPDATE trade_order.trade_order SET order_status = 0 WHERE order_id = ${paidOrderId}`,
        'none is unconfirmed for longer',
      ],
      [
        'a cancelled order that keeps stock, coupon and money',
        `UPDATE trade_order.trade_order SET order_status = 2 WHERE order_id = ${paidOrderId}`,
        'nothing is held but by confirmed orders',
      ],
      [
        'money kept for a cancelled order',
        `UPDATE trade_order.trade_order SET order_status = 2 WHERE order_id = ${paidOrderId}`,
        'what is kept belongs to a confirmed, paid order',
      ],
      [
        'a refund without its record',
        `UPDATE trade_pay.trade_pay SET is_paid = 3 WHERE pay_id = ${payId}`,
        'a refund is written exactly',
      ],
      [
        'a paid order without score',
        `DELETE FROM trade_user.trade_user_score_log WHERE order_id = ${paidOrderId}`,
        'exactly one score credit',
      ],
      [
        'a second score credit',
        `INSERT INTO trade_user.trade_user_score_log (pay_id, order_id, user_id, score, state) VALUES (1, ${paidOrderId}, ${userId}, 1, 1)`,
        'exactly one score credit',
      ],
      [
        'a paid order without a pay log',
        `DELETE FROM trade_pay.trade_pay_log WHERE order_id = ${paidOrderId}`,
        'in the pay log once',
      ],
      [
        'a message that was never consumed well',
        "INSERT INTO trade_goods.trade_mq_consumer_log (group_name, msg_tag, msg_key, consumer_status, consumer_times) VALUES ('g', 't', 'k', 2, 3)",
        'half done or failed',
      ],
    ])('%s', async (_, tamper, expected) => {
      // Committed for the checker to see, and put back afterwards from a copy.
      const table = /(?:UPDATE|FROM|INTO) (trade_\w+\.\w+)/.exec(tamper)![1]!;
      await database.query(`CREATE TABLE ${table}_before AS SELECT * FROM ${table}`);
      try {
        await database.query(tamper);
        const broken = (await checkInvariants(stack.databaseUrl)).filter(({ violations }) => violations.length > 0);
        expect(broken.map(({ name }) => name)).toContainEqual(expect.stringContaining(expected));
      } finally {
        await database.query(`DELETE FROM ${table}`);
        await database.query(`INSERT INTO ${table} SELECT * FROM ${table}_before`);
        await database.query(`DROP TABLE ${table}_before`);
      }
    });

    it('nothing once all is put back', async () => {
      await expectInvariants(stack.databaseUrl, { timeoutMs: 1_000 });
    });
  });

  it(
    'leaves nothing running when it is told to stop',
    async () => {
      const names = [
        'database',
        'order-service',
        'pay-service',
        'goods-service',
        'coupon-service',
        'user-service',
      ] as const;
      const pids = names.map((name) => stack.process(name).pid);
      await stack.stop();
      expect(pids.filter(isAlive)).toEqual([]);
      expect(existsSync(join(stack.dataDir, 'stack.json'))).toBe(false);
    },
    HEALS_WITHIN_MS,
  );

  async function confirmsAnOrder(): Promise<boolean> {
    const answer = await fetch(`${stack.orderUrl}/order/confirm`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(anOrder()),
    });
    return answer.ok;
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
