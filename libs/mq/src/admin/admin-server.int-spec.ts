import { request as httpRequest } from 'node:http';
import { AdminUnderTest } from '../../test/admin-under-test.js';
import { startBroker } from '../index.js';

const admin = new AdminUnderTest();

describe('the admin HTTP', () => {
  it('answers what it does not know with 404, a wrong method with 405, a broken path with 400', async () => {
    expect((await admin.ask('GET', '/nothing')).status).toBe(404);
    expect((await admin.ask('POST', '/topics', {})).status).toBe(405);
    expect((await admin.ask('GET', '/topics/%ff')).status).toBe(400);
  });

  it('takes JSON only, and no more than it can hold', async () => {
    const url = `${admin.url}/topics/t`;
    const put = (body: string, type: string) => fetch(url, { method: 'PUT', body, headers: { 'content-type': type } });
    expect((await put('{}', 'text/plain')).status).toBe(415);
    expect((await put('{', 'application/json')).status).toBe(400);
    expect((await put('[]', 'application/json')).status).toBe(400);
    expect((await put(JSON.stringify({ type: 'x'.repeat(9 << 20) }), 'application/json')).status).toBe(413);
  });

  it('refuses with a problem that says what is wrong', async () => {
    const response = await fetch(`${admin.url}/topics/t`, {
      method: 'PUT',
      body: JSON.stringify({ queues: 0 }),
      headers: { 'content-type': 'application/json' },
    });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      title: 'Bad Request',
      status: 400,
      detail: 'queues must be a whole number from 1 on',
      field: 'queues',
    });
  });

  it('refuses every change that a page of another site makes a browser ask for', async () => {
    const headers = { origin: 'http://localhost:3000', 'content-type': 'application/json' };
    const body = JSON.stringify({ topic: 'orders', to: 'latest' });
    const reset = await fetch(`${admin.url}/groups/g/reset-offset`, { method: 'POST', headers, body });
    expect(reset.status).toBe(403);
    expect((await fetch(`${admin.url}/topics/orders`, { method: 'DELETE', headers })).status).toBe(403);
    // What a browser asks first; no answer allows it.
    const preflight = await fetch(`${admin.url}/topics/orders`, { method: 'OPTIONS', headers });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    expect((await admin.ask('GET', '/topics/orders')).status).toBe(200);
  });

  it('serves the console, which may run no script but its own', async () => {
    const start = await fetch(admin.url);
    expect([start.status, start.url, start.headers.get('content-type')]).toEqual([
      200,
      `${admin.url}/console/`,
      'text/html; charset=utf-8',
    ]);
    expect(start.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    const html = await start.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|style=/);
    for (const [, file] of html.matchAll(/(?:src|href)="([^"#:]+)"/g))
      expect([file, (await fetch(new URL(file as string, start.url))).status]).toEqual([file, 200]);
  });

  it.each([
    '/console/none.js',
    '/console/..%2f..%2fpackage.json',
    '/console/%2e%2e/package.json',
    '/console/pages/..%2findex.html',
    '/console/..%5cpackage.json',
    '/console/index.html%00.js',
  ])('serves no other file: %s', async (path) => {
    expect((await fetch(admin.url + path)).status).toBe(404);
  });

  it('without a token answers nobody who calls it by another name', async () => {
    const status = await new Promise((resolve, reject) => {
      const options = { port: admin.broker.adminPort, path: '/topics', headers: { host: 'evil.example' } };
      httpRequest({ host: '127.0.0.1', ...options }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('is not opened to other machines without a token', async () => {
    await expect(startBroker({ adminHost: '0.0.0.0' })).rejects.toThrow('without a token');
  });

  it('on a host that others reach answers this machine, without a token', async () => {
    const exposed = await startBroker({ host: '0.0.0.0', log: () => undefined });
    try {
      expect((await fetch(`http://127.0.0.1:${exposed.adminPort}/topics`)).status).toBe(200);
    } finally {
      await exposed.close();
    }
  });

  it('with a token answers only those who have it, and everybody how it is', async () => {
    const guarded = await startBroker({ adminHost: '0.0.0.0', adminToken: 'secret' });
    try {
      const status = async (path: string, token?: string) =>
        (
          await fetch(`http://127.0.0.1:${guarded.adminPort}${path}`, {
            headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
          })
        ).status;
      expect(await status('/topics')).toBe(401);
      expect(await status('/topics', 'wrong')).toBe(401);
      expect(await status('/metrics')).toBe(401);
      expect(await status('/topics', 'secret')).toBe(200);
      expect(await status('/health/ready')).toBe(200);
      expect(await status('/console/')).toBe(200);
    } finally {
      await guarded.close();
    }
  });
});
