import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfirmOrderRequest } from '@trade/client';
import { faultService, grpcServices } from '@trade/contracts';
import { eventually, sample } from '@trade/testing';
import { aCustomer, anOrderOf, paymentArrived, type Customer } from './customer.js';
import { callGrpc, grpcHealth, reflectedServices } from './grpc-caller.js';
import { signature, type Answer, type OrderView } from './shop-client.js';
import { CALLBACK_SECRET, TradeSystem } from './trade-system.js';

const JWT_SECRET = 'the key of this test, thirty-two characters or more';
const DATABASE_PASSWORDS = ['ORDER', 'PAY', 'GOODS', 'COUPON', 'USER'].map(
  (name) => [`TRADE_${name}_DB_PASSWORD`, `${name.toLowerCase()}-password-of-this-test`] as const,
);
const PRODUCTION = { NODE_ENV: 'production', RATE_LIMIT: 'on', JWT_SECRET, ...Object.fromEntries(DATABASE_PASSWORDS) };
/** Of the password 123456. */
const HASH = 'scrypt$16384$8$1$c2FtcGxlLXVzZXItMS4uLg==$uupU27EInoxeqhBblSpvT8EMtYwDuqmH+VBccBBU9Uk=';
/** What needs no token, by method and path of the API description. */
const OPEN = ['get /goods', 'get /goods/{goodsId}', 'post /login', 'get /health/live', 'get /health/ready'];

/** What only development has, with bodies that it would take. */
const SANDBOX: [path: string, body: object][] = [
  ['/sandbox/payments', { orderId: '1', payAmount: '1.00' }],
  ['/sandbox/payments/1/outcome', { outcome: 'pay', speed: 1 }],
  ['/sandbox/faults', { step: 'serve goods.HoldStock', fault: 'refuse' }],
  ['/sandbox/kills', { process: 'goods-service', awayMs: 0 }],
];

/** As an identity provider that has our key makes it. */
function tokenOf(sub: string, role: 'user' | 'operator', secret = JWT_SECRET): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, role, aud: 'trade', exp })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

