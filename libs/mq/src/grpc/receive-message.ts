import { BrokerError, Code } from '../broker/code.js';
import { checkGroupName } from '../broker/name-rules.js';
import type { Delivery } from '../broker/delivery.js';
import type { Poll, ReceiveRequest } from '../broker/topic-subscription.js';
import type { CallContext } from './call-context.js';
import { topicOf } from './query-route.js';
import { filterOf } from './subscription-filter.js';
import { toMs, type ReceiveMessageRequest } from './wire.js';

export const MAX_BATCH = 32;
const MAX_POLLING_MS = 20_000;
const MIN_DEADLINE_MS = 5000;
/** Time to bring an empty answer to the client before it gives up. */
const ANSWER_MARGIN_MS = 200;
const MIN_INVISIBLE_MS = 10_000;
const MAX_INVISIBLE_MS = 12 * 3600_000;

/** Starts a poll. The caller cancels it when the client goes, and gives back deliveries that did not reach it. */
export function receiveMessage(request: ReceiveMessageRequest, context: CallContext): Poll {
  const topic = topicOf(request.messageQueue?.topic, context);
  const group = request.group?.name ?? '';
  checkGroupName(group);
  const poll = context.broker.progress.subscription(group, topic.name).receive(receiveRequest(request, context));
  return { ...poll, deliveries: poll.deliveries.then((deliveries) => recorded(deliveries, context)) };
}

/** Deliveries count as attempts also when the broker dies right after, so they are written soon, but not waited for. */
function recorded(deliveries: Delivery[], { broker }: CallContext): Delivery[] {
  if (deliveries.length > 0) broker.progress.writeSoon();
  return deliveries;
}

function receiveRequest(request: ReceiveMessageRequest, context: CallContext): ReceiveRequest {
  return {
    clientId: context.clientId,
    attemptId: request.attemptId || undefined,
    filter: filterOf(request.filterExpression),
    maxMessages: Math.min(Math.max(request.batchSize, 1), MAX_BATCH),
    autoRenew: request.autoRenew,
    invisibleMs: request.autoRenew ? context.broker.pushLeaseMs : invisibleMs(request),
    pollingMs: pollingMs(request, context),
  };
}

function invisibleMs({ invisibleDuration }: ReceiveMessageRequest): number {
  const ms = invisibleDuration ? toMs(invisibleDuration) : 0;
  if (ms < MIN_INVISIBLE_MS)
    throw new BrokerError(Code.ILLEGAL_INVISIBLE_TIME, `the invisibleTime is too small. min is ${MIN_INVISIBLE_MS}`);
  if (ms > MAX_INVISIBLE_MS)
    throw new BrokerError(Code.ILLEGAL_INVISIBLE_TIME, `the invisibleTime is too large. max is ${MAX_INVISIBLE_MS}`);
  return ms;
}

function pollingMs(request: ReceiveMessageRequest, context: CallContext): number {
  const wantedMs = Math.min(
    request.longPollingTimeout ? toMs(request.longPollingTimeout) : context.server.longPollingMs,
    MAX_POLLING_MS,
  );
  const leftMs = context.deadlineMs - Date.now();
  if (leftMs < wantedMs && leftMs < MIN_DEADLINE_MS) {
    // Clients before 5.0.3 do not know the newer code. Versions are compared as text, as RocketMQ does.
    const code = context.clientVersion < '5.0.3' ? Code.BAD_REQUEST : Code.ILLEGAL_POLLING_TIME;
    throw new BrokerError(
      code,
      'The deadline time remaining is not enough for polling, please check network condition',
    );
  }
  return Math.max(0, Math.min(wantedMs, leftMs - ANSWER_MARGIN_MS));
}
