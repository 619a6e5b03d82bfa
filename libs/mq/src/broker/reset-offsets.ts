import type { Broker } from './broker.js';

/** Where a group goes on: at the oldest message, behind the newest, or at the first message from a time on. */
export type OffsetTarget = 'earliest' | 'latest' | { timestampMs: number };

export interface ResetOffset {
  queueId: number;
  from: number;
  to: number;
}

/**
 * Moves a group in every queue of a topic. What it had not finished is forgotten: it comes again when it lies behind the
 * new offset, else never.
 */
export function resetOffsets(
  { progress, store }: Broker,
  group: string,
  topic: string,
  target: OffsetTarget,
): ResetOffset[] {
  const resets = progress.subscription(group, topic).queues.map((queue, queueId) => {
    const from = queue.cursor;
    const { minOffset, maxOffset } = store.queue(topic, queueId);
    if (target === 'earliest') queue.resetTo(minOffset);
    else if (target === 'latest') queue.resetTo(maxOffset);
    else queue.resetTo(store.offsetAtTime(topic, queueId, target.timestampMs));
    return { queueId, from, to: queue.cursor };
  });
  progress.writeSoon();
  return resets;
}