describe('in production', () => {
  let system: TradeSystem;
  let alice: Customer;
  let bob: Customer;
  /** Everything that was answered. */
  const bodies: string[] = [];

  beforeAll(async () => {
    system = await TradeSystem.start({ env: PRODUCTION });
    [alice, bob] = [await aCustomer(system.books), await aCustomer(system.books)];
  });
  afterAll(() => system?.stop());

  /** A client with this token, or none. */
  function as(token?: string) {
    const shop = system.shop.as(token);
    const seen = async <Data>(request: Promise<Answer<Data>>): Promise<Answer<Data>> => {
      const answer = await request;
      bodies.push(answer.text);
      return answer;
    };
    return {
      confirm: (order: ConfirmOrderRequest) => seen(shop.confirm(order)),
      order: (orderId: string) => seen(shop.order(orderId)),
      orders: (userId: string) => seen(shop.orders(userId)),
      createPayment: ({ orderId, payAmount }: OrderView) => seen(shop.createPayment({ orderId, payAmount })),
      payment: (payId: string) => seen(shop.payment(payId)),
      login: (userId: string, password: string) => seen(shop.login(userId, password)),
      post: (url: string, body: object | string) => seen(shop.post<unknown>(url, body)),
    };
  }

  it('a user orders, pays and sees what is theirs', async () => {
    const shop = as(tokenOf(alice.userId, 'user'));
    const { data: order } = await shop.confirm(anOrderOf(alice));
    const { data: payment } = await shop.createPayment(order);
    expect(await shop.order(order.orderId)).toMatchObject({ status: 200, data: { userId: alice.userId } });
    expect(await shop.orders(alice.userId)).toMatchObject({ status: 200, data: [{ orderId: order.orderId }] });
    expect(await shop.payment(payment.payId)).toMatchObject({ status: 200, data: { orderId: order.orderId } });
  });

  it('nobody sees, pays, ends or places an order of somebody else; an operator does', async () => {
    const { data: order } = await as(tokenOf(bob.userId, 'user')).confirm(anOrderOf(bob));
    const { data: payment } = await as(tokenOf(bob.userId, 'user')).createPayment(order);
    await system.settled();
    const before = await system.books.rowCounts();

    const shop = as(tokenOf(alice.userId, 'user'));
    const unknown = { ...order, orderId: '1' };
    // to the letter what is said of one that does not exist
    const without = ({ status, code, message }: Answer<unknown>) => ({ status, code, message });
    expect(without(await shop.order(order.orderId))).toEqual(without(await shop.order(unknown.orderId)));
    expect(without(await shop.createPayment(order))).toEqual(without(await shop.createPayment(unknown)));
    expect(without(await shop.payment(payment.payId))).toEqual(without(await shop.payment('1')));
    for (const end of ['cancel', 'refund']) {
      const endOf = ({ orderId }: OrderView) => shop.post(`${system.stack.orderUrl}/order/${orderId}/${end}`, {});
      expect(without(await endOf(order))).toEqual(without(await endOf(unknown)));
    }
    expect((await shop.order(order.orderId)).status).toBe(404);
    expect((await shop.payment(payment.payId)).status).toBe(404);
    expect(await shop.orders(bob.userId)).toMatchObject({ status: 403, code: 'SHOP_ACCESS_DENIED' });
    expect(await shop.confirm(anOrderOf(bob))).toMatchObject({ status: 403, code: 'SHOP_ACCESS_DENIED' });
    expect(await system.books.rowCounts()).toEqual(before);

    const operator = as(tokenOf('carol', 'operator'));
    expect((await operator.order(order.orderId)).data.userId).toBe(bob.userId);
    expect((await operator.orders(bob.userId)).data).toHaveLength(1);
    expect((await operator.payment(payment.payId)).status).toBe(200);
    expect((await operator.createPayment(order)).data.payId).toBe(payment.payId);
  });

  it('every door but those that are meant to be open needs a token of ours', async () => {
    for (const url of [system.stack.orderUrl, system.stack.payUrl]) {
      const { paths } = (await (await fetch(`${url}/docs/openapi.json`)).json()) as { paths: Record<string, object> };
      const doors = Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method} ${path}`),
      );
      const closed = doors.filter((door) => !OPEN.includes(door) && door !== 'post /pay/callbackPayment');
      expect(closed.length).toBeGreaterThanOrEqual(2);
      for (const door of closed) {
        const [method = '', path = ''] = door.split(' ');
        for (const authorization of [undefined, `Bearer ${tokenOf(alice.userId, 'operator', 'guessed')}`]) {
          const answer = await fetch(url + path.replaceAll(/\{\w+\}/g, '1'), {
            method: method.toUpperCase(),
            headers: authorization === undefined ? {} : { authorization },
          });
          expect([door, answer.status]).toEqual([door, 401]);
          expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
          bodies.push(await answer.text());
        }
      }
    }
  });

  it('what shows the API works: a browser may run its scripts, and none of others', async () => {
    for (const path of ['/docs', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui-init.js']) {
      const answer = await fetch(system.stack.orderUrl + path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
    }
    const page = await (await fetch(`${system.stack.orderUrl}/docs`)).text();
    expect(page).not.toMatch(/<script(?![^>]*\bsrc="\.?\/)/);
  });

  it('the shop page is there, and neither the sandbox cashier nor what breaks things', async () => {
    const { orderUrl } = system.stack;
    const page = await fetch(orderUrl);
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringMatching(/script-src 'self';/),
    ]);
    const settings = await fetch(`${orderUrl}/shop/settings.json`);
    expect(await settings.json()).toEqual({ hasSandbox: false, needsLogin: true });
    const operator = { headers: { authorization: `Bearer ${tokenOf('carol', 'operator')}` } };
    for (const path of ['/sandbox', '/sandbox/payments/1']) {
      expect([path, (await fetch(orderUrl + path, operator)).status]).toEqual([path, 404]);
    }
    for (const [path, body] of SANDBOX) {
      expect(await as(tokenOf('carol', 'operator')).post(orderUrl + path, body)).toMatchObject({
        status: 404,
        code: 'SHOP_ROUTE_NO_EXIST',
      });
    }
    const goods = `127.0.0.1:${system.stack.port('GOODS_GRPC_PORT')}`;
    const fault = { step: 'serve goods.HoldStock', fault: 'refuse' };
    await expect(callGrpc(goods, faultService, 'Arm', fault)).rejects.toMatchObject({ status: 12 });
  });

  it('the timeline of an order is for its user and for operators', async () => {
    const [order] = (await as(tokenOf(bob.userId, 'user')).orders(bob.userId)).data;
    const timeline = (userId: string, role: 'user' | 'operator') =>
      fetch(`${system.stack.orderUrl}/order/${order!.orderId}/timeline`, {
        headers: { authorization: `Bearer ${tokenOf(userId, role)}` },
      });
    expect((await timeline(alice.userId, 'user')).status).toBe(404);
    expect((await timeline('carol', 'operator')).status).toBe(200);
    const { data } = (await (await timeline(bob.userId, 'user')).json()) as {
      data: { sources: object[]; events: object[] };
    };
    // production records nothing unless it is told to
    expect(data.sources).toEqual(expect.arrayContaining([{ service: 'pay', state: 'off', dropped: 0 }]));
    expect(data.events).toEqual([]);
  });

  it('a callback is taken for its signature alone', async () => {
    const customer = await aCustomer(system.books);
    const shop = as(tokenOf(customer.userId, 'user'));
    const { data: order } = await shop.confirm(anOrderOf(customer));
    const { data: payment } = await shop.createPayment(order);
    const body = JSON.stringify({ payId: payment.payId, isPaid: 2 });
    const url = `${system.stack.payUrl}/pay/callbackPayment`;
    expect(await as(tokenOf('carol', 'operator')).post(url, body)).toMatchObject({ status: 401 });
    expect(await system.shop.callbackSigned(body, signature(body, CALLBACK_SECRET))).toMatchObject({ status: 200 });
    await paymentArrived(system.books, order);
  });

  it('a user logs in with their password; the sample users, whose password everybody knows, do not', async () => {
    const { userId } = await aCustomer(system.books);
    await system.books.rows('UPDATE trade_user.trade_user SET user_password = ? WHERE user_id = ?', [HASH, userId]);
    const { data } = await as().login(userId, '123456');
    expect(await as(data.token).orders(userId)).toMatchObject({ status: 200, data: [] });
    expect(await as(data.token).orders(alice.userId)).toMatchObject({ status: 403 });
    bodies.pop(); // the token that was asked for is no leak
    const wrong = { status: 401, code: 'SHOP_LOGIN_FAILED' };
    expect(await as().login(userId, '1234567')).toMatchObject(wrong);
    expect(await as().login(sample.userId, '123456')).toMatchObject(wrong);
    expect(await as().login('1', '123456')).toMatchObject(wrong);
  });

  it('who guesses passwords is told to wait', async () => {
    for (let guess = 0; guess < 5; guess++) await as().login('7', `guess ${guess}`);
    expect(await as().login('7', 'another')).toMatchObject({ status: 429, code: 'SHOP_TOO_MANY_REQUESTS' });
  });

  it('who asks too often is told to wait', async () => {
    const greedy = as(tokenOf(alice.userId, 'user'));
    const answers = await Promise.all(Array.from({ length: 130 }, () => greedy.order('1')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404, 429]));
    expect((await as(tokenOf(bob.userId, 'user')).order('1')).status).toBe(404);
  });

  it('only the services call each other; anyone may ask whether they are well, and nothing else', async () => {
    for (const name of ['order', 'pay', 'goods', 'coupon', 'user'] as const) {
      const address = `127.0.0.1:${system.stack.port(`${name.toUpperCase()}_GRPC_PORT`)}`;
      expect(await grpcHealth(address, '')).toBe('SERVING');
      await expect(reflectedServices(address)).rejects.toThrow('UNIMPLEMENTED');
    }
    const user = `127.0.0.1:${system.stack.port('USER_GRPC_PORT')}`;
    const money = { orderId: '1', userId: alice.userId, amountFen: '1' };
    const stolen = callGrpc(user, grpcServices.user, 'PayFromBalance', money, 'guessed');
    await expect(stolen).rejects.toMatchObject({ status: 16 });
    expect(await system.books.balance(alice.userId)).toBe('470.00');
  });

  it('no secret gets out, in whatever way something goes wrong', async () => {
    const customer = await aCustomer(system.books);
    const token = tokenOf(customer.userId, 'user');
    const shop = as(token);
    const wrong = async () => {
      await shop.confirm(anOrderOf(customer, { address: '\u0000' }));
      await shop.post(`${system.stack.orderUrl}/order/confirm`, `{"authorization":"${token}`);
      await as(`${token}x`).order('1');
      await as().login(customer.userId, 'the password of this test');
      return shop.confirm(anOrderOf(customer));
    };
    const [putBack, putBackUsers] = [
      await system.books.takeTableAway('trade_order.trade_order'),
      await system.books.takeTableAway('trade_user.trade_user'),
    ];
    expect((await wrong()).status).toBe(500);
    await putBack();
    await putBackUsers();
    system.stack.process('goods-service').kill('SIGKILL');
    system.stack.process('database').kill('SIGKILL');
    expect((await wrong()).status).toBe(503);
    await eventually(async () => (await shop.confirm(anOrderOf(customer))).status === 200, { timeoutMs: 60_000 });

    const logs = readdirSync(join(system.stack.dataDir, 'logs')).map((name) =>
      readFileSync(join(system.stack.dataDir, 'logs', name), 'utf8'),
    );
    const said = [...logs, ...bodies, system.stack.output].join('\n');
    expect(said).toContain('SHOP_INTERNAL_ERROR');
    const secrets = [
      JWT_SECRET,
      CALLBACK_SECRET,
      'the services of a test stack know each other by it',
      new URL(system.stack.databaseUrl).password,
      ...DATABASE_PASSWORDS.map(([, password]) => password),
      token,
      'the password of this test',
      'scrypt$',
    ];
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  }, 120_000);

  it.each([
    ['order-service', ['DATABASE_URL', 'INTERNAL_TOKEN', 'JWT_SECRET']],
    ['pay-service', ['DATABASE_URL', 'INTERNAL_TOKEN', 'JWT_SECRET', 'PAY_CALLBACK_SECRET']],
    ['user-service', ['DATABASE_URL', 'INTERNAL_TOKEN']],
  ])('%s does not start with secrets that everybody knows, or none', async (service, refused) => {
    const { process, log } = system.startInstance(service, {
      NODE_ENV: 'production',
      DATABASE_URL: 'mysql://trade:order-of-trade@127.0.0.1:1/trade',
      INTERNAL_TOKEN: '',
      JWT_SECRET: 'too short',
    });
    expect(await once(process, 'exit')).toEqual([1, null]);
    const named = [...log().matchAll(/^([A-Z_]+): must /gm)].map(([, name]) => name!);
    expect(named.sort()).toEqual(refused);
    expect(log()).not.toMatch(/order-of-trade|too short\b/);
  });
});
