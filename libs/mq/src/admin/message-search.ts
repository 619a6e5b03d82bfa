import type { Broker } from '../broker/broker.js';
import type { StoredRecord } from '../store/record.js';
import { StoreDamagedError } from '../store/store-errors.js';

/** The newest `limit` messages of each queue, newest first over all of them. */
export function newestMessages(
  broker: Broker,
  topic: string,
  queueIds: readonly number[],
  limit: number,
): StoredRecord[] {
  const found = queueIds.flatMap((queueId) => {
    const queue = broker.store.queue(topic, queueId);
    const records: StoredRecord[] = [];
    for (let offset = queue.maxOffset - 1; offset >= queue.minOffset && records.length < limit; offset--) {
      const record = messageAt(broker, topic, queueId, offset);
      if (record) records.push(record);
    }
    return records;
  });
  return found.sort((a, b) => b.storeTimestampMs - a.storeTimestampMs);
}

/** The first `limit` messages of each queue that were stored in [fromMs, toMs], oldest first over all of them. */
export function messagesInTime(
  broker: Broker,
  topic: string,
  queueIds: readonly number[],
  window: { fromMs: number; toMs: number },
  limit: number,
): StoredRecord[] {
  const found = queueIds.flatMap((queueId) => {
    const queue = broker.store.queue(topic, queueId);
    const records: StoredRecord[] = [];
    let offset = broker.store.offsetAtTime(topic, queueId, window.fromMs);
    for (; offset < queue.maxOffset && records.length < limit; offset++) {
      const record = messageAt(broker, topic, queueId, offset);
      if (record && record.storeTimestampMs > window.toMs) break;
      if (record) records.push(record);
    }
    return records;
  });
  return found.sort((a, b) => a.storeTimestampMs - b.storeTimestampMs);
}

/** undefined when it is gone, or damaged on disk; the broker's log tells of that when a consumer meets it. */
export function messageAt({ store }: Broker, topic: string, queueId: number, offset: number): StoredRecord | undefined {
  const entry = store.queue(topic, queueId).entry(offset);
  try {
    return entry && store.read(entry);
  } catch (error) {
    if (error instanceof StoreDamagedError) return undefined;
    throw error;
  }
}
