import { BrokerError, Code } from '../broker/code.js';
import { checkGroupName, checkTopicName } from '../broker/name-rules.js';
import { decodeReceiptHandle, type ReceiptHandle } from '../broker/receipt-handle.js';
import type { QueueProgress } from '../broker/queue-progress.js';
import type { CallContext } from './call-context.js';
import type { Resource } from './wire.js';

interface GroupAndTopic {
  group?: Resource | null;
  topic?: Resource | null;
}

/** Throws BrokerError when the topic or the group is no legal name. */
export function checkNames({ topic, group }: GroupAndTopic): void {
  checkTopicName(topic?.name ?? '');
  checkGroupName(group?.name ?? '');
}

/**
 * The queue progress that a receipt handle belongs to. Throws BrokerError INVALID_RECEIPT_HANDLE on anything the group never
 * received, a deleted topic included: clients send an ack again and again until it is answered with that or with OK.
 */
export function leasedMessage(
  { topic, group }: GroupAndTopic,
  receiptHandle: string,
  { broker }: CallContext,
): { progress: QueueProgress; handle: ReceiptHandle } {
  const handle = decodeReceiptHandle(receiptHandle);
  const progress = broker.progress.find(group?.name ?? '', topic?.name ?? '')?.queues[handle.queueId];
  if (!progress)
    throw new BrokerError(
      Code.INVALID_RECEIPT_HANDLE,
      'the receipt handle belongs to no queue of this group and topic',
    );
  return { progress, handle };
}
