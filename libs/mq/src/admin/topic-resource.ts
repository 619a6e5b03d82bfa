import type { Broker } from '../broker/broker.js';
import { BrokerError, Code } from '../broker/code.js';
import { TOPIC_TYPES, type Topic } from '../broker/topics.js';
import { AdminAnswer, type Routes } from './route-table.js';

interface TopicRow extends Topic {
  /** Messages that are kept and visible. */
  messages: number;
  /** Delay messages that wait for their time. */
  delayed: number;
}

export const topicRoutes: Routes = {
  'GET /topics': ({ broker }) => broker.topics.all().map((topic) => topicRow(broker, topic)),

  'GET /topics/:topic': ({ broker }, request) => {
    const topic = existingTopic(broker, request.param('topic'));
    return {
      ...topicRow(broker, topic),
      offsets: Array.from({ length: topic.queues }, (_, queueId) => {
        const { minOffset, maxOffset } = broker.store.queue(topic.name, queueId);
        return { queueId, minOffset, maxOffset };
      }),
      groups: [...broker.progress.all()].filter((one) => one.topic === topic.name).map(({ group }) => group),
    };
  },

  /** Creates the topic, or changes what is given. */
  'PUT /topics/:topic': async ({ broker }, request) => {
    const body = await request.body('type', 'queues');
    const name = request.param('topic');
    const type = body.oneOf('type', TOPIC_TYPES);
    const queues = body.integer('queues', 1);
    if (broker.topics.has(name)) return topicRow(broker, broker.topics.update(name, { type, queues }));
    return new AdminAnswer(201, topicRow(broker, broker.topics.create({ name, type: type ?? 'NORMAL', queues })));
  },

  'DELETE /topics/:topic': async ({ broker }, request) => {
    const { name } = existingTopic(broker, request.param('topic'));
    await broker.deleteTopic(name);
    return { deleted: name };
  },
};

/** Throws BrokerError TOPIC_NOT_FOUND: asking creates no topic. */
export function existingTopic({ topics }: Broker, name: string): Topic {
  if (!topics.has(name)) throw new BrokerError(Code.TOPIC_NOT_FOUND, `topic ${JSON.stringify(name)} does not exist`);
  return topics.get(name);
}

function topicRow({ store }: Broker, topic: Topic): TopicRow {
  return { ...topic, messages: store.messageCount(topic.name), delayed: store.delayedCountOf(topic.name) };
}
