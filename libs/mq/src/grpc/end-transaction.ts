import { Transactions } from '../broker/transactions.js';
import { OK, type CallContext } from './call-context.js';
import { topicOf } from './query-route.js';
import { decodeTransactionId } from './transaction-id.js';
import { systemPropertiesCodec, timestampMs, type EndTransactionRequest } from './wire.js';

const COMMIT = 1;
const ROLLBACK = 2;
const SERVER_CHECK = 2;

/**
 * Commits or rolls back a half message. It stays undecided when the client does not know, and when it answers on its own
 * account after the recovery time that the message had asked for.
 */
export async function endTransaction(request: EndTransactionRequest, context: CallContext): Promise<object> {
  const { transactions } = context.broker;
  const { resolution, source } = request;
  const topic = topicOf(request.topic, context);
  const half = transactions.half(topic.name, decodeTransactionId(request.transactionId));
  const late = source !== SERVER_CHECK && Transactions.isLate(half, Date.now());
  if (resolution === COMMIT && !late) {
    const { deliveryTimestamp } = systemPropertiesCodec.decode(half.systemProperties);
    await transactions.commit(half, deliveryTimestamp ? timestampMs(deliveryTimestamp) : undefined);
  }
  if (resolution === ROLLBACK && !late) await transactions.rollback(half);
  return { status: OK };
}
