import type { Broker } from '../broker/broker.js';
import { BrokerError, Code } from '../broker/code.js';
import type { Topic } from '../broker/topics.js';
import type { StoredRecord } from '../store/record.js';
import { AdminError } from './admin-error.js';
import { describeMessage } from './describe-message.js';
import { wrong, type Fields } from './fields.js';
import { messagesInTime, newestMessages } from './message-search.js';
import { deliveriesOf, groupStates } from './message-history.js';
import type { Routes } from './route-table.js';
import { existingTopic } from './topic-resource.js';

const DEFAULT_LIMIT = 32;
const MAX_LIMIT = 1000;
/** Of one answer, however many queues the topic has. */
const MAX_LISTED = 4000;
/** Bodies in lists are cut here, so that an answer stays small; one message alone comes whole. */
export const LISTED_BODY_BYTES = 16 << 10;

export const messageRoutes: Routes = {
  /** The newest messages of a topic; with fromMs or toMs those of that time; with key those that have it. */
  'GET /messages': ({ broker }, request) => {
    const query = request.query('topic', 'queueId', 'limit', 'key', 'fromMs', 'toMs');
    const topic = existingTopic(broker, query.text('topic') ?? '');
    return search(broker, topic, query).map((record) => describeMessage(record, LISTED_BODY_BYTES));
  },

  /** The messages with the id, more than one when it was sent again: where each is for each group, and its deliveries. */
  'GET /topics/:topic/messages/:messageId': async ({ broker }, request) => {
    const topic = existingTopic(broker, request.param('topic'));
    const messageId = request.param('messageId');
    const records = broker.store.findById(topic.name, messageId);
    if (records.length === 0)
      throw new BrokerError(Code.MESSAGE_NOT_FOUND, `topic ${topic.name} has no message ${JSON.stringify(messageId)}`);
    const described = records.map(async (record) => ({
      ...describeMessage(record, Infinity),
      groups: groupStates(broker, record),
      deliveries: await deliveriesOf(broker, record),
    }));
    return Promise.all(described);
  },
};

function search(broker: Broker, topic: Topic, query: Fields): StoredRecord[] {
  const limit = limitIn(query);
  const queueId = query.integer('queueId', 0);
  if (queueId !== undefined && queueId >= topic.queues) throw wrong('queueId', `must be 0 to ${topic.queues - 1}`);
  const queueIds = queueId === undefined ? [...Array(topic.queues).keys()] : [queueId];
  const perQueue = Math.min(limit, Math.max(1, Math.floor(MAX_LISTED / queueIds.length)));
  const key = query.text('key');
  const window = { fromMs: query.integer('fromMs', 0) ?? 0, toMs: query.integer('toMs', 0) ?? Date.now() };
  if (window.fromMs > window.toMs) throw new AdminError(400, 'fromMs must not be after toMs', 'fromMs');
  if (key !== undefined) {
    const found = broker.store.findByKey(topic.name, key, window.fromMs, window.toMs, limit);
    return found.filter((record) => queueIds.includes(record.queueId));
  }
  if (query.has('fromMs') || query.has('toMs')) return messagesInTime(broker, topic.name, queueIds, window, perQueue);
  return newestMessages(broker, topic.name, queueIds, perQueue);
}

/** Counts per queue. */
export function limitIn(query: Fields): number {
  return query.integer('limit', 1, MAX_LIMIT) ?? DEFAULT_LIMIT;
}
