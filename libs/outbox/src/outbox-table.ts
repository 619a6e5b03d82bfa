import { randomUUID } from 'node:crypto';
import { MessagingError, type OutgoingMessage, type SqlSession, type Statement } from '@trade/messaging';
import type { DataSource } from 'typeorm';

/** A message in the outbox. */
export interface OutboxRow {
  id: string;
  message: OutgoingMessage;
}

/** What waits to be sent. */
export interface OutboxStats {
  /** Rows not handed to the broker yet. */
  waiting: number;
  /** Those of them that the broker refused; they are tried again, rarely. */
  refused: number;
  /** Age of the oldest row, null when there is none. */
  oldestAgeMs: number | null;
}

const WAITING = 0;
const REFUSED = 2;
/** Error number for a row without an id: see insertAfterOneChanged. */
export const NO_ID = 1048;
/** What the body column takes. */
const MAX_BODY_BYTES = 65_535;
const INSERT_COLUMNS =
  'id, group_name, msg_topic, msg_tag, msg_key, msg_body, msg_properties, deliver_at_ms, next_send_time';
const INSERT_VALUES = '?, ?, ?, ?, ?, ?, ?, ?, CURRENT_TIMESTAMP(3) + INTERVAL ? MICROSECOND';

interface ClaimedRow {
  id: string;
  msg_topic: string;
  msg_tag: string;
  msg_key: string;
  msg_body: string;
  msg_properties: string | null;
  deliver_at_ms: string | number | null;
}

/** @throws MessagingError when the table cannot hold the message or the outbox cannot keep its promise */
export function checkRow({ topic, tag = '', body, messageGroup }: OutgoingMessage): void {
  const refuse = (why: string): never => {
    throw new MessagingError(`${topic}:${tag} cannot go through the outbox: ${why}`, { retriable: false });
  };
  if (messageGroup !== undefined) refuse('it keeps no order among messages, which FIFO needs');
  const bodyBytes = Buffer.byteLength(body);
  if (bodyBytes > MAX_BODY_BYTES) refuse(`its body has ${bodyBytes} bytes, more than ${MAX_BODY_BYTES}`);
}

/** In the sender's transaction. Until ownedMs have passed, only this process sends the rows. */
export async function insertRows(
  transaction: SqlSession,
  rows: OutboxRow[],
  group: string,
  ownedMs: number,
): Promise<void> {
  await transaction.query(
    `INSERT INTO trade_mq_producer_temp (${INSERT_COLUMNS}) VALUES ${rows.map(() => `(${INSERT_VALUES})`).join(', ')}`,
    rows.flatMap((row) => valuesOf(row, group, ownedMs)),
  );
}

/**
 * The same as a statement that fails with NO_ID unless the statement before it changed one row.
 * (INSERT … SELECT … WHERE ROW_COUNT() = 1 would need no error, but costs the database half more.)
 */
export function insertAfterOneChanged([first, ...more]: OutboxRow[], group: string, ownedMs: number): Statement {
  const ifOneChanged = INSERT_VALUES.replace('?', 'IF(ROW_COUNT() = 1, ?, NULL)');
  return [
    `INSERT INTO trade_mq_producer_temp (${INSERT_COLUMNS}) VALUES (${ifOneChanged})${`, (${INSERT_VALUES})`.repeat(more.length)}`,
    [first, ...more].flatMap((row) => valuesOf(row!, group, ownedMs)),
  ];
}

function valuesOf({ id, message }: OutboxRow, group: string, ownedMs: number): unknown[] {
  const { topic, tag, keys, body, properties, deliverAtMs } = message;
  return [
    id,
    group,
    topic,
    tag ?? '',
    keys?.[0] ?? '',
    body.toString(),
    properties && Object.keys(properties).length > 0 ? JSON.stringify(properties) : null,
    deliverAtMs ?? null,
    ownedMs * 1000,
  ];
}

/**
 * Takes rows that are due; nobody else takes them for leaseMs. READ COMMITTED, because at the default level the search
 * would lock the gap behind the newest row, and every insert of the application would wait for it.
 */
