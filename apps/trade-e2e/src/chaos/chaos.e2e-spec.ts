import { runChaos } from './chaos-run.js';
import { report, type ChaosResult } from './report.js';

describe('while processes die, connections break and the database restarts', () => {
  let result: ChaosResult;

  beforeAll(async () => {
    result = await runChaos({ seed: 5, orders: 600, trafficMs: 50_000, kills: 12, settleWithinMs: 90_000 });
  });

  it('nothing is lost, nothing happens twice, nothing stays stuck', () => {
    if (result.violations.length > 0) throw new Error(report(result));
  });

  it('orders are confirmed, refused and put off, payments are kept and refunded', () => {
    const { ledger, check, timeline } = result;
    expect(timeline.filter(({ kind, done }) => kind === 'kill' && done).length).toBeGreaterThanOrEqual(6);
    // a tenth of what a busy machine of two cores reaches: 208, 49, 343, 90 and 39
    expect(ledger.count('taken')).toBeGreaterThan(20);
    expect(ledger.count('refused')).toBeGreaterThan(5);
    expect(ledger.count('unavailable') + ledger.count('unanswered')).toBeGreaterThan(20);
    expect(check.paymentsKept).toBeGreaterThan(8);
    expect(check.paymentsRefunded).toBeGreaterThan(3);
    expect(check.cancelledOnRequest).toBeGreaterThan(0);
    expect(check.refundedOnRequest).toBeGreaterThan(0);
  });
});
