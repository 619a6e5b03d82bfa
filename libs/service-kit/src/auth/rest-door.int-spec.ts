import 'reflect-metadata';
import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '../config.js';
import { TextField } from '../http/fields.js';
import { httpAdapter, useHttpConventions } from '../http/http-server.js';
import type { Problem } from '../http/problem.js';
import { ShopError } from '../shop-error.js';
import { AccessTokens } from './access-tokens.js';
import { Caller, Identity } from './identity.js';
import { networkOf, Open, RestDoor, restSettings } from './rest-door.js';

const SECRET = 'a secret of at least thirty-two characters';
const USER_ID = '345963634385633280';
const tokens = new AccessTokens(SECRET, 'trade');
const tokenOf = (userId: string) => tokens.issue(new Identity('user', userId), 60);

class Note {
  @TextField({ maxLength: 10 }) text!: string;
}

@Controller()
class NoteController {
  @Get('me')
  me(@Caller() caller: Identity): object {
    return { ...caller };
  }

  @Post('notes')
  @HttpCode(200)
  write(@Body() note: Note): object {
    return note;
  }

  @Get('open')
  @Open()
  open(): object {
    return {};
  }

  @Get('report')
  @Open({ limit: 'failures' })
  report(@Caller() { role }: Identity): object {
    if (role === 'anonymous') throw new ShopError('SHOP_PAY_SIGNATURE_INVALID');
    return {};
  }
}

@Module({ controllers: [NoteController] })
class NoteModule {}

describe('the REST door', () => {
  let app: NestFastifyApplication;
  let url: string;

  async function start(settings: Record<string, string> = {}): Promise<void> {
    const config = loadConfig(restSettings, { JWT_SECRET: SECRET, ...settings });
    const door = new RestDoor({ ...config, NODE_ENV: settings['NODE_ENV'] ?? 'development' });
    const options = { bodyParser: false, logger: false } as const;
    app = await NestFactory.create<NestFastifyApplication>(NoteModule, httpAdapter(door), options);
    useHttpConventions(app);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  }

  afterEach(() => app.close());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const statuses = async (count: number, ask: () => Promise<Response>) => {
    const seen: number[] = [];
    for (let i = 0; i < count; i++) seen.push((await ask()).status);
    return seen;
  };

  describe('in production', () => {
    beforeEach(() => start({ NODE_ENV: 'production' }));

    it('tells a caller without a token how to come again, before anything else is looked at', async () => {
      for (const response of [
        await get('/me'),
        await fetch(`${url}/notes`, { method: 'POST', body: 'garbage', headers: { 'content-type': 'text/plain' } }),
      ]) {
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toBe('Bearer');
        expect(response.headers.get('content-type')).toContain('application/problem+json');
        expect(await response.json()).toMatchObject({ success: false, code: 'SHOP_TOKEN_MISSING' });
      }
    });

    it('lets everyone see what is open, and that there is nothing elsewhere', async () => {
      expect((await get('/open')).status).toBe(200);
      expect((await get('/nothing')).status).toBe(404);
    });

    it('tells the controller who calls', async () => {
      const user = await get('/me', bearer(tokenOf(USER_ID)));
      expect(await user.json()).toMatchObject({ data: { role: 'user', userId: USER_ID } });
      const operator = await get('/me', bearer(tokens.issue(new Identity('operator', 'alice'), 60)));
      expect(await operator.json()).toMatchObject({ data: { role: 'operator', userId: 'alice' } });
    });
  });

  describe('in development', () => {
    beforeEach(() => start());

    it('takes a caller without a token', async () => {
      expect(await (await get('/me')).json()).toMatchObject({ data: { role: 'anonymous' } });
    });

    it.each([['Bearer'], ['Bearer a.b.c'], ['Basic dXNlcjpwYXNz'], [tokenOf(USER_ID)], ['']])(
      'checks a token that is there: %.12s',
      async (authorization) => {
        const response = await get('/open', { authorization });
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
        expect(((await response.json()) as Problem).code).toBe('SHOP_TOKEN_INVALID');
      },
    );
  });

  describe('with limits', () => {
    // two requests of a user and four of an address, and then none for more than a second: time enough for the tests
    const limits = { RATE_LIMIT_PER_USER: '0.4', RATE_LIMIT_PER_IP: '0.8' };

    it('a user who asks too often is told when to come again; another user is not', async () => {
      await start({ ...limits, RATE_LIMIT_PER_IP: '1000' });
      const [one, other] = [bearer(tokenOf(USER_ID)), bearer(tokenOf('1'))];
      expect(await statuses(3, () => get('/me', one))).toEqual([200, 200, 429]);
      const refused = await get('/me', one);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(3);
      expect(await refused.json()).toMatchObject({ success: false, code: 'SHOP_TOO_MANY_REQUESTS', status: 429 });
      expect((await get('/me', other)).status).toBe(200);
    });

    it('so is an address, whatever it asks for and whoever it says it is', async () => {
      await start(limits);
      const guess = () => get('/me', { ...bearer('a.b.c'), 'x-forwarded-for': `203.0.113.${Math.random() * 255}` });
      expect(await statuses(5, guess)).toEqual([401, 401, 401, 401, 429]);
      expect((await get('/nothing')).status).toBe(429);
    });

    it('where only failures count, the good ones are never limited', async () => {
      await start(limits);
      const good = () => get('/report', bearer(tokenOf(`1${Math.floor(Math.random() * 1e9)}`)));
      expect(new Set(await statuses(30, good))).toEqual(new Set([200]));
      const bad = await statuses(30, () => get('/report'));
      expect(new Set(bad)).toEqual(new Set([401, 429]));
    });

    it('a proxy that is trusted says which address it is', async () => {
      await start({ ...limits, TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' });
      const from = (client: string) => () => get('/open', { 'x-forwarded-for': `${client}, 10.1.2.3` });
      expect((await statuses(5, from('203.0.113.1'))).at(-1)).toBe(429);
      expect((await from('203.0.113.2')()).status).toBe(200);
    });

    it('what is trusted must be addresses', () => {
      for (const wrong of ['everyone', '10.0.0.0/8,', '10.0.0/8']) {
        expect(() => loadConfig(restSettings, { TRUSTED_PROXIES: wrong })).toThrow('TRUSTED_PROXIES');
      }
    });

    it('that are switched off, there are none', async () => {
      await start({ ...limits, RATE_LIMIT: 'off' });
      expect(new Set(await statuses(40, () => get('/open')))).toEqual(new Set([200]));
    });
  });
});

it.each([
  ['203.0.113.1', '203.0.113.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::7', '2001:db8:1:2'],
  ['2001:db8::7', '2001:db8:0:0'],
  ['::ffff:203.0.113.1', '::ffff:203.0.113.1'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
