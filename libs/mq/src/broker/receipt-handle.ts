import { BrokerError, Code } from './code.js';

/** Proof of one delivery. Opaque to clients; stays valid over a restart of the broker. */
export interface ReceiptHandle {
  queueId: number;
  offset: number;
  attempts: number;
  renewals: number;
  /** End of the lease, ms since 1970; 0 while the server renews it. */
  expiresAtMs: number;
}

const VERSION = 'v1';

export function encodeReceiptHandle(handle: ReceiptHandle): string {
  return Buffer.from(
    `${VERSION} ${handle.queueId} ${handle.offset} ${handle.attempts} ${handle.renewals} ${handle.expiresAtMs}`,
  ).toString('base64url');
}

/** Throws BrokerError INVALID_RECEIPT_HANDLE on anything that this broker did not issue. */
export function decodeReceiptHandle(text: string): ReceiptHandle {
  const [version, ...fields] = Buffer.from(text, 'base64url').toString().split(' ');
  const numbers = fields.map(Number);
  if (version !== VERSION || numbers.length !== 5 || !numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new BrokerError(Code.INVALID_RECEIPT_HANDLE, 'the receipt handle is malformed');
  }
  const [queueId, offset, attempts, renewals, expiresAtMs] = numbers as [number, number, number, number, number];
  return { queueId, offset, attempts, renewals, expiresAtMs };
}
