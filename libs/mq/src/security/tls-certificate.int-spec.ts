import { X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { temporaryDir } from '../../test/temporary-dir.js';
import { selfSignedCertificate } from './self-signed-certificate.js';
import { ownCertificate, readCertificate, TlsCertificateError } from './tls-certificate.js';

const dir = temporaryDir();
const file = (...path: string[]) => join(dir(), ...path);

describe('the certificate of a data directory', () => {
  it('is made once, is good for this machine, and only its owner may read the key', () => {
    const made = ownCertificate(dir());
    expect(ownCertificate(dir())).toEqual(made);
    expect(fs.statSync(file('tls', 'key.pem')).mode & 0o777).toBe(0o600);
    const certificate = new X509Certificate(made.cert);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.ca).toBe(true);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(Date.parse(certificate.validTo) - Date.now()).toBeGreaterThan(9 * 365 * 24 * 3600_000);
  });

  it('is made anew when one of its files is lost, or its time is over', () => {
    const made = ownCertificate(dir());
    fs.rmSync(file('tls', 'cert.pem'));
    const second = ownCertificate(dir());
    expect(second.cert).not.toBe(made.cert);
    const old = selfSignedCertificate(['localhost'], new Date('2010-01-01'));
    fs.writeFileSync(file('tls', 'cert.pem'), old.cert);
    fs.writeFileSync(file('tls', 'key.pem'), old.key);
    expect(ownCertificate(dir()).cert).not.toBe(old.cert);
  });
});

describe("one's own certificate", () => {
  it('is refused with its name when it is missing or does not fit its key', () => {
    ownCertificate(file('one'));
    ownCertificate(file('two'));
    const cert = file('one', 'tls', 'cert.pem');
    expect(readCertificate(cert, file('one', 'tls', 'key.pem')).cert).toContain('BEGIN CERTIFICATE');
    expect(() => readCertificate(cert, file('two', 'tls', 'key.pem'))).toThrow(TlsCertificateError);
    expect(() => readCertificate(file('none.pem'), file('one', 'tls', 'key.pem'))).toThrow('none.pem');
  });
});

describe('a certificate that is made', () => {
  it('has dates of both forms that X.509 knows', () => {
    const { cert } = selfSignedCertificate(['localhost'], new Date('2045-06-07T08:09:10Z'));
    const { validFrom, validTo } = new X509Certificate(cert);
    expect(new Date(validFrom).toISOString()).toBe('2045-06-06T08:09:10.000Z');
    expect(new Date(validTo).getUTCFullYear()).toBe(2055);
  });
});
