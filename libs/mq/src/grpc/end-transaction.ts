import { BrokerError, Code } from '../broker/code.js';
import { OK, type CallContext } from './call-context.js';
import { topicOf } from './query-route.js';
import type { EndTransactionRequest } from './wire.js';

const COMMIT = 1;
const ROLLBACK = 2;

/** Commits or rolls back a half message; an unspecified resolution leaves it pending. */
export async function endTransaction(request: EndTransactionRequest, context: CallContext): Promise<object> {
  topicOf(request.topic, context);
  if (request.transactionId.trim() === '')
    throw new BrokerError(Code.INVALID_TRANSACTION_ID, 'transaction id cannot be blank');
  if (!/^[0-9A-F]{16}$/.test(request.transactionId))
    throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'cannot found transaction data');
  if (request.resolution === COMMIT || request.resolution === ROLLBACK) {
    await context.broker.endTransaction(parseInt(request.transactionId, 16), request.resolution === COMMIT);
  }
  return { status: OK };
}
