import { readFileSync } from 'node:fs';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { textForBigNumbers } from '../mysql-schema.js';
import { couponInvariants } from './coupon-invariants.js';
import type { Invariant } from './invariant.js';
import { messageInvariants } from './message-invariants.js';
import { moneyInvariants } from './money-invariants.js';
import { paymentInvariants } from './payment-invariants.js';
import { stockInvariants } from './stock-invariants.js';

/** What the sweeper may take beyond its limit. */
const SWEEPER_GRACE_MS = 60_000;
const ROWS_SHOWN = 5;

export interface InvariantOptions {
  /** The sweeper's limit (ORDER_CONFIRM_LIMIT_MS); 60 s unless told. */
  confirmLimitMs?: number;
  /** False leaves out what is only true when no request is under way and all messages are consumed. */
  settled?: boolean;
}

export interface InvariantResult {
  name: string;
  /** Rows that break it; none when it holds. */
  violations: Record<string, unknown>[];
}

/** Checks every invariant on one consistent snapshot of the five databases. `adminUrl` must see all of them. */
export async function checkInvariants(
  adminUrl: string,
  { confirmLimitMs = 60_000, settled = true }: InvariantOptions = {},
): Promise<InvariantResult[]> {
  const url = Object.assign(new URL(adminUrl), { pathname: '/' });
  const { DATABASE_TLS_CA_FILE: caFile } = process.env;
  const tls = caFile ? { ssl: { ca: readFileSync(caFile, 'utf8'), verifyIdentity: true } } : {};
  const connection = await createConnection({ uri: url.href, ...textForBigNumbers, ...tls });
  try {
    await connection.query("SET time_zone = '+00:00'");
    await connection.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const results: InvariantResult[] = [];
    for (const { name, sql, whenSettled } of invariants(confirmLimitMs)) {
      if (whenSettled && !settled) continue;
      const [rows] = await connection.query<RowDataPacket[]>(sql);
      results.push({ name, violations: rows });
    }
    return results;
  } finally {
    await connection.end();
  }
}

/** One line an invariant, and the first rows that break it. */
export function describeResults(results: InvariantResult[]): string {
  return results
    .map(({ name, violations }) => {
      if (violations.length === 0) return `ok        ${name}`;
      const shown = violations.slice(0, ROWS_SHOWN).map((row) => `\n            ${JSON.stringify(row)}`);
      const more = violations.length > ROWS_SHOWN ? `\n            and ${violations.length - ROWS_SHOWN} more` : '';
      return `VIOLATED  ${name}: ${violations.length}${shown.join('')}${more}`;
    })
    .join('\n');
}

/** All of them, as queries. */
export function invariants(confirmLimitMs: number): Invariant[] {
  return [
    ...stockInvariants,
    ...moneyInvariants,
    ...couponInvariants,
    {
      name: "orders: none is unconfirmed for longer than the sweeper's limit plus a minute",
      sql: `
        SELECT order_id, add_time FROM trade_order.trade_order
        WHERE order_status = 0
          AND add_time < CURRENT_TIMESTAMP(3) - INTERVAL ${(confirmLimitMs + SWEEPER_GRACE_MS) * 1000} MICROSECOND`,
    },
    { name: 'orders: none is unconfirmed', whenSettled: true, sql: UNCONFIRMED },
    ...paymentInvariants,
    ...messageInvariants,
  ];
}

const UNCONFIRMED = 'SELECT order_id, add_time FROM trade_order.trade_order WHERE order_status = 0';
