/**
 * Checks what must always be true of orders, stock, money, coupons and payments, from the databases alone:
 * `npm run invariants [-- --live]`. --live leaves out what holds only when no request is under way.
 */
import { build } from './build.mjs';
import { explain } from './console.mjs';
import { install } from './install.mjs';
import { databaseOfStack } from './stack-file.mjs';

try {
  await install();
  await build();
  const { checkInvariants, describeResults } = await import('../libs/testing/dist/invariants/check-invariants.js');
  const results = await checkInvariants(databaseOfStack(), {
    confirmLimitMs: Number(process.env.ORDER_CONFIRM_LIMIT_MS || 60_000),
    settled: !process.argv.includes('--live'),
  });
  process.stdout.write(`${describeResults(results)}\n`);
  process.exitCode = results.some(({ violations }) => violations.length > 0) ? 1 : 0;
} catch (error) {
  process.stdout.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
