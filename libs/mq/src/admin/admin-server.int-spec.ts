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
    } finally {
      await guarded.close();
    }
  });
});
