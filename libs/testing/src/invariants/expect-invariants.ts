import { eventually } from '../eventually.js';
import { checkInvariants, describeResults, type InvariantOptions } from './check-invariants.js';

export class InvariantViolation extends Error {}

/**
 * Waits until the system has come to rest with every invariant true.
 * @throws {InvariantViolation} naming those that are not, and the rows that break them
 */
export async function expectInvariants(
  adminUrl: string,
  { timeoutMs = 30_000, ...options }: InvariantOptions & { timeoutMs?: number } = {},
): Promise<void> {
  await eventually(
    async () => {
      const broken = (await checkInvariants(adminUrl, options)).filter(({ violations }) => violations.length > 0);
      if (broken.length > 0) throw new InvariantViolation(describeResults(broken));
    },
    { timeoutMs, intervalMs: 200 },
  );
}
