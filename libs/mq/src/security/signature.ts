import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedBy {
  accessKey: string;
  /** What the client says that the signature is; hex. */
  signature: string;
}

/**
 * Reads the `authorization` of a call:
 *
 *   MQv2-HMAC-SHA1 Credential=<access key>[/region/service], SignedHeaders=x-mq-date-time, Signature=<hex>
 *
 * Undefined when it names no access key.
 */
export function parseAuthorization(authorization: string): SignedBy | undefined {
  const space = authorization.indexOf(' ');
  const fields = new Map<string, string>();
  for (const field of authorization.slice(space + 1).split(',')) {
    const equals = field.indexOf('=');
    if (equals > 0) fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  const accessKey = fields.get('Credential')?.split('/')[0];
  return accessKey ? { accessKey, signature: fields.get('Signature') ?? '' } : undefined;
}

/** HMAC-SHA1 of the call's x-mq-date-time. Its age is not checked: Java clients send local time that says it is UTC. */
export function isSignedWith(secretKey: string, dateTime: string, signature: string): boolean {
  const expected = createHmac('sha1', secretKey).update(dateTime).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
