import { currentTraceId } from '../tracing/trace.js';

/** What can happen to an order, at the doors of a service and inside. */
export type OrderEventKind =
  | 'http' // a REST request was answered
  | 'call' // a call of another service was answered, or was not
  | 'serve' // a call was answered
  | 'state' // something about the order changed: a line of the log that names it
  | 'send' // a message went to the broker, or could not
  | 'receive' // a message was handled, or could not be
  | 'duplicate' // a message came again and was swallowed by the inbox
  | 'fault' // somebody broke something on purpose
  | 'start'; // the process started

export interface OrderEvent {
  kind: OrderEventKind;
  name: string;
  /** Of what has neither an order nor a trace nothing is kept, unless it is the start of a process. */
  orderId?: string;
  traceId?: string;
  /** Unix time in µs of its beginning. */
  atUs: number;
  durationUs?: number;
  /** Why it went wrong; not there when it went well. */
  failure?: string;
  details?: Record<string, unknown>;
}

const MAX_QUEUED = 10_000;
/** Under load, the timeline has holes and the orders have their speed. */
const EVENTS_PER_SECOND = 400;
const EVENTS_AT_ONCE = 4_000;
const MAX_DRIFT_US = 50_000;

let isOn = false;
let queue: OrderEvent[] = [];
let dropped = 0;
let allowance = EVENTS_AT_ONCE;
let allowanceAtUs = 0;

/** Called once, at the start of the process. Off, everything below costs a look at a boolean. */
export function configureTimeline(on: boolean): void {
  isOn = on;
  if (on) recordEvent({ kind: 'start', name: 'started', atUs: nowUs() });
}

export function timelineIsOn(): boolean {
  return isOn;
}

/** How many events there was no room or no time for. */
export function droppedEvents(): number {
  return dropped;
}

export function countDropped(events: number): void {
  dropped += events;
}

/** Never waits, never throws. */
export function recordEvent(event: OrderEvent): void {
  if (!isOn) return;
  event.traceId ??= currentTraceId();
  if (event.orderId === undefined && event.traceId === undefined && event.kind !== 'start') return;
  if (queue.length < MAX_QUEUED && takeAllowance(event.atUs)) queue.push(event);
  else dropped += 1;
}

/** What was recorded since the last call. */
export function takeEvents(): OrderEvent[] {
  const taken = queue;
  queue = [];
  return taken;
}

function takeAllowance(nowUs: number): boolean {
  const passedS = Math.max(0, nowUs - allowanceAtUs) / 1_000_000;
  allowance = Math.min(EVENTS_AT_ONCE, allowance + passedS * EVENTS_PER_SECOND);
  allowanceAtUs = Math.max(allowanceAtUs, nowUs);
  if (allowance < 1) return false;
  allowance -= 1;
  return true;
}

let originUs = performance.timeOrigin * 1_000;

/** Unix time in µs. Finer than Date.now(), so that what happens in different processes within a millisecond has an order. */
export function nowUs(): number {
  const us = originUs + performance.now() * 1_000;
  const driftUs = Date.now() * 1_000 - us;
  if (Math.abs(driftUs) < MAX_DRIFT_US) return Math.round(us);
  originUs += driftUs; // the clock was set
  return Math.round(us + driftUs);
}

/** A line of the log that names an order tells a change of its state. */
export function recordLogLine(
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Record<string, unknown>,
): void {
  if (!isOn) return;
  const { orderId, ...details } = fields;
  if (typeof orderId !== 'string') return;
  const failure = level === 'info' ? undefined : level;
  recordEvent({ kind: 'state', name: message, orderId, atUs: nowUs(), failure, details });
}
