import { jest } from '@jest/globals';
import { explore } from './engine/explore.js';
import { scenarios, type Scenario } from './trade/scenario.js';
import { TradeModel } from './trade/trade-model.js';

jest.setTimeout(120_000);
const MAX_STATES = 200_000;
const { ended, failed, insisted, payment, two } = scenarios;

/** A statement's part, and what becomes of it. */
type Change = [part: RegExp, becomes: string];

interface Mutant {
  without: string;
  changes: Change[];
  scenario: Scenario;
  breaks: RegExp;
}

const mutants: Mutant[] = [
  {
    without: 'the condition that only an unconfirmed order is confirmed',
    changes: [[/(SET order_status = 1, .* WHERE order_id = \?) AND order_status = 0/s, '$1']],
    scenario: payment,
    breaks: /^stock: a confirmed order holds exactly what it sold/,
  },
  {
    without: 'the condition that only an unpaid order is cancelled',
    changes: [[/(SET order_status = 2, .* AND order_status = \?) AND pay_status = 0/s, '$1']],
    scenario: payment,
    breaks: /^payment: what is kept belongs to a confirmed, paid order/,
  },
  {
    without: 'the condition that only a confirmed order is paid',
    changes: [[/AND order_status = 1 AND pay_status <> 2/, 'AND pay_status <> 2']],
    scenario: payment,
    breaks: /^payment: what is kept belongs to a confirmed, paid order/,
  },
  {
    without: 'the condition that a payment that was refunded is not paid again',
    changes: [[/AND is_paid NOT IN \(\?, \?\)/, 'AND ? + ? > 0']],
    scenario: payment,
    breaks: /^payment: a refund is written exactly for a refunded payment/,
  },
  {
    without: 'the tombstone of a release that came before the hold',
    changes: [
      [
        /INSERT INTO stock_hold .* VALUES \(\?, \?, 0, \?\)/,
        'INSERT INTO stock_hold (order_id, goods_id, goods_number, state) SELECT order_id, goods_id, 0, state FROM stock_hold WHERE ? + ? + ? < 0',
      ],
    ],
    scenario: payment,
    breaks: /^stock: every cancelled or refunded order was released, held or not/,
  },
  {
    without: 'the refusal of a hold that comes after the release',
    changes: [
      [
        /(INSERT INTO stock_hold .*ROW_COUNT.*\?, \?, \?\))/,
        '$1 ON DUPLICATE KEY UPDATE state = 1, goods_number = goods_number + 1',
      ],
    ],
    scenario: payment,
    breaks: /^stock: nothing is held but by confirmed orders/,
  },
  {
    without: 'the inbox, the state that a release looks at and the key of the stock log',
    changes: [
      [/SELECT consumer_status AS status/, 'SELECT 2 AS status'],
      [/(UPDATE stock_hold SET state = \?, .*) AND state = \?/s, '$1 AND ? > 0'],
      [/(INSERT INTO trade_goods_number_log [^;]*)/, '$1 ON DUPLICATE KEY UPDATE log_type = log_type'],
    ],
    scenario: payment,
    breaks: /^stock: initial = current \+ held by orders/,
  },
  {
    without: 'the link from taking stock to its record',
    changes: [[/(INSERT INTO stock_hold .*)IF\(ROW_COUNT\(\) = 1, \?, NULL\)/, '$1?']],
    scenario: two,
    breaks: /^stock: initial = current \+ held by orders/,
  },
  {
    without: 'the condition that a coupon is unused',
    changes: [[/AND user_id = \? AND is_used = 0/, 'AND user_id = ?']],
    scenario: two,
    breaks: /^coupon: marked as used exactly while an order uses it/,
  },
  {
    without: 'the sweeper',
    changes: [[/order_status = 0 AND add_time < \?/, 'order_status = 9 AND add_time < ?']],
    scenario: payment,
    breaks: /^orders: none is unconfirmed/,
  },
  {
    without: 'the fence between a credit and its taking back',
    changes: [[/(INSERT INTO trade_user_score_log [^;]*)/, '$1 ON DUPLICATE KEY UPDATE state = 1']],
    scenario: payment,
    breaks: /^payment: a user has the score that was credited and not taken back/,
  },
  {
    without: 'the link from a change to the record of its message',
    changes: [[/(INSERT INTO trade_mq_consumer_log[^;]*)IF\(ROW_COUNT\(\) = 1, \?, NULL\)/, '$1?']],
    scenario: payment,
    breaks: /^payment: what is kept belongs to a confirmed, paid order/,
  },
  {
    without: 'the condition that only an unpaid order is cancelled on request',
    changes: [[/(SET order_status = 2, .* AND order_status = \?) AND pay_status = 0/s, '$1']],
    scenario: ended,
    breaks: /^payment: what is kept belongs to a confirmed, paid order/,
  },
  {
    without: 'taking back the score',
    changes: [[/(UPDATE trade_user_score_log SET state = .*)/s, '$1 AND state = 9']],
    scenario: ended,
    breaks: /^payment: no score credit or pay log stays for an order that is not paid/,
  },
  {
    without: 'the condition that only an open payment fails',
    changes: [[/AND is_paid IN \(\?, \?\)/, 'AND ? + ? >= 0']],
    scenario: failed,
    breaks: /^payment: a paid order has its payment/,
  },
  {
    without: 'the condition that only the run that holds the claim creates the order',
    changes: [[/(UPDATE idempotency_key SET result_id = .*) AND claim_id = \?/s, '$1 AND ? IS NOT NULL']],
    scenario: insisted,
    breaks: /^promises: 1 requests made the orders/,
  },
  {
    without: 'the condition that who takes a request over knows what was made for it',
    changes: [[/AND result_id <=> \?/, 'AND (? IS NULL OR 1 = 1)']],
    scenario: insisted,
    breaks: /^promises: 1 requests made the orders/,
  },
  {
    without: 'the inbox and the state that a release looks at, of two orders',
    changes: [
      [/SELECT consumer_status AS status/, 'SELECT 2 AS status'],
      [/(UPDATE stock_hold SET state = \?, .*) AND state = \?/s, '$1 AND ? > 0'],
      [/(INSERT INTO trade_goods_number_log [^;]*)/, '$1 ON DUPLICATE KEY UPDATE log_type = log_type'],
    ],
    scenario: two,
    breaks: /^stock: initial = current \+ held by orders/,
  },
];

it.each(mutants)('without $without, the books do not balance', async ({ changes, scenario, breaks }) => {
  const applied = new Set<Change>();
  const model = await TradeModel.create(scenario, (sql) =>
    changes.reduce((changed, change) => {
      const [part, becomes] = change;
      if (part.test(changed)) applied.add(change);
      return changed.replace(part, becomes);
    }, sql),
  );
  const { counterexample } = await explore(model, MAX_STATES);
  model.stop();
  if (process.env['SHOW_TRACES']) process.stdout.write(`${JSON.stringify(counterexample, null, 2)}\n`);
  expect(applied.size).toBe(changes.length);
  expect(counterexample?.fault).toMatch(breaks);
  expect(counterexample?.steps.length).toBeGreaterThan(3);
});
