import type { MessageStore } from '../store/message-store.js';
import { describeMessage, type MessageDescription } from './describe-message.js';
import { limitIn, LISTED_BODY_BYTES } from './message-resource.js';
import type { Routes } from './route-table.js';

/** Pending messages that are looked at to find those of one topic. */
const MAX_READ = 5000;

export const pendingRoutes: Routes = {
  /** Delay messages that wait, earliest first. */
  'GET /delayed': ({ broker: { store } }, request) => {
    const query = request.query('topic', 'limit');
    return described(store, timerOffsets(store), query.text('topic'), limitIn(query));
  },

  /** Half messages that wait for commit or rollback, oldest first. */
  'GET /half-messages': ({ broker: { store } }, request) => {
    const query = request.query('topic', 'limit');
    const oldestFirst = [...store.halfMessages.keys()].sort((a, b) => a - b);
    return described(store, oldestFirst, query.text('topic'), limitIn(query));
  },
};

function* timerOffsets({ timers }: MessageStore): Generator<number> {
  for (const { offset } of timers.inOrder()) yield offset;
}

function described(
  store: MessageStore,
  offsets: Iterable<number>,
  topic: string | undefined,
  limit: number,
): MessageDescription[] {
  const messages: MessageDescription[] = [];
  let read = 0;
  for (const offset of offsets) {
    if (messages.length === limit || read++ === MAX_READ) break;
    const record = store.find(offset);
    if (record && (topic === undefined || record.topic === topic))
      messages.push(describeMessage(record, LISTED_BODY_BYTES));
  }
  return messages;
}
