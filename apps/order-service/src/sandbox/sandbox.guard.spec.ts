import type { ExecutionContext } from '@nestjs/common';
import { SandboxGuard } from './sandbox.guard.js';

const comesIn = (headers: Record<string, string>) => () =>
  new SandboxGuard().canActivate({
    switchToHttp: () => ({ getRequest: () => ({ headers }) }),
  } as unknown as ExecutionContext);

it.each([
  ['a page of this service', { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }],
  ['the same by name', { host: 'localhost:8080', origin: 'http://localhost:8080' }],
  ['a program on this machine, which has no origin', { host: '[::1]:8080' }],
])('%s may break things', (_who, headers) => {
  expect(comesIn(headers)()).toBe(true);
});

it.each([
  ['a page of another site', { host: '127.0.0.1:8080', origin: 'https://elsewhere.example' }],
  ['a page of another port', { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:3000' }],
  ['a file, whose origin is opaque', { host: '127.0.0.1:8080', origin: 'null' }],
  [
    'a site whose name leads to this machine',
    { host: 'elsewhere.example:8080', origin: 'http://elsewhere.example:8080' },
  ],
  ['another machine', { host: '192.0.2.7:8080' }],
  ['a request without a host', {}],
])('%s may not', (_who, headers) => {
  expect(comesIn(headers as Record<string, string>)).toThrow(expect.objectContaining({ code: 'SHOP_ACCESS_DENIED' }));
});
