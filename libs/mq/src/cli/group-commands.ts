import { pathOf } from './admin-client.js';
import { TIME_HELP, type Command, type Given } from './command.js';
import * as options from './options.js';
import { fields, table } from './table.js';

interface GroupRow {
  group: string;
  topic: string;
  lag: number;
  ready: number;
  inflight: number;
  dlq: number;
  queues: {
    queueId: number;
    consumerOffset: number;
    maxOffset: number;
    lag: number;
    ready: number;
    inflight: number;
  }[];
}

interface GroupDetail {
  group: string;
  declared: boolean;
  rules: { orderly?: boolean; maxAttempts: number; retryDelaysMs: number[] };
  topics: GroupRow[];
  members: unknown[];
}

const updateSubGroup: Command = {
  name: 'updateSubGroup',
  summary: 'Declares a consumer group, or changes its rules.',
  options: {
    group: options.group,
    retryMaxTimes: { short: 'r', value: 'number', help: 'redeliveries before a message becomes a dead letter' },
    retryDelaysMs: { value: 'ms,ms,…', help: 'pauses before the redeliveries; the last one repeats' },
    orderly: { short: 'o', value: 'true|false', help: 'clients consume one message after the other' },
  },
  async run(admin, given) {
    const json = await admin.put<GroupDetail>(pathOf('groups', given.required('group')), rulesIn(given));
    const { maxAttempts, retryDelaysMs, orderly } = json.rules;
    const rules = {
      retryMaxTimes: maxAttempts - 1,
      retryDelaysMs: retryDelaysMs.map(String),
      orderly: orderly ?? 'as its topics',
    };
    return { json, text: fields({ group: json.group, ...rules }) };
  },
};

function rulesIn(given: Given): object {
  const retries = given.integer('retryMaxTimes');
  return {
    maxAttempts: retries === undefined ? undefined : retries + 1,
    retryDelaysMs: given.integers('retryDelaysMs'),
    orderly: given.boolean('orderly'),
  };
}

const subGroupList: Command = {
  name: 'subGroupList',
  summary: 'Lists the consumer groups with their rules.',
  options: {},
  async run(admin) {
    const json = await admin.get<GroupDetail[]>('/subscription-groups');
    const rows = json.map(({ group, declared, rules, topics, members }) => {
      return [group, declared, rules.maxAttempts - 1, members.length, topics.map(({ topic }) => topic)];
    });
    return { json, text: table(['group', 'declared', 'retries', 'members', 'topics'], rows) };
  },
};

const deleteSubGroup: Command = {
  name: 'deleteSubGroup',
  summary: 'Forgets a consumer group: its rules and what it has consumed.',
  options: { group: options.group },
  async run(admin, given) {
    const group = given.required('group');
    const json = await admin.delete(pathOf('groups', group));
    return { json, text: `deleted group ${group}\n` };
  },
};

const consumerProgress: Command = {
  name: 'consumerProgress',
  summary: 'Tells what the groups have not finished; with -g queue by queue.',
  options: { group: { short: 'g', value: 'group', help: 'only this group' } },
  async run(admin, given) {
    const group = given.text('group');
    if (group !== undefined) return progressOfGroup(await admin.get<GroupDetail>(pathOf('groups', group)));
    const json = await admin.get<GroupRow[]>('/groups');
    const rows = json.map((row) => [row.group, row.topic, row.lag, row.ready, row.inflight, row.dlq]);
    return { json, text: table(['group', 'topic', 'lag', 'ready', 'inflight', 'dead'], rows) };
  },
};

function progressOfGroup(json: GroupDetail): { json: GroupDetail; text: string } {
  const rows = json.topics.flatMap(({ topic, queues }) =>
    queues.map((queue) => [
      topic,
      ...[queue.queueId, queue.maxOffset, queue.consumerOffset, queue.lag, queue.ready, queue.inflight],
    ]),
  );
  const columns = ['topic', 'queue', 'brokerOffset', 'consumerOffset', 'lag', 'ready', 'inflight'];
  return { json, text: table(columns, rows) + `${json.members.length} members\n` };
}

interface Reset {
  queues: { queueId: number; from: number; to: number }[];
}

const resetText = ({ queues }: Reset) =>
  table(
    ['queue', 'from', 'to'],
    queues.map(({ queueId, from, to }) => [queueId, from, to]),
  );

const resetOffsetByTime: Command = {
  name: 'resetOffsetByTime',
  summary: 'Lets a group consume a topic from a time on, again or skipping what is older.',
  options: {
    group: options.group,
    topic: options.topic,
    timestamp: { short: 's', value: 'time', help: `earliest, ${TIME_HELP}`, required: true },
  },
  async run(admin, given) {
    const to = given.text('timestamp') === 'earliest' ? 'earliest' : given.time('timestamp');
    const path = pathOf('groups', given.required('group'), 'reset-offset');
    const json = await admin.post<Reset>(path, { topic: given.required('topic'), to });
    return { json, text: resetText(json) };
  },
};

const skipAccumulatedMessage: Command = {
  name: 'skipAccumulatedMessage',
  summary: 'Lets a group skip all messages of a topic that it has not finished.',
  options: { group: options.group, topic: options.topic },
  async run(admin, given) {
    const path = pathOf('groups', given.required('group'), 'reset-offset');
    const json = await admin.post<Reset>(path, { topic: given.required('topic'), to: 'latest' });
    return { json, text: resetText(json) };
  },
};

export const groupCommands: readonly Command[] = [
  updateSubGroup,
  subGroupList,
  deleteSubGroup,
  consumerProgress,
  resetOffsetByTime,
  skipAccumulatedMessage,
];
