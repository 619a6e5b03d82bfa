import { checkInvariants, eventuallyNone } from '@trade/testing';
import type { Books } from '../books.js';
import type { ChaosStack } from './chaos-stack.js';

/** Heavy queries over all orders: not more often than this. */
const LOOK_EVERY_MS = 2_000;

interface GroupRow {
  group: string;
  topic: string;
  lag: number;
  dlq: number;
}

/**
 * What keeps the system from being at rest with its books right, one line each; none when all is well: no request is under
 * way any more, so no order may be unconfirmed or wait for its payment, no message may be anywhere.
 */
export async function unsettled(chaos: ChaosStack, confirmLimitMs: number): Promise<string[]> {
  const invariants = (await checkInvariants(chaos.stack.databaseUrl, { confirmLimitMs }))
    .filter(({ violations }) => violations.length > 0)
    .map(({ name, violations }) => `${name}: ${violations.length}, e.g. ${JSON.stringify(violations[0])}`);
  return [...invariants, ...(await unpaidOrders(chaos.books)), ...(await brokerProblems(chaos.mqAdminUrl))];
}

/** Waits until nothing is unsettled, or the time is over. @returns what is unsettled then */
export async function settle(
  chaos: ChaosStack,
  { confirmLimitMs, timeoutMs }: { confirmLimitMs: number; timeoutMs: number },
): Promise<string[]> {
  const look = async (): Promise<string[]> => {
    try {
      return await unsettled(chaos, confirmLimitMs);
    } catch (error) {
      return [`cannot look: ${String(error)}`];
    }
  };
  return eventuallyNone(look, { timeoutMs, intervalMs: LOOK_EVERY_MS });
}

async function unpaidOrders(books: Books): Promise<string[]> {
  const unpaid = await books.rows<{ orderId: string; confirmTime: Date }>(
    `SELECT order_id AS orderId, confirm_time AS confirmTime FROM trade_order.trade_order
     WHERE order_status = 1 AND pay_status <> 2`,
  );
  if (unpaid.length === 0) return [];
  return [`orders: none waits for a payment whose time is over: ${unpaid.length}, e.g. ${JSON.stringify(unpaid[0])}`];
}

/** Messages that the broker still has to deliver, and those that it gave up. */
async function brokerProblems(adminUrl: string | null): Promise<string[]> {
  if (adminUrl === null) return [];
  const response = await fetch(`${adminUrl}/groups`);
  const groups = (await response.json()) as GroupRow[];
  const problems: string[] = [];
  for (const { group, topic, lag, dlq } of groups) {
    if (lag > 0) problems.push(`broker: ${group} has not consumed ${lag} messages of ${topic}`);
    if (dlq > 0) problems.push(`broker: ${dlq} dead letters of ${group}: ${await deadLetters(adminUrl, group)}`);
  }
  return problems;
}

async function deadLetters(adminUrl: string, group: string): Promise<string> {
  const response = await fetch(`${adminUrl}/groups/${encodeURIComponent(group)}/dead-letters?limit=3`);
  return (await response.text()).slice(0, 1_000);
}
