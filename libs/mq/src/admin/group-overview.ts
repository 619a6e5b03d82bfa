import type { Broker } from '../broker/broker.js';
import { deadLetterTopicName } from '../broker/topics.js';

export interface GroupRow {
  group: string;
  topic: string;
  /** Messages that the group has not finished: ready + inflight. */
  lag: number;
  /** Deliverable now. */
  ready: number;
  /** Delivered or waiting for a retry: invisible until acked or until their time is over. */
  inflight: number;
  /** Dead letters of the whole group, whichever topic they come from. */
  dlq: number;
  queues: { queueId: number; lag: number; ready: number; inflight: number }[];
}

/** One row for each topic that a group has subscribed to. */
export function groupOverview({ progress, store }: Broker): GroupRow[] {
  const nowMs = Date.now();
  return [...progress.all()].map(({ group, topic, queues }) => {
    const counts = queues.map((queue, queueId) => ({ queueId, ...queue.counts(nowMs) }));
    const sum = (field: 'lag' | 'ready' | 'inflight') => counts.reduce((total, queue) => total + queue[field], 0);
    return {
      group,
      topic,
      lag: sum('lag'),
      ready: sum('ready'),
      inflight: sum('inflight'),
      dlq: store.messageCount(deadLetterTopicName(group)),
      queues: counts,
    };
  });
}
