import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dataOf, RefusedError } from './refused-error.js';
import { tradeClient } from './trade-client.js';

const servers: ReturnType<typeof createServer>[] = [];

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed)))));

const readPayment = async (payUrl: string, token?: string) =>
  dataOf(
    tradeClient({ payUrl, token: () => token }).payments.GET('/pay/{payId}', { params: { path: { payId: '7' } } }),
  );

describe('the client', () => {
  it('answers the data of a success, and shows the token that it is given', async () => {
    const url = await serve(({ url: path, headers }, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ success: true, data: { payId: path, payAmount: headers.authorization ?? 'none' } }),
      );
    });
    expect(await readPayment(url, 'abc')).toEqual({ payId: '/pay/7', payAmount: 'Bearer abc' });
    expect(await readPayment(url)).toMatchObject({ payAmount: 'none' });
  });

  it('throws a refusal with its code and when to come again', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '2' });
      response.end(JSON.stringify({ status: 503, code: 'SHOP_OVERLOADED', message: 'later' }));
    });
    const refusal = await readPayment(url).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RefusedError);
    expect(refusal).toMatchObject({
      status: 503,
      code: 'SHOP_OVERLOADED',
      retryAfterS: 2,
      message: '503 SHOP_OVERLOADED: later',
    });
  });

  it('throws what a proxy answers in the place of the system, too', async () => {
    const url = await serve((_request, response) => response.writeHead(502).end('<html>Bad Gateway</html>'));
    await expect(readPayment(url)).rejects.toMatchObject({ status: 502, code: undefined, retryAfterS: undefined });
  });
});
