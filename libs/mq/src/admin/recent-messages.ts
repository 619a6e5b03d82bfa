import type { Broker } from '../broker/broker.js';
import { describeMessage, type MessageDescription } from '../grpc/describe-message.js';
import { AdminError } from './admin-error.js';

const DEFAULT_LIMIT = 32;
const MAX_LIMIT = 1000;

/** The newest messages of each queue of `topic`, newest first; `limit` counts per queue. */
export function recentMessages({ topics, store }: Broker, query: URLSearchParams): MessageDescription[] {
  const name = query.get('topic') ?? '';
  if (!topics.has(name)) throw new AdminError(404, `topic ${JSON.stringify(name)} does not exist`);
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new AdminError(400, `limit must be 1 to ${MAX_LIMIT}`);
  const messages: MessageDescription[] = [];
  for (let queueId = 0; queueId < topics.get(name).queues; queueId++) {
    const queue = store.queue(name, queueId);
    for (let offset = queue.maxOffset - 1; offset >= Math.max(queue.minOffset, queue.maxOffset - limit); offset--) {
      const entry = queue.entry(offset);
      if (entry) messages.push(describeMessage(store.read(entry)));
    }
  }
  return messages.sort((a, b) => b.storeTimestampMs - a.storeTimestampMs);
}
