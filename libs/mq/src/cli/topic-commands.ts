import { pathOf } from './admin-client.js';
import { UsageError, type Command, type Given } from './command.js';
import * as options from './options.js';
import { fields, table } from './table.js';

interface TopicRow {
  name: string;
  type: string;
  queues: number;
  messages: number;
  delayed: number;
}

interface TopicDetail extends TopicRow {
  offsets: { queueId: number; minOffset: number; maxOffset: number }[];
  groups: string[];
}

const columns = ['topic', 'type', 'queues', 'messages', 'delayed'];
const cells = ({ name, type, queues, messages, delayed }: TopicRow) => [name, type, queues, messages, delayed];

const updateTopic: Command = {
  name: 'updateTopic',
  summary: 'Creates a topic, or changes its type or number of queues.',
  options: {
    topic: options.topic,
    queues: { short: 'r', value: 'number', help: 'queues; can grow, not shrink; 4 for a new topic' },
    type: { value: 'type', help: 'NORMAL (for a new topic), FIFO, DELAY, TRANSACTION or MIXED' },
    attributes: { short: 'a', value: '+message.type=TYPE', help: 'the type, as mqadmin of RocketMQ takes it' },
  },
  async run(admin, given) {
    const body = { type: typeIn(given), queues: given.integer('queues') };
    const json = await admin.put<TopicRow>(pathOf('topics', given.required('topic')), body);
    return { json, text: table(columns, [cells(json)]) };
  },
};

function typeIn(given: Given): string | undefined {
  const attributes = given.text('attributes');
  if (attributes === undefined) return given.text('type');
  const [, type] = /^\+message\.type=(\w+)$/.exec(attributes) ?? [];
  if (!type) throw new UsageError(`--attributes must be +message.type=TYPE, not ${attributes}`);
  return type;
}

const deleteTopic: Command = {
  name: 'deleteTopic',
  summary: 'Deletes a topic, its messages, and what groups have consumed of it.',
  options: { topic: options.topic },
  async run(admin, given) {
    const topic = given.required('topic');
    const json = await admin.delete(pathOf('topics', topic));
    return { json, text: `deleted topic ${topic}\n` };
  },
};

const topicList: Command = {
  name: 'topicList',
  summary: 'Lists the topics with their messages, dead-letter topics (%DLQ%<group>) included.',
  options: {},
  async run(admin) {
    const json = await admin.get<TopicRow[]>('/topics');
    return { json, text: table(columns, json.map(cells)) };
  },
};

const topicStatus: Command = {
  name: 'topicStatus',
  summary: 'Tells the offsets of each queue of a topic.',
  options: { topic: options.topic },
  async run(admin, given) {
    const json = await admin.get<TopicDetail>(pathOf('topics', given.required('topic')));
    const rows = json.offsets.map(({ queueId, minOffset, maxOffset }) => [
      queueId,
      minOffset,
      maxOffset,
      maxOffset - minOffset,
    ]);
    return { json, text: table(['queue', 'minOffset', 'maxOffset', 'messages'], rows) };
  },
};

const topicRoute: Command = {
  name: 'topicRoute',
  summary: 'Tells where a topic is, its type, and the groups that subscribe to it.',
  options: { topic: options.topic },
  async run(admin, given) {
    const { name, type, queues, groups } = await admin.get<TopicDetail>(pathOf('topics', given.required('topic')));
    const { broker, endpoint } = await admin.get<{ broker: string; endpoint: string }>('/status');
    const json = { topic: name, type, queues, broker, endpoint, groups };
    return { json, text: fields(json) };
  },
};

export const topicCommands: readonly Command[] = [updateTopic, deleteTopic, topicList, topicStatus, topicRoute];
