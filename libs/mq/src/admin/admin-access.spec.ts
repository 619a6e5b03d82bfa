import type { IncomingMessage } from 'node:http';
import { AdminAccess } from './admin-access.js';

const from = (remoteAddress: string, host: string, authorization?: string, localAddress = '10.0.0.1') =>
  ({ socket: { remoteAddress, localAddress }, headers: { host, authorization } }) as unknown as IncomingMessage;
const refused = (status: number) => expect.objectContaining({ status }) as Error;

describe('access to the admin HTTP', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:8082'],
    ['127.0.0.1', 'localhost:8082'],
    ['127.0.0.1', 'localhost'],
    ['::1', '[::1]:8082'],
    ['::ffff:127.0.0.1', '127.0.0.1:8082'],
    ['10.0.0.1', '10.0.0.1:8082'],
  ])('needs no token on this machine: from %s to %s', (remote, host) => {
    expect(() => new AdminAccess('10.0.0.1', undefined).check(from(remote, host))).not.toThrow();
  });

  it.each([
    ['10.0.0.2', '10.0.0.1:8082'],
    ['10.0.0.2', '127.0.0.1:8082'],
    ['127.0.0.1', 'evil.example:8082'],
    ['127.0.0.1', '127.0.0.1.evil.example'],
    ['127.0.0.1', ''],
  ])('is refused to others without a token: from %s to %s', (remote, host) => {
    expect(() => new AdminAccess('10.0.0.1', undefined).check(from(remote, host))).toThrow(refused(403));
  });

  it('needs the token everywhere when there is one', () => {
    const access = new AdminAccess('0.0.0.0', 'secret');
    expect(() => access.check(from('10.0.0.2', 'mq.example', 'Bearer secret'))).not.toThrow();
    for (const authorization of [undefined, 'secret', 'Bearer', 'Bearer secret2', 'Basic secret'])
      expect(() => access.check(from('127.0.0.1', 'localhost', authorization))).toThrow(refused(401));
  });
});
