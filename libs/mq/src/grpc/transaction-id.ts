import { BrokerError, Code } from '../broker/code.js';
import type { StoredRecord } from '../store/record.js';
import { fromMs, messageCodec, systemPropertiesCodec, telemetryCodec } from './wire.js';

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

/** TelemetryCommand that asks a producer what became of a half message. */
export function checkBackCommand(half: StoredRecord): Buffer {
  return telemetryCodec.encode({
    recoverOrphanedTransactionCommand: {
      transactionId: encodeTransactionId(half.physicalOffset),
      message: {
        ...messageCodec.decode(half.payload),
        topic: { name: half.topic },
        systemProperties: {
          ...systemPropertiesCodec.decode(half.systemProperties),
          messageType: half.messageType,
          storeTimestamp: fromMs(half.storeTimestampMs),
          queueId: half.queueId,
        },
      },
    },
  });
}