export async function claimRows(dataSource: DataSource, limit: number, leaseMs: number): Promise<OutboxRow[]> {
  if (!(await isAnyDue(dataSource))) return [];
  return dataSource.transaction('READ COMMITTED', async (transaction) => {
    const rows = await transaction.query<ClaimedRow[]>(
      `SELECT id, msg_topic, msg_tag, msg_key, msg_body, msg_properties, deliver_at_ms FROM trade_mq_producer_temp
       WHERE next_send_time <= CURRENT_TIMESTAMP(3) ORDER BY next_send_time LIMIT ? FOR UPDATE SKIP LOCKED`,
      [limit],
    );
    if (rows.length > 0) await postpone(transaction, idsOf(rows), leaseMs);
    return rows.map((row) => ({ id: row.id, message: messageOfRow(row) }));
  });
}

/** Lets any process take the rows after delayMs. */
export async function postponeRows(dataSource: DataSource, ids: string[], delayMs: number): Promise<void> {
  await postpone(dataSource.manager, ids, delayMs);
}

export async function markRefused(dataSource: DataSource, ids: string[], retryAfterMs: number): Promise<void> {
  await dataSource.query(
    `UPDATE trade_mq_producer_temp SET msg_status = ${REFUSED}, next_send_time = CURRENT_TIMESTAMP(3) + INTERVAL ? MICROSECOND
     WHERE id IN (?)`,
    [retryAfterMs * 1000, ids],
  );
}

export async function deleteRows(dataSource: DataSource, ids: string[]): Promise<void> {
  await dataSource.query('DELETE FROM trade_mq_producer_temp WHERE id IN (?)', [ids]);
}

export async function readStats(dataSource: DataSource): Promise<OutboxStats> {
  const [row] = await dataSource.query<{ waiting: string; refused: string | null; oldestAgeMs: string | null }[]>(
    `SELECT COUNT(*) AS waiting, SUM(msg_status <> ${WAITING}) AS refused,
       TIMESTAMPDIFF(MICROSECOND, MIN(create_time), CURRENT_TIMESTAMP(3)) DIV 1000 AS oldestAgeMs
     FROM trade_mq_producer_temp`,
  );
  const oldestAgeMs = row?.oldestAgeMs ?? null;
  return {
    waiting: Number(row?.waiting ?? 0),
    refused: Number(row?.refused ?? 0),
    oldestAgeMs: oldestAgeMs === null ? null : Number(oldestAgeMs),
  };
}

/** 32 hex digits: 48 bits of Unix time in ms, then the end of a random UUID. Rows of one time stay together in the primary key. */
export function newRowId(): string {
  return Date.now().toString(16).padStart(12, '0') + randomUUID().replaceAll('-', '').slice(12);
}

/** Without locks, so that an idle poll is one cheap read. */
async function isAnyDue(dataSource: DataSource): Promise<boolean> {
  const due = await dataSource.query<unknown[]>(
    'SELECT 1 FROM trade_mq_producer_temp WHERE next_send_time <= CURRENT_TIMESTAMP(3) LIMIT 1',
  );
  return due.length > 0;
}

async function postpone(session: SqlSession, ids: string[], delayMs: number): Promise<void> {
  await session.query(
    'UPDATE trade_mq_producer_temp SET next_send_time = CURRENT_TIMESTAMP(3) + INTERVAL ? MICROSECOND WHERE id IN (?)',
    [delayMs * 1000, ids],
  );
}

function idsOf(rows: { id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

function messageOfRow(row: ClaimedRow): OutgoingMessage {
  return {
    topic: row.msg_topic,
    body: row.msg_body,
    ...(row.msg_tag !== '' && { tag: row.msg_tag }),
    ...(row.msg_key !== '' && { keys: [row.msg_key] }),
    ...(row.msg_properties !== null && { properties: JSON.parse(row.msg_properties) as Record<string, string> }),
    ...(row.deliver_at_ms !== null && { deliverAtMs: Number(row.deliver_at_ms) }),
  };
}
