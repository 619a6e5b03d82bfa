import { pathOf, type AdminClient } from './admin-client.js';
import { TIME_HELP, type Command, type Given, type Output } from './command.js';
import * as options from './options.js';
import { fields, printable, table, time } from './table.js';

interface Message {
  messageId: string;
  topic: string;
  queueId: number;
  queueOffset: number;
  messageType: string;
  tag: string;
  keys: string[];
  messageGroup: string;
  userProperties: Record<string, string>;
  bornTimestampMs: number;
  bornHost: string;
  storeTimestampMs: number;
  deliverAtMs: number;
  originTopic: string;
  bodyBytes: number;
  body: string;
  bodyEncoding: string;
}

interface FoundMessage extends Message {
  groups: { group: string; state: string; attempts?: number; clientId?: string }[];
  deliveries: {
    group: string;
    attempt: number;
    outcome: string;
    clientId: string;
    deliveredAtMs: number;
    endedAtMs: number;
  }[];
}

const PREVIEW_CHARS = 60;
const window = {
  begin: { short: 'b', value: 'time', help: `stored at this time or later: ${TIME_HELP}` },
  end: { short: 'e', value: 'time', help: 'stored at this time or earlier' },
};

export function messageTable(messages: readonly Message[]): string {
  const rows = messages.map((message) => [
    ...[message.messageId, message.queueId, message.queueOffset, time(message.storeTimestampMs), message.tag],
    message.keys,
    message.bodyEncoding === 'base64' ? `${message.bodyBytes} bytes` : message.body.slice(0, PREVIEW_CHARS),
  ]);
  return table(['message', 'queue', 'offset', 'stored', 'tag', 'keys', 'body'], rows);
}

async function search(admin: AdminClient, given: Given): Promise<Output> {
  const json = await admin.get<Message[]>('/messages', {
    topic: given.required('topic'),
    key: given.text('key'),
    fromMs: given.time('begin'),
    toMs: given.time('end'),
    limit: given.integer('limit'),
  });
  return { json, text: messageTable(json) };
}

const queryMsgById: Command = {
  name: 'queryMsgById',
  summary: 'Shows a message, where it is for each group, and who got it when.',
  options: {
    topic: options.topic,
    msgId: { short: 'i', value: 'id', help: 'message id, as the producer got it', required: true },
  },
  async run(admin, given) {
    const path = pathOf('topics', given.required('topic'), 'messages', given.required('msgId'));
    const json = await admin.get<FoundMessage[]>(path);
    return { json, text: json.map(messageText).join('\n') };
  },
};

function messageText({ groups, deliveries, body, userProperties, ...message }: FoundMessage): string {
  const { bornTimestampMs, storeTimestampMs, deliverAtMs, ...facts } = message;
  const head = fields({
    ...facts,
    born: time(bornTimestampMs),
    stored: time(storeTimestampMs),
    deliverAt: time(deliverAtMs),
    properties: Object.entries(userProperties).map(([name, value]) => `${name}=${value}`),
  });
  const rows = groups.map(({ group, state, attempts, clientId }) => [group, state, attempts, clientId]);
  const history = deliveries.map(({ group, attempt, outcome, clientId, deliveredAtMs, endedAtMs }) => [
    ...[group, attempt, outcome, time(deliveredAtMs), time(endedAtMs), clientId],
  ]);
  const states = table(['group', 'state', 'attempts', 'client'], rows);
  const tried = table(['group', 'attempt', 'outcome', 'delivered', 'ended', 'client'], history);
  return `${head}\n${states}\n${tried}\n${printable(body)}\n`;
}

const queryMsgByKey: Command = {
  name: 'queryMsgByKey',
  summary: 'Lists the messages of a topic that have a key, newest first.',
  options: {
    topic: options.topic,
    key: { short: 'k', value: 'key', help: 'message key', required: true },
    ...window,
    limit: options.limit,
  },
  run: search,
};

const queryMsgByTime: Command = {
  name: 'queryMsgByTime',
  summary: 'Lists the messages of a topic that were stored in a time, oldest first; without times the newest.',
  options: { topic: options.topic, ...window, limit: options.limit },
  run: search,
};

const sendMessage: Command = {
  name: 'sendMessage',
  summary: 'Sends a message.',
  options: {
    topic: options.topic,
    body: { short: 'p', value: 'text', help: 'body', required: true },
    keys: { short: 'k', value: 'key,key,…', help: 'message keys' },
    tag: { short: 'c', value: 'tag', help: 'tag' },
    messageGroup: { value: 'group', help: 'message group, for a FIFO topic' },
    deliverAt: { value: 'time', help: `delivery time, for a DELAY topic: ${TIME_HELP}` },
  },
  async run(admin, given) {
    const topic = given.required('topic');
    const json = await admin.post<{ messageId: string }>(pathOf('topics', topic, 'messages'), {
      body: given.required('body'),
      keys: given.texts('keys'),
      tag: given.text('tag'),
      messageGroup: given.text('messageGroup'),
      deliverAtMs: given.time('deliverAt'),
    });
    return { json, text: `sent ${json.messageId}\n` };
  },
};

async function pending(admin: AdminClient, path: string, given: Given): Promise<Output> {
  const json = await admin.get<Message[]>(path, { topic: given.text('topic'), limit: given.integer('limit') });
  const rows = json.map((message) => [
    ...[message.messageId, message.topic, time(message.storeTimestampMs), time(message.deliverAtMs), message.tag],
    message.keys,
  ]);
  return { json, text: table(['message', 'topic', 'stored', 'deliverAt', 'tag', 'keys'], rows) };
}

const ofTopic = { topic: { short: 't', value: 'topic', help: 'only of this topic' }, limit: options.limit };

const delayedList: Command = {
  name: 'delayedList',
  summary: 'Lists the delay messages that wait for their time, earliest first.',
  options: ofTopic,
  run: (admin, given) => pending(admin, '/delayed', given),
};

const halfList: Command = {
  name: 'halfList',
  summary: 'Lists the half messages that wait for commit or rollback, oldest first.',
  options: ofTopic,
  run: (admin, given) => pending(admin, '/half-messages', given),
};

export const messageCommands: readonly Command[] = [
  queryMsgById,
  queryMsgByKey,
  queryMsgByTime,
  sendMessage,
  delayedList,
  halfList,
];
