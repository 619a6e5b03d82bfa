import { BrokerError, Code } from '../broker/code.js';
import { commonStatus, OK, statusOf, type CallContext } from './call-context.js';
import { checkNames, leasedMessage } from './leased-message.js';
import type { AckMessageRequest } from './wire.js';

/** Answers when the acks are with the operating system, so that they survive the death of this process. */
export async function ackMessage(request: AckMessageRequest, context: CallContext): Promise<object> {
  if (request.entries.length === 0) throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'ack message result is empty');
  checkNames(request);
  const entries = request.entries.map(({ messageId, receiptHandle }) => ({
    messageId,
    receiptHandle,
    status: ackOne(request, receiptHandle, context),
  }));
  await context.broker.progress.written();
  return { status: commonStatus(entries.map((entry) => entry.status)), entries };
}

function ackOne(
  request: AckMessageRequest,
  receiptHandle: string,
  context: CallContext,
): { code: number; message: string } {
  try {
    const { progress, handle } = leasedMessage(request, receiptHandle, context);
    progress.ack(handle, Date.now());
    return OK;
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    return statusOf(error);
  }
}
