import { BrokerError, Code } from '../broker/code.js';
import { checkGroupName } from '../broker/name-rules.js';
import { decodeReceiptHandle, type ReceiptHandle } from '../broker/receipt-handle.js';
import type { QueueProgress } from '../broker/queue-progress.js';
import type { CallContext } from './call-context.js';
import { topicOf } from './query-route.js';
import type { Resource } from './wire.js';

/** The queue progress that a receipt handle belongs to. Throws BrokerError on anything the group never received. */
export function leasedMessage(
  request: { group?: Resource | null; topic?: Resource | null },
  receiptHandle: string,
  context: CallContext,
): { progress: QueueProgress; handle: ReceiptHandle } {
  const topic = topicOf(request.topic, context);
  const group = request.group?.name ?? '';
  checkGroupName(group);
  const handle = decodeReceiptHandle(receiptHandle);
  const progress = context.broker.progress.find(group, topic.name)?.queues[handle.queueId];
  if (!progress)
    throw new BrokerError(
      Code.INVALID_RECEIPT_HANDLE,
      'the receipt handle belongs to no queue of this group and topic',
    );
  return { progress, handle };
}
