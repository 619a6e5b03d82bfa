import { BrokerError, Code } from '../broker/code.js';
import type { StoredRecord } from '../store/record.js';
import { lengthDelimited, storedMessage } from './stored-message.js';
import { Codec, fromMs } from './wire.js';

const TRANSACTION_ID = /^[0-9A-F]{16}$/;

/** A transaction is named by the place of its half message in the log. */
export function encodeTransactionId(physicalOffset: number): string {
  return physicalOffset.toString(16).toUpperCase().padStart(16, '0');
}

/** Throws BrokerError on anything that is no such name. */
export function decodeTransactionId(transactionId: string): number {
  if (transactionId.trim() === '') throw new BrokerError(Code.INVALID_TRANSACTION_ID, 'transaction id cannot be empty');
  if (!TRANSACTION_ID.test(transactionId))
    throw new BrokerError(Code.INTERNAL_SERVER_ERROR, 'cannot found transaction data');
  return parseInt(transactionId, 16);
}

const questionCodec = new Codec<object>('SystemProperties');

/** Field 5 (recover_orphaned_transaction_command) of TelemetryCommand, and fields 1 and 2 of that. */
const QUESTION_FIELD = 0x2a;
const MESSAGE_FIELD = 0x0a;
const TRANSACTION_ID_FIELD = 0x12;

/** TelemetryCommand that asks a producer what became of a half message. */
export function checkBackCommand(half: StoredRecord): Buffer {
  const { messageType, queueId, storeTimestampMs } = half;
  const properties = questionCodec.encode({ messageType, storeTimestamp: fromMs(storeTimestampMs), queueId });
  return lengthDelimited(
    QUESTION_FIELD,
    storedMessage(MESSAGE_FIELD, half, properties),
    lengthDelimited(TRANSACTION_ID_FIELD, Buffer.from(encodeTransactionId(half.physicalOffset))),
  );
}
