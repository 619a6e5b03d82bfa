import type { Broker } from '../broker/broker.js';
import { BrokerError, Code } from '../broker/code.js';
import { deadLetterTopicName, groupOfDeadLetters, isDeadLetterTopic } from '../broker/topics.js';
import { describeMessage } from './describe-message.js';
import { wrong, type Fields } from './fields.js';
import { existingGroup } from './group-resource.js';
import { limitIn, LISTED_BODY_BYTES } from './message-resource.js';
import { newestMessages } from './message-search.js';
import type { Routes } from './route-table.js';

/** The one queue of a dead-letter topic. */
const QUEUE_ID = 0;

export const deadLetterRoutes: Routes = {
  /** Groups that have dead letters. */
  'GET /dead-letters': ({ broker }) =>
    broker.topics
      .all()
      .filter(({ name }) => isDeadLetterTopic(name) && broker.store.messageCount(name) > 0)
      .map(({ name }) => deadLetterRow(broker, name)),

  /** Newest first; `resent` = sent again by the call below. */
  'GET /groups/:group/dead-letters': ({ broker }, request) => {
    const limit = limitIn(request.query('limit'));
    const group = groupIn(broker, request.param('group'));
    const topic = deadLetterTopicName(group);
    if (!broker.topics.has(topic)) return [];
    return newestMessages(broker, topic, [QUEUE_ID], limit).map((record) => ({
      ...describeMessage(record, LISTED_BODY_BYTES),
      resent: broker.deadLetters.isResent(group, record.queueOffset),
    }));
  },

  /** Sends dead letters to their topics again: {"messageId"}, {"queueOffset"} or {"all": true}; each at most once. */
  'POST /groups/:group/dead-letters/resend': async ({ broker }, request) => {
    const group = groupIn(broker, request.param('group'));
    const body = await request.body('messageId', 'queueOffset', 'all');
    return broker.deadLetters.resend(group, offsetsIn(body, broker, group));
  },
};

function deadLetterRow(broker: Broker, topic: string): object {
  const group = groupOfDeadLetters(topic);
  const { minOffset, maxOffset } = broker.store.queue(topic, QUEUE_ID);
  const [newest] = newestMessages(broker, topic, [QUEUE_ID], 1);
  return {
    group,
    messages: maxOffset - minOffset,
    resent: broker.deadLetters.resentCount(group),
    newestMs: newest?.storeTimestampMs ?? 0,
  };
}

/** A group that was deleted may still have dead letters. */
function groupIn(broker: Broker, name: string): string {
  return broker.topics.has(deadLetterTopicName(name)) ? name : existingGroup(broker, name);
}

/** undefined = all. */
function offsetsIn(body: Fields, broker: Broker, group: string): number[] | undefined {
  const messageId = body.text('messageId');
  const queueOffset = body.integer('queueOffset', 0);
  const all = body.boolean('all') === true;
  if ([messageId !== undefined, queueOffset !== undefined, all].filter(Boolean).length !== 1)
    throw wrong('messageId', 'or queueOffset or all is needed, one of them');
  if (queueOffset !== undefined) return [queueOffset];
  if (messageId === undefined) return undefined;
  const found = broker.store.findById(deadLetterTopicName(group), messageId);
  if (found.length === 0)
    throw new BrokerError(Code.MESSAGE_NOT_FOUND, `group ${group} has no dead letter ${JSON.stringify(messageId)}`);
  return found.map((record) => record.queueOffset);
}
