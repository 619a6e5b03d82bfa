import { rowsMatched, type SqlSession } from '../database/database.js';
import type { OrderEvent, OrderEventKind } from './order-events.js';

/** An event as the table has it. */
export interface StoredEvent {
  kind: OrderEventKind;
  name: string;
  orderId: string | null;
  traceId: string | null;
  process: string;
  atUs: string;
  durationUs: string | null;
  failure: string | null;
  /** JSON */
  details: string | null;
}

const MAX_NAME_CHARS = 100;
const MAX_FAILURE_CHARS = 255;
const MAX_DETAILS_CHARS = 2_000;
const MAX_EVENTS = 1_000;
const MAX_STARTS = 20;
const DELETE_BATCH = 1_000;
const COLUMNS = 'process, number, order_id, trace_id, kind, name, at_us, duration_us, failure, details';
const FIELDS = `kind, name, order_id AS orderId, trace_id AS traceId, process, at_us AS atUs, duration_us AS durationUs,
  failure, details`;

/** @param firstNumber of the first event; each of a process has another one */
export async function insertEvents(
  session: SqlSession,
  process: string,
  firstNumber: number,
  events: readonly OrderEvent[],
): Promise<void> {
  await session.query(
    `INSERT INTO trade_order_event (${COLUMNS}) VALUES ${events.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    events.flatMap((event, index) => [
      process,
      firstNumber + index,
      event.orderId ?? null,
      event.traceId ?? null,
      event.kind,
      event.name.slice(0, MAX_NAME_CHARS),
      event.atUs,
      event.durationUs ?? null,
      event.failure?.slice(0, MAX_FAILURE_CHARS) ?? null,
      detailsOf(event),
    ]),
  );
}

/** What happened to the order, and in these traces without naming an order. */
export async function findEvents(
  session: SqlSession,
  orderId: string,
  traceIds: readonly string[],
): Promise<StoredEvent[]> {
  const ofOrder = await session.query<StoredEvent[]>(
    `SELECT ${FIELDS} FROM trade_order_event WHERE order_id = ? ORDER BY at_us LIMIT ${MAX_EVENTS}`,
    [orderId],
  );
  const traces = [...new Set([...traceIds, ...ofOrder.map(({ traceId }) => traceId)])].filter(Boolean);
  if (traces.length === 0) return ofOrder;
  const ofTraces = await session.query<StoredEvent[]>(
    `SELECT ${FIELDS} FROM trade_order_event
     WHERE trace_id IN (${traces.map(() => '?').join(', ')}) AND order_id IS NULL ORDER BY at_us LIMIT ${MAX_EVENTS}`,
    traces,
  );
  return [...ofOrder, ...ofTraces];
}

/** Processes of the service that started after this time. */
export function findStarts(session: SqlSession, afterUs: string): Promise<StoredEvent[]> {
  return session.query<StoredEvent[]>(
    `SELECT ${FIELDS} FROM trade_order_event WHERE kind = 'start' AND at_us > ? ORDER BY at_us LIMIT ${MAX_STARTS}`,
    [afterUs],
  );
}

/** In small batches, each its own commit. */
export async function deleteEventsBefore(session: SqlSession, atUs: number, goOn: () => boolean): Promise<void> {
  const remove = `DELETE FROM trade_order_event WHERE at_us < ? ORDER BY at_us LIMIT ${DELETE_BATCH}`;
  while ((await rowsMatched(session, remove, [atUs])) === DELETE_BATCH && goOn());
}

function detailsOf({ details }: OrderEvent): string | null {
  if (!details || Object.keys(details).length === 0) return null;
  const json = JSON.stringify(details);
  return json.length <= MAX_DETAILS_CHARS ? json : null;
}
