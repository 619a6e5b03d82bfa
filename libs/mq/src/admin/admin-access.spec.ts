import type { IncomingMessage } from 'node:http';
import { AdminAccess } from './admin-access.js';

const from = (remoteAddress: string, host: string, authorization?: string, localAddress = '10.0.0.1') =>
  ({ socket: { remoteAddress, localAddress }, headers: { host, authorization } }) as unknown as IncomingMessage;
const browser = (headers: Record<string, string>) =>
  ({
    socket: { remoteAddress: '127.0.0.1', localAddress: '127.0.0.1' },
    headers: { host: 'localhost:8082', ...headers },
  }) as unknown as IncomingMessage;
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

  it.each([
    ['a script of the console', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
    ['a post of the console', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8082' }],
    ['an address that was typed', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
    ['a link of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('without a token lets a browser in: %s', (_what, headers) => {
    expect(() => new AdminAccess('127.0.0.1', undefined).check(browser(headers as never))).not.toThrow();
  });

  it.each([
    ['a script', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a script of the same machine', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
    ['a form', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', origin: 'https://evil.example' }],
    ['a form, in an old browser', { origin: 'https://evil.example' }],
    ['a script of another port', { origin: 'http://localhost:3000' }],
    ['a sandboxed frame', { origin: 'null' }],
  ])('without a token refuses what another site makes a browser ask: %s', (_what, headers) => {
    expect(() => new AdminAccess('127.0.0.1', undefined).check(browser(headers as never))).toThrow(refused(403));
  });

  it('gives the pages to everybody when there is a token, which they ask for', () => {
    expect(() => new AdminAccess('0.0.0.0', 'secret').checkPage(from('10.0.0.2', 'mq.example'))).not.toThrow();
    expect(() => new AdminAccess('0.0.0.0', undefined).checkPage(from('10.0.0.2', 'mq.example'))).toThrow(refused(403));
  });

  it('needs the token everywhere when there is one', () => {
    const access = new AdminAccess('0.0.0.0', 'secret');
    expect(() => access.check(from('10.0.0.2', 'mq.example', 'Bearer secret'))).not.toThrow();
    for (const authorization of [undefined, 'secret', 'Bearer', 'Bearer secret2', 'Basic secret'])
      expect(() => access.check(from('127.0.0.1', 'localhost', authorization))).toThrow(refused(401));
  });
});
