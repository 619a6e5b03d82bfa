import { BrokerError, Code } from '../broker/code.js';
import { typeConflict } from '../broker/message-rules.js';
import { OK, type CallContext } from './call-context.js';
import { topicOf } from './query-route.js';
import { decodeRecallHandle } from './recall-handle.js';
import type { RecallMessageRequest } from './wire.js';

/** Takes a delayed message back before its time. */
export async function recallMessage(request: RecallMessageRequest, context: CallContext): Promise<object> {
  const topic = topicOf(request.topic, context);
  const handle = decodeRecallHandle(request.recallHandle);
  if (topic.type !== 'DELAY' && topic.type !== 'MIXED') throw typeConflict(topic.type, 'DELAY');
  if (handle.brokerName !== context.server.brokerName)
    throw new BrokerError(Code.BAD_REQUEST, `cannot find broker ${handle.brokerName}`);
  if (handle.topic !== topic.name) throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'recall failed, topic not match');
  await context.broker.recall(topic, handle.physicalOffset, handle.deliverAtMs);
  return { status: OK, messageId: handle.messageId };
}
