import { randomUUID } from 'node:crypto';
import { BrokerError, Code } from '../broker/code.js';
import { MESSAGE_TYPE } from '../broker/message-rules.js';
import type { Topic } from '../broker/topics.js';
import type { CallContext } from '../grpc/call-context.js';
import { endTransaction } from '../grpc/end-transaction.js';
import { sendMessage } from '../grpc/send-message.js';
import { fromMs, type Message } from '../grpc/wire.js';
import { wrong, type Fields } from './fields.js';
import { AdminAnswer, type AdminContext, type Routes } from './route-table.js';
import { existingTopic } from './topic-resource.js';

const IDENTITY = 1;
const COMMIT = 1;
const CLIENT = 1;

interface SendAnswer {
  entries: {
    status: { code: number; message: string };
    messageId?: string;
    offset?: number;
    transactionId?: string;
  }[];
}

export const sendRoutes: Routes = {
  /** Sends one message, by the rules that hold for every producer; that of a transaction is committed at once. */
  'POST /topics/:topic/messages': async (context, request) => {
    const topic = existingTopic(context.broker, request.param('topic'));
    const body = await request.body(
      ...['body', 'bodyBase64', 'tag', 'keys', 'userProperties', 'messageGroup', 'deliverAtMs'],
    );
    const call = callContext(context);
    const { entries } = (await sendMessage({ messages: [messageIn(body, topic)] }, call)) as SendAnswer;
    const { status, messageId, offset, transactionId } = entries[0] as SendAnswer['entries'][0];
    if (status.code !== Code.OK) throw new BrokerError(status.code, status.message);
    if (messageId !== undefined && transactionId !== undefined)
      await endTransaction({ topic, messageId, transactionId, resolution: COMMIT, source: CLIENT }, call);
    return new AdminAnswer(201, { topic: topic.name, messageId, queueOffset: offset });
  },
};

function messageIn(fields: Fields, topic: Topic): Message {
  const deliverAtMs = fields.integer('deliverAtMs', 0);
  return {
    topic: { name: topic.name },
    userProperties: fields.textMap('userProperties') ?? {},
    body: bodyIn(fields),
    systemProperties: {
      tag: fields.text('tag'),
      keys: fields.texts('keys') ?? [],
      messageId: randomUUID().replaceAll('-', '').toUpperCase(),
      bodyEncoding: IDENTITY,
      messageType: topic.type === 'TRANSACTION' ? MESSAGE_TYPE.TRANSACTION : MESSAGE_TYPE.NORMAL,
      bornTimestamp: fromMs(Date.now()),
      bornHost: 'admin',
      messageGroup: fields.text('messageGroup'),
      deliveryTimestamp: deliverAtMs === undefined ? undefined : fromMs(deliverAtMs),
    },
  };
}

function bodyIn(fields: Fields): Buffer {
  if (!fields.has('bodyBase64')) return Buffer.from(fields.requiredText('body'));
  if (fields.has('body')) throw wrong('bodyBase64', 'cannot stand beside body');
  return Buffer.from(fields.requiredText('bodyBase64'), 'base64');
}

function callContext({ broker, server }: AdminContext): CallContext {
  return { broker, server, clientId: 'admin', language: '', clientVersion: '', deadlineMs: Infinity };
}
