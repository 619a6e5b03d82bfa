import { runChaos } from './chaos-run.js';
import { report, type ChaosResult } from './report.js';

describe('while processes die, connections break and the database restarts', () => {
  let result: ChaosResult;

  beforeAll(async () => {
    result = await runChaos({ seed: 5, orders: 400, trafficMs: 30_000, kills: 9, settleWithinMs: 90_000 });
  });

  it('nothing is lost, nothing happens twice, nothing stays stuck', () => {
    if (result.violations.length > 0) throw new Error(report(result));
  });

  it('orders are confirmed, refused and put off, payments are kept and refunded', () => {
    const { ledger, check, timeline } = result;
    expect(timeline.filter(({ kind, done }) => kind === 'kill' && done).length).toBeGreaterThanOrEqual(6);
    // few, because how many depends on the machine
    expect(ledger.count('taken')).toBeGreaterThan(10);
    expect(ledger.count('refused')).toBeGreaterThan(2);
    expect(ledger.count('unavailable') + ledger.count('unanswered')).toBeGreaterThan(2);
    expect(check.paymentsKept).toBeGreaterThan(2);
    expect(check.paymentsRefunded).toBeGreaterThan(0);
    expect(check.cancelledOnRequest).toBeGreaterThan(0);
    expect(check.refundedOnRequest).toBeGreaterThan(0);
  });
});
