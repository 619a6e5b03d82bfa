import type { CommitLog } from './commit-log.js';
import type { ConsumeQueue } from './consume-queue.js';
import { NameKind, type MessageIndex } from './message-index.js';
import { decodeNames } from './record-names.js';
import type { StoredRecord } from './record.js';
import type { TopicQueues } from './topic-queues.js';

/** What a search looks at. */
interface Searched {
  index: MessageIndex;
  log: CommitLog;
  queues: TopicQueues;
}

export function findByKey(
  { index, log, queues }: Searched,
  topic: string,
  key: string,
  { fromMs, toMs, limit }: { fromMs: number; toMs: number; limit: number },
): StoredRecord[] {
  const found: StoredRecord[] = [];
  for (const offset of index.find(topic, NameKind.KEY, Buffer.from(key), fromMs, toMs, log)) {
    if (found.length >= limit) break;
    const record = log.find(offset);
    if (record?.topic !== topic || !queues.holds(record)) continue;
    if (record.storeTimestampMs < fromMs || record.storeTimestampMs > toMs) continue;
    // A message that has a key twice stands in the index twice.
    if (decodeNames(record.names).keys.includes(key) && found.at(-1)?.physicalOffset !== offset) found.push(record);
  }
  return found;
}

export function findById({ index, log, queues }: Searched, topic: string, messageId: string): StoredRecord[] {
  const found: StoredRecord[] = [];
  for (const offset of index.find(topic, NameKind.ID, Buffer.from(messageId), 0, Infinity, log)) {
    const record = log.find(offset);
    if (record?.topic !== topic || !queues.holds(record)) continue;
    if (decodeNames(record.names).messageId === messageId) found.push(record);
  }
  return found;
}

/** Store times rise with the offset, unless the system's clock was set back. */
export function offsetAtTime(queue: ConsumeQueue, log: CommitLog, ms: number): number {
  let low = queue.minOffset;
  let high = queue.maxOffset;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = queue.entry(middle);
    const record = entry && log.find(entry.physicalOffset);
    if (record && record.storeTimestampMs >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}
