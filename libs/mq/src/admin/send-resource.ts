import { randomUUID } from 'node:crypto';
import { BrokerError, Code } from '../broker/code.js';
import { MESSAGE_TYPE } from '../broker/message-rules.js';
import type { CallContext } from '../grpc/call-context.js';
import { sendMessage } from '../grpc/send-message.js';
import { fromMs, type Message } from '../grpc/wire.js';
import { wrong, type Fields } from './fields.js';
import { AdminAnswer, type AdminContext, type Routes } from './route-table.js';
import { existingTopic } from './topic-resource.js';

const IDENTITY = 1;

interface SendAnswer {
  entries: { status: { code: number; message: string }; messageId?: string; offset?: number }[];
}

export const sendRoutes: Routes = {
  /** Sends one message, by the rules that hold for every producer. */
  'POST /topics/:topic/messages': async (context, request) => {
    const topic = existingTopic(context.broker, request.param('topic'));
    const body = await request.body(
      ...['body', 'bodyBase64', 'tag', 'keys', 'userProperties', 'messageGroup', 'deliverAtMs'],
    );
    const { entries } = (await sendMessage(
      { messages: [messageIn(body, topic.name)] },
      callContext(context),
    )) as SendAnswer;
    const { status, messageId, offset } = entries[0] as SendAnswer['entries'][0];
    if (status.code !== Code.OK) throw new BrokerError(status.code, status.message);
    return new AdminAnswer(201, { topic: topic.name, messageId, queueOffset: offset });
  },
};

function messageIn(fields: Fields, topic: string): Message {
  const deliverAtMs = fields.integer('deliverAtMs', 0);
  return {
    topic: { name: topic },
    userProperties: fields.textMap('userProperties') ?? {},
    body: bodyIn(fields),
    systemProperties: {
      tag: fields.text('tag'),
      keys: fields.texts('keys') ?? [],
      messageId: randomUUID().replaceAll('-', '').toUpperCase(),
      bodyEncoding: IDENTITY,
      messageType: MESSAGE_TYPE.NORMAL,
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
