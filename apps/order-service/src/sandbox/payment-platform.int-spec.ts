import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@trade/testing';
import type { OrderConfig } from '../config.js';
import { PaymentPlatform } from './payment-platform.js';

const SECRET = 'the key of the payment platform';
const PAYMENT = { payId: '7', orderId: '8', payAmount: '880.00' };
/** 15 s of the platform's clock are 5 ms. */
const SPEED = 3_000;

let server: Server;
let url: string;
let platform: PaymentPlatform;
/** What pay-service was told, and how it answers; 0: not at all. */
let reports: { payId: string; isPaid: number; payAmount: string }[];
let answers: number[];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes: Buffer) => (body += bytes.toString()));
    request.on('end', () => {
      if (request.url === '/pay/createPayment') {
        response.end(JSON.stringify({ success: true, code: 'SHOP_SUCCESS', message: 'OK', data: PAYMENT }));
        return;
      }
      expectSigned(request.headers['x-pay-signature'] as string, body);
      reports.push(JSON.parse(body) as (typeof reports)[number]);
      const status = answers.shift() ?? 200;
      if (status === 0) request.socket.destroy();
      else response.writeHead(status).end('{}');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));
beforeEach(async () => {
  [reports, answers] = [[], []];
  platform = new PaymentPlatform({ PAY_HTTP_URL: url, PAY_CALLBACK_SECRET: SECRET } as OrderConfig);
  expect(await platform.open('8', '880.00', undefined)).toEqual(PAYMENT);
});
afterEach(() => platform.onModuleDestroy());

function expectSigned(header: string, body: string): void {
  const [, t, v1] = /^t=(\d+),v1=(\w+)$/.exec(header)!;
  expect(v1).toBe(createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex'));
}

const said = () => platform.state('7').reports.map(({ status }) => status);

it('a payment is reported once, signed', async () => {
  platform.decide('7', 'pay', SPEED);
  await eventually(() => said().length === 1);
  expect(reports).toEqual([{ payId: '7', isPaid: 2, payAmount: '880.00' }]);
  expect(platform.state('7')).toMatchObject({ outcome: 'pay', nextAt: null });
});

it('a report that is not taken comes again until it is', async () => {
  answers = [503, 0, 500];
  platform.decide('7', 'pay', SPEED);
  await eventually(() => said().length === 4);
  expect(said()).toEqual([503, null, 500, 200]);
  expect(platform.state('7').nextAt).toBeNull();
});

it('paid twice, both reports come', async () => {
  platform.decide('7', 'twice', SPEED);
  await eventually(() => said().length === 2);
  expect(said()).toEqual([200, 200]);
});

it('a late payment is reported after the time to pay, by the clock of the platform', async () => {
  platform.decide('7', 'late', 1);
  const waitsMs = Date.parse(platform.state('7').nextAt!) - Date.now();
  expect(waitsMs / 60_000).toBeCloseTo(35, 0);
  platform.decide('7', 'late', SPEED);
  await eventually(() => said().length === 1);
});

it('a payment that fails is reported as failed, and then it can still be paid', async () => {
  platform.decide('7', 'fail', SPEED);
  await eventually(() => said().length === 1);
  platform.decide('7', 'pay', SPEED);
  await eventually(() => said().length === 2);
  expect(reports.map(({ isPaid }) => isPaid)).toEqual([4, 2]);
});

it('a platform that never answers has nothing planned, whatever it had planned before', () => {
  platform.decide('7', 'late', 1);
  expect(platform.decide('7', 'never', 1)).toMatchObject({ outcome: 'never', nextAt: null, reports: [] });
});

it('a payment that was not opened here is not known here', () => {
  expect(() => platform.state('9')).toThrow(expect.objectContaining({ code: 'SHOP_PAYMENT_NOT_FOUND' }));
});
