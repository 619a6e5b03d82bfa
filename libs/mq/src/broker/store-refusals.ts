import { RecordTooLargeError, StoreBusyError, StoreFullError } from '../store/store-errors.js';
import { BrokerError, Code } from './code.js';

/** What a producer is told when the store did not take its message. */
export function toBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StoreBusyError) return new BrokerError(Code.TOO_MANY_REQUESTS, 'flow limit');
  if (error instanceof RecordTooLargeError) return new BrokerError(Code.MESSAGE_BODY_TOO_LARGE, message);
  if (error instanceof StoreFullError) return new BrokerError(Code.INTERNAL_SERVER_ERROR, message);
  return new BrokerError(Code.MASTER_PERSISTENCE_TIMEOUT, message);
}
