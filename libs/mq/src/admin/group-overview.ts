import type { Broker } from '../broker/broker.js';
import type { TopicSubscription } from '../broker/topic-subscription.js';
import { deadLetterTopicName } from '../broker/topics.js';
import { messageAt } from './message-search.js';

export interface GroupRow {
  group: string;
  topic: string;
  /** Messages that the group has not finished: ready + inflight. */
  lag: number;
  /** Deliverable now. */
  ready: number;
  /** Delivered or waiting for a retry: invisible until acked or until their time is over. */
  inflight: number;
  /** When the oldest message that is not finished was stored, ms since 1970; 0 when there is none. */
  oldestStoredMs: number;
  /** Dead letters of the whole group, whichever topic they come from. */
  dlq: number;
  queues: QueueRow[];
}

interface QueueRow {
  queueId: number;
  /** Offset of the next message that was never delivered. */
  consumerOffset: number;
  /** Offset of the next message that arrives. */
  maxOffset: number;
  lag: number;
  ready: number;
  inflight: number;
}

/** One row for each topic that a group has subscribed to. */
export function groupOverview(broker: Broker): GroupRow[] {
  return [...broker.progress.all()].map((subscription) => groupRow(broker, subscription));
}

export function groupRow(broker: Broker, subscription: TopicSubscription): GroupRow {
  const { store } = broker;
  const { group, topic, queues } = subscription;
  const nowMs = Date.now();
  const rows = queues.map((queue, queueId) => {
    const { minOffset, maxOffset } = store.queue(topic, queueId);
    const consumerOffset = Math.max(queue.cursor, minOffset);
    return { queueId, consumerOffset, maxOffset, ...queue.counts(nowMs) };
  });
  const sum = (field: 'lag' | 'ready' | 'inflight') => rows.reduce((total, row) => total + row[field], 0);
  return {
    group,
    topic,
    lag: sum('lag'),
    ready: sum('ready'),
    inflight: sum('inflight'),
    oldestStoredMs: oldestStoredMs(broker, subscription),
    dlq: store.messageCount(deadLetterTopicName(group)),
    queues: rows,
  };
}

function oldestStoredMs(broker: Broker, { topic, queues }: TopicSubscription): number {
  const times = queues.flatMap((queue, queueId) => {
    const offset = queue.oldestUnfinished();
    const record = offset === undefined ? undefined : messageAt(broker, topic, queueId, offset);
    return record ? [record.storeTimestampMs] : [];
  });
  return times.length > 0 ? Math.min(...times) : 0;
}
