import 'reflect-metadata';
import { request } from 'node:http';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RestDoor, restSettings } from '../auth/rest-door.js';
import { loadConfig } from '../config.js';
import { httpAdapter, useHttpConventions } from '../http/http-server.js';

const TOKEN = 'the-token-of-prometheus';
const SECRET = 'a key of thirty-two characters...';

@Controller()
class DoorController {
  @Get('thing')
  thing(): object {
    return {};
  }
}

@Module({ controllers: [DoorController] })
class DoorModule {}

/** A REST door of production: every other request needs a customer's token. */
async function start(metricsToken?: string): Promise<{ url: string; close: () => Promise<void> }> {
  const config = { ...loadConfig(restSettings, { JWT_SECRET: SECRET }), NODE_ENV: 'production' };
  const adapter = httpAdapter(new RestDoor({ ...config, MAX_REQUESTS_IN_FLIGHT: 1 }), metricsToken);
  const app = await NestFactory.create<NestFastifyApplication>(DoorModule, adapter, {
    bodyParser: false,
    logger: false,
  });
  useHttpConventions(app);
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl(), close: () => app.close() };
}

/** With headers that fetch() sets itself. */
function statusOf(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => resolve(response.resume().statusCode))
      .once('error', reject)
      .end();
  });
}

describe('/metrics without a token', () => {
  let door: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => (door = await start()));
  afterAll(() => door.close());

  it('answers this machine, though everything else needs a token of a customer', async () => {
    expect(await statusOf(`${door.url}/thing`)).toBe(401);
    const answer = await fetch(`${door.url}/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    expect(text).toContain('trade_requests_refused_total{code="SHOP_TOKEN_MISSING"} 1');
    expect(text).toMatch(
      /http_server_request_duration_seconds_count\{http_request_method="GET",http_route="\/thing",http_response_status_code="401"\} 1/,
    );
    expect(text).not.toContain('http_route="/metrics"');
  });

  it.each([
    ['what a proxy passes on', { 'x-forwarded-for': '203.0.113.9' }],
    ['what a proxy passes on, in its own words', { via: '1.1 proxy' }],
    ['a page whose own name points here', { host: 'evil.example:8080' }],
  ])('refuses %s', async (_what, headers: Record<string, string>) => {
    expect(await statusOf(`${door.url}/metrics`, headers)).toBe(403);
  });

  it('makes one figure of all addresses that do not exist', async () => {
    await fetch(`${door.url}/nowhere/1`);
    await fetch(`${door.url}/nowhere/2`);
    const text = await (await fetch(`${door.url}/metrics`)).text();
    expect(text).not.toContain('nowhere');
    expect(text).toMatch(/_count\{http_request_method="GET",http_route="none",http_response_status_code="404"\} 2/);
  });
});

describe('/metrics with a token', () => {
  let door: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => (door = await start(TOKEN)));
  afterAll(() => door.close());

  it.each([
    ['no token', undefined, 401],
    ['another token', 'Bearer guessed', 401],
  ])('refuses %s, from this machine too', async (_what, authorization, status) => {
    expect(await statusOf(`${door.url}/metrics`, authorization ? { authorization } : {})).toBe(status);
  });

  it('answers whoever has it, through proxies too', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '203.0.113.9', host: 'orders.example' };
    expect(await statusOf(`${door.url}/metrics?format=text`, headers)).toBe(200);
  });
});
