import { X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { selfSignedCertificate } from './self-signed-certificate.js';

export interface TlsCertificate {
  /** PEM, with the certificates of the issuers behind it. */
  cert: string;
  key: string;
}

/** A certificate that TLS cannot start with. */
export class TlsCertificateError extends Error {}

/** Throws TlsCertificateError when a file cannot be read, is no PEM, or the two do not belong together. */
export function readCertificate(certFile: string, keyFile: string): TlsCertificate {
  try {
    const certificate = { cert: fs.readFileSync(certFile, 'utf8'), key: fs.readFileSync(keyFile, 'utf8') };
    createSecureContext(certificate);
    return certificate;
  } catch (error) {
    throw new TlsCertificateError(`TLS cannot start with ${certFile} and ${keyFile}: ${String(error)}`);
  }
}

/** The self-signed certificate of this data directory, made at the first start and when the old one is no longer valid. */
export function ownCertificate(dataDir: string): TlsCertificate {
  const dir = join(dataDir, 'tls');
  const [certFile, keyFile] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  if (fs.existsSync(certFile) && fs.existsSync(keyFile)) {
    const kept = readCertificate(certFile, keyFile);
    if (Date.parse(new X509Certificate(kept.cert).validTo) > Date.now()) return kept;
  }
  const made = selfSignedCertificate([...new Set(['localhost', hostname(), '127.0.0.1'])]);
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  // The certificate last: with one of the two missing, both are made again.
  fs.rmSync(certFile, { force: true });
  fs.writeFileSync(keyFile, made.key, { mode: 0o600 });
  fs.writeFileSync(certFile, made.cert);
  return made;
}
