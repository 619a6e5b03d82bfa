import 'reflect-metadata';
import { connect } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { eventually } from '@trade/testing';
import { loadConfig } from '../config.js';
import { httpAdapter, useHttpConventions } from '../http/http-server.js';
import { ShopError } from '../shop-error.js';
import { RestDoor, restSettings } from './rest-door.js';

/** Requests that wait until the test lets them go. */
const working: (() => void)[] = [];
const work = () => new Promise<void>((resolve) => working.push(resolve));
const finishAll = () => working.splice(0).forEach((finish) => finish());

@Controller()
class WorkController {
  @Get('work')
  async work(): Promise<object> {
    await work();
    return {};
  }

  @Get('failing')
  failing(): never {
    throw new ShopError('SHOP_GOODS_NUM_NOT_ENOUGH');
  }

  @Get('health/ready')
  ready(): object {
    return {};
  }
}

@Module({ controllers: [WorkController] })
class WorkModule {}

let app: NestFastifyApplication;
let url: string;

async function start(maxInFlight: number): Promise<void> {
  const config = loadConfig(restSettings, { MAX_REQUESTS_IN_FLIGHT: String(maxInFlight) });
  const door = new RestDoor({ ...config, NODE_ENV: 'development' });
  const options = { bodyParser: false, logger: false } as const;
  app = await NestFactory.create<NestFastifyApplication>(WorkModule, httpAdapter(door), options);
  useHttpConventions(app);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
}

afterEach(finishAll);

const get = (path: string) => fetch(`${url}/${path}`);
const untilWorking = (count: number) => eventually(() => Promise.resolve(expect(working).toHaveLength(count)));

describe('a service that works on as many requests as it can take', () => {
  beforeAll(() => start(2));
  afterAll(() => app.close());

  it('refuses further ones at once, and says to come back', async () => {
    const taken = [get('work'), get('work')];
    await untilWorking(2);

    const refused = await get('work');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ success: false, code: 'SHOP_OVERLOADED' });

    finishAll();
    for (const response of await Promise.all(taken)) expect(response.status).toBe(200);
  });

  it('takes new ones when it has finished others, failed ones too', async () => {
    for (let i = 0; i < 5; i++) expect((await get('failing')).status).toBe(409);
    const taken = [get('work'), get('work')];
    await untilWorking(2);
    finishAll();
    for (const response of await Promise.all(taken)) expect(response.status).toBe(200);
  });

  it('still says how it is', async () => {
    const taken = [get('work'), get('work')];
    await untilWorking(2);
    expect((await get('health/ready')).status).toBe(200);
    finishAll();
    await Promise.all(taken);
  });

  it('works on what a caller left behind, which counts until it is done', async () => {
    const port = Number(new URL(url).port);
    const leaving = Array.from({ length: 2 }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET /work HTTP/1.1\r\nHost: shop\r\n\r\n');
      return socket;
    });
    await untilWorking(2);
    leaving.forEach((socket) => socket.destroy());

    expect((await get('work')).status).toBe(503);
    finishAll();
    await eventually(async () => expect((await get('failing')).status).toBe(409));
  });
});

describe('a service whose answers come late', () => {
  const MOST = 20;
  const FEWEST = 8;
  const LATE_MS = 800;

  beforeAll(() => start(MOST));
  afterAll(() => app.close());

  const answersTo = async (requests: Promise<Response>[]) => (await Promise.all(requests)).map(({ status }) => status);
  const sendAll = () => Array.from({ length: MOST }, () => get('work'));

  it('takes fewer at a time, and all of them again once its answers are timely', async () => {
    const late = sendAll();
    await untilWorking(MOST);
    const takenAtMs = performance.now();
    await eventually(() => performance.now() - takenAtMs > LATE_MS);
    finishAll();
    expect(new Set(await answersTo(late))).toEqual(new Set([200]));

    const refused: Response[] = [];
    const some = sendAll();
    for (const answer of some) void answer.then((response) => response.status === 503 && refused.push(response));
    await eventually(() => Promise.resolve(expect(refused).toHaveLength(MOST - FEWEST)));
    expect(working).toHaveLength(FEWEST);
    finishAll();
    await answersTo(some);

    for (let timely = 0; timely < (MOST - FEWEST) * 10; timely++) await get('failing');
    const all = sendAll();
    await untilWorking(MOST);
    finishAll();
    expect(new Set(await answersTo(all))).toEqual(new Set([200]));
  });
});
