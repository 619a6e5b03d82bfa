import type { SqlTransactions } from '@trade/messaging';

/** How the outbox sends what was committed. */
export interface OutboxOptions {
  /** Written to each row: who sends it. */
  producerGroup: string;
  /** @default the DataSource's transactions */
  transactions?: SqlTransactions;
  /** How often to look for rows that were not sent right after their commit. @default 1000 */
  pollIntervalMs?: number;
  /** Messages handed to the broker at a time. @default 100 */
  batchSize?: number;
  /** For how long only the process that wrote a row sends it. @default 5000 */
  claimAfterMs?: number;
  /** How long shutdown may take to send what was committed; the rest goes at the next start. @default 5000 */
  flushTimeoutMs?: number;
}

export const OUTBOX_OPTIONS = Symbol('OUTBOX_OPTIONS');

export const DEFAULTS = { pollIntervalMs: 1_000, batchSize: 100, claimAfterMs: 5_000, flushTimeoutMs: 5_000 } as const;
