import { createHash } from 'node:crypto';
import type { AcceptedMessage, SendReceipt } from '../broker/broker.js';
import { BrokerError, Code } from '../broker/code.js';
import { checkMessage, MESSAGE_TYPE } from '../broker/message-rules.js';
import type { Topic } from '../broker/topics.js';
import { encodeNames } from '../store/record-names.js';
import { encodeRecallHandle } from './recall-handle.js';
import { encodeTransactionId } from './transaction-id.js';
import { commonStatus, OK, statusOf, type CallContext } from './call-context.js';
import { topicOf } from './query-route.js';
import {
  messageCodec,
  systemPropertiesCodec,
  timestampMs,
  toMs,
  type Message,
  type SendMessageRequest,
  type SystemProperties,
} from './wire.js';

const MD5 = 2;

/** Stores the messages of one topic. All are checked before the first is stored. */
export async function sendMessage(request: SendMessageRequest, context: CallContext): Promise<object> {
  const [first] = request.messages;
  if (!first) throw new BrokerError(Code.MESSAGE_CORRUPTED, 'no message to send');
  if (request.messages.some((message) => message.topic?.name !== first.topic?.name))
    throw new BrokerError(Code.MESSAGE_CORRUPTED, 'topic in message is not same');
  const topic = topicOf(first.topic, context);
  const accepted = request.messages.map((message) => accept(message, topic, context));
  const entries = await Promise.all(
    accepted.map(({ message, messageId }) => store(topic, message, messageId, context)),
  );
  return { status: commonStatus(entries.map((entry) => entry.status)), entries };
}

function accept(
  message: Message,
  topic: Topic,
  { broker, server, clientId }: CallContext,
): { message: AcceptedMessage; messageId: string } {
  const system = message.systemProperties ?? NO_SYSTEM_PROPERTIES;
  const nowMs = Date.now();
  const recoveryMs = system.orphanedTransactionRecoveryDuration ? toMs(system.orphanedTransactionRecoveryDuration) : 0;
  const deliverAtMs = system.deliveryTimestamp ? timestampMs(system.deliveryTimestamp) : undefined;
  const type = checkMessage(
    {
      messageId: system.messageId,
      tag: system.tag ?? undefined,
      keys: system.keys,
      messageGroup: system.messageGroup ?? undefined,
      deliverAtMs,
      priority: system.priority ?? undefined,
      liteTopic: system.liteTopic ?? undefined,
      transactional: system.messageType === MESSAGE_TYPE.TRANSACTION,
      transactionRecoveryMs: recoveryMs,
      userProperties: message.userProperties,
      bodyBytes: message.body.length,
    },
    topic,
    nowMs,
    broker.messageLimits,
  );
  return {
    messageId: system.messageId,
    message: {
      type,
      clientId,
      deliverAtMs,
      firstCheckAtMs: recoveryMs > 0 ? nowMs + recoveryMs : undefined,
      messageGroup: system.messageGroup || undefined,
      tag: system.tag ?? undefined,
      names: encodeNames(system.messageId, system.keys),
      payload: messageCodec.encode({ userProperties: message.userProperties, body: message.body }),
      systemProperties: systemPropertiesCodec.encode(
        storedProperties(system, message.body, `${server.host}:${server.port}`),
      ),
    },
  };
}

const NO_SYSTEM_PROPERTIES: SystemProperties = {
  keys: [],
  messageId: '',
  bodyEncoding: 0,
  messageType: 0,
  bornHost: '',
};

/** What the client said, without the fields that only a delivery has, with the digest that every client checks. */
function storedProperties(system: SystemProperties, body: Uint8Array, storeHost: string): SystemProperties {
  return {
    tag: system.tag,
    keys: system.keys,
    messageId: system.messageId,
    bodyDigest: { type: MD5, checksum: createHash('md5').update(body).digest('hex').toUpperCase() },
    bodyEncoding: system.bodyEncoding,
    messageType: system.messageType,
    bornTimestamp: system.bornTimestamp,
    bornHost: system.bornHost,
    storeHost,
    deliveryTimestamp: system.deliveryTimestamp,
    messageGroup: system.messageGroup,
    traceContext: system.traceContext,
    orphanedTransactionRecoveryDuration: system.orphanedTransactionRecoveryDuration,
  };
}

interface SendEntry {
  status: { code: number; message: string };
  messageId?: string;
  offset?: number;
  transactionId?: string;
  recallHandle?: string;
}

async function store(
  topic: Topic,
  message: AcceptedMessage,
  messageId: string,
  context: CallContext,
): Promise<SendEntry> {
  let receipt: SendReceipt;
  try {
    receipt = await context.broker.send(topic, message);
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    return { status: statusOf(error) };
  }
  const entry: SendEntry = { status: OK, messageId, offset: receipt.queueOffset };
  if (message.type === 'TRANSACTION') entry.transactionId = encodeTransactionId(receipt.physicalOffset);
  if (message.type === 'DELAY') {
    const { physicalOffset } = receipt;
    const { brokerName } = context.server;
    entry.recallHandle = encodeRecallHandle({
      topic: topic.name,
      brokerName,
      deliverAtMs: message.deliverAtMs ?? 0,
      messageId,
      physicalOffset,
    });
  }
  return entry;
}
