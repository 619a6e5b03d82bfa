import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import * as der from './der.js';

const ECDSA_WITH_SHA256 = der.sequence(der.objectId('1.2.840.10045.4.3.2'));
const COMMON_NAME = der.objectId('2.5.4.3');
const BASIC_CONSTRAINTS = der.objectId('2.5.29.19');
const SUBJECT_ALTERNATIVE_NAME = der.objectId('2.5.29.17');
const X509_V3 = der.explicit(0, der.integer(Buffer.from([2])));
const VALID_MS = 10 * 365 * 24 * 3600_000;
/** Clients whose clock is behind take the certificate all the same. */
const VALID_BEFORE_MS = 24 * 3600_000;

/** A new P-256 key and a certificate for it, both PEM. `hosts`: DNS names and IPv4 addresses that it is good for. */
export function selfSignedCertificate(hosts: readonly string[], now = new Date()): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der.sequence(der.set(der.sequence(COMMON_NAME, der.utf8String(hosts[0] ?? 'localhost'))));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const toBeSigned = der.sequence(
    X509_V3,
    der.integer(serial),
    ECDSA_WITH_SHA256,
    name,
    der.sequence(der.time(new Date(now.getTime() - VALID_BEFORE_MS)), der.time(new Date(now.getTime() + VALID_MS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(
      3,
      der.sequence(
        der.sequence(BASIC_CONSTRAINTS, der.TRUE, der.octetString(der.sequence(der.TRUE))),
        der.sequence(SUBJECT_ALTERNATIVE_NAME, der.octetString(der.sequence(...hosts.map(alternativeName)))),
      ),
    ),
  );
  const certificate = der.sequence(
    toBeSigned,
    ECDSA_WITH_SHA256,
    der.bitString(sign('sha256', toBeSigned, privateKey)),
  );
  const base64 = certificate.toString('base64').replace(/.{1,64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** [2] = DNS name, [7] = IP address as bytes. */
function alternativeName(host: string): Buffer {
  return isIPv4(host) ? der.implicit(7, Buffer.from(host.split('.').map(Number))) : der.implicit(2, Buffer.from(host));
}
