import { stringHash } from '../store/string-hash.js';
import type { Topic } from './topics.js';

/** The server chooses the queue: by message group, which keeps its order, else in turn. */
export class QueueChooser {
  readonly #next = new Map<string, number>();

  choose(topic: Topic, messageGroup: string | undefined): number {
    if (messageGroup !== undefined) return stringHash(messageGroup) % topic.queues;
    const queueId = (this.#next.get(topic.name) ?? 0) % topic.queues;
    this.#next.set(topic.name, queueId + 1);
    return queueId;
  }
}
