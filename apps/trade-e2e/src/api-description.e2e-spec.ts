import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { transform } from '@swc/core';
import { eventually, freePort, readReadme } from '@trade/testing';
import { DocumentedAnswers, type OpenApiDocument } from './documented-answers.js';
import { HttpFileClient, readHttpFile } from './http-file.js';
import { TradeSystem } from './trade-system.js';

const DOCS = resolve(import.meta.dirname, '../../../docs');
const services = ['order', 'pay'] as const;
type Service = (typeof services)[number];

const document = (service: Service) =>
  JSON.parse(readFileSync(resolve(DOCS, `openapi/${service}-service.json`), 'utf8')) as OpenApiDocument;
const answers = {
  order: new DocumentedAnswers(document('order')),
  pay: new DocumentedAnswers(document('pay')),
};

it.each(services)('every answer that %s-service shows is as it describes answers', (service) => {
  const shown = answers[service].shown();
  expect(shown.length).toBeGreaterThan(50);
  const wrong = shown.map(({ of, method, path, ...answer }) => [of, answers[service].problems(method, path, answer)]);
  expect(wrong.filter(([, problems]) => problems!.length > 0)).toEqual([]);
});

describe('a system as npm start starts it', () => {
  let system: TradeSystem;
  let client: HttpFileClient;

  beforeAll(async () => {
    // callbacks are taken unsigned, as on a new clone
    system = await TradeSystem.start({ env: { PAY_CALLBACK_SECRET: '' } });
    const { orderUrl, payUrl } = system.stack;
    client = new HttpFileClient({ orderUrl, payUrl });
  });
  afterAll(() => system?.stop());

  const urlOf = (service: Service) => (service === 'order' ? system.stack.orderUrl : system.stack.payUrl);

  it.each(services)('%s-service describes itself as docs/openapi does', async (service) => {
    const answer = await fetch(`${urlOf(service)}/docs/openapi.json`);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toEqual(document(service));
  });

  describe('answers the requests of docs/http/trade.http, in their order', () => {
    it.each(readHttpFile(resolve(DOCS, 'http/trade.http')))(
      '$title: $status $code',
      async ({ status, code, ...request }) => {
        const answer = await client.send({ status, code, ...request });
        expect(answer.status).toBe(status);
        if (!request.url.includes('/health/')) expect(answer.body).toMatchObject({ code });
        const service = request.url.startsWith('{{pay') ? 'pay' : 'order';
        const [path = ''] = request.url
          .replace(/^\{\{\w+\}\}/, '')
          .replaceAll(/\{\{[^}]+\}\}/g, '1')
          .split('?');
        expect(answers[service].problems(request.method, path, answer)).toEqual([]);
      },
    );

    it('and its books balance afterwards', () => system.settled());
  });

  it('does what the README of @trade/client shows', async () => {
    const [example = ''] = readReadme(resolve(DOCS, '../libs/trade-client/README.md')).ts;
    const { orderUrl, payUrl } = system.stack;
    const urls = `tradeClient({ orderUrl: '${orderUrl}', payUrl: '${payUrl}', `;
    const { code } = await transform(example.replace('tradeClient({ ', urls), {
      jsc: { parser: { syntax: 'typescript' } },
    });
    const file = resolve(import.meta.dirname, '../dist/readme-of-client.mjs');
    writeFileSync(file, code);
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    expect(stdout).toMatch(/^order \d{18}: pay 1000\.00 with \d{18}\n$/);
  });

  it('does not describe itself where API_DOCS is off', async () => {
    const [httpPort, grpcPort] = [await freePort(), await freePort()];
    system.startInstance('pay-service', {
      API_DOCS: 'off',
      DATABASE_URL: system.databaseUrl('trade_pay'),
      PAY_HTTP_PORT: String(httpPort),
      PAY_GRPC_PORT: String(grpcPort),
    });
    const url = `http://127.0.0.1:${httpPort}`;
    await eventually(async () => (await fetch(`${url}/health/ready`)).ok, { timeoutMs: 30_000 });
    for (const path of ['/docs', '/docs/', '/docs/openapi.json', '/docs/swagger-ui-init.js']) {
      expect([path, (await fetch(url + path)).status]).toEqual([path, 404]);
    }
  });
});
