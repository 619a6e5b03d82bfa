import { createHmac, timingSafeEqual } from 'node:crypto';
import { Log, ShopError } from '@trade/service-kit';
import { callbacksUnsigned } from './pay-metrics.js';

/** How old, or how far ahead of our clock, a signature may be. */
const TOLERANCE_S = 300;
const UNIX_SECONDS = /^\d{1,12}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/i;

/**
 * Who sent a payment callback. The header reads
 *
 *     X-Pay-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256(secret, t + "." + body)>[,v1=…]
 *
 * with one v1 for every secret that the platform signs with while it changes over to another one. Parts with other
 * names are left alone: a later scheme can be sent beside this one.
 */
export class CallbackSignature {
  constructor(
    private readonly secret: string | undefined,
    private readonly nowMs: () => number = Date.now,
  ) {
    if (secret === undefined) {
      new Log('CallbackSignature').warn(
        'PAY_CALLBACK_SECRET IS NOT SET: callbacks are taken from anyone, so anyone can mark a payment as paid',
      );
    }
  }

  /** @throws {ShopError} SHOP_PAY_SIGNATURE_INVALID unless the body, to the byte, was signed with our secret just now */
  check(header: string | undefined, body: Buffer): void {
    if (this.secret === undefined) return;
    const { timestamp, signatures } = parseHeader(header);
    if (Math.abs(this.nowMs() / 1000 - Number(timestamp)) > TOLERANCE_S) {
      refuse(`The signature of the callback is not from the last ${TOLERANCE_S} seconds`);
    }
    const expected = createHmac('sha256', this.secret).update(`${timestamp}.`).update(body).digest();
    if (!signatures.some((signature) => timingSafeEqual(signature, expected))) refuse();
  }
}

function parseHeader(header: string | undefined): { timestamp: string; signatures: Buffer[] } {
  if (header === undefined) refuse('The callback is not signed');
  const timestamps: string[] = [];
  const signatures: Buffer[] = [];
  for (const part of header.split(',')) {
    const [name, value] = splitOnce(part.trim());
    if (name === 't') timestamps.push(value);
    if (name === 'v1') {
      if (!SHA256_HEX.test(value)) refuse();
      signatures.push(Buffer.from(value, 'hex'));
    }
  }
  const [timestamp, ...others] = timestamps;
  if (timestamp === undefined || others.length > 0 || !UNIX_SECONDS.test(timestamp)) refuse();
  return { timestamp, signatures };
}

function splitOnce(part: string): [name: string, value: string] {
  const at = part.indexOf('=');
  if (at < 1) refuse();
  return [part.slice(0, at), part.slice(at + 1)];
}

function refuse(message?: string): never {
  callbacksUnsigned.add();
  throw new ShopError('SHOP_PAY_SIGNATURE_INVALID', message);
}
