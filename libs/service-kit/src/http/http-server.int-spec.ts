import 'reflect-metadata';
import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ShopError } from '../shop-error.js';
import { currentTraceId } from '../tracing/trace.js';
import { formatYuan, type Fen } from '../money.js';
import { IdField, IntField, MoneyField, TextField } from './fields.js';
import { httpAdapter, useHttpConventions } from './http-server.js';

class Purchase {
  @IdField() goodsId!: string;
  @IntField({ min: 1, max: 10 }) quantity!: number;
  @MoneyField() price!: Fen;
  @TextField({ maxLength: 5 }) address!: string;
  @IdField({ optional: true }) couponId?: string;
}

@Controller()
class PurchaseController {
  @Post('purchase')
  @HttpCode(200)
  buy(@Body() purchase: Purchase): object {
    return { ...purchase, price: formatYuan(purchase.price), traceId: currentTraceId() };
  }

  @Get('refused')
  refused(): never {
    throw new ShopError('SHOP_GOODS_NUM_NOT_ENOUGH');
  }

  @Get('broken')
  broken(): never {
    throw new Error('connect ECONNREFUSED db.internal:3306');
  }
}

@Module({ controllers: [PurchaseController] })
class PurchaseModule {}

const valid = '{"goodsId":345959443973935104,"quantity":1,"price":"10.5","address":"北京"}';
const KEY_OF_BODY = /"(\w+)":/;

describe('the HTTP door', () => {
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(PurchaseModule, httpAdapter(), {
      bodyParser: false,
      logger: false,
    });
    useHttpConventions(app);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(() => app.close());

  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${url}/purchase`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

  it('answers success in the envelope, ids and amounts as text', async () => {
    const response = await post(valid);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      success: true,
      code: 'SHOP_SUCCESS',
      data: { goodsId: '345959443973935104', quantity: 1, price: '10.50', address: '北京' },
    });
  });

  it('takes a field that is null for one that was not given', async () => {
    const response = await post(valid.replace('{', '{"couponId":null,"orderStatus":null,'));
    expect(response.status).toBe(200);
  });

  it('goes on with the trace of the caller', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const response = await post(valid, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    expect(await response.json()).toMatchObject({ data: { traceId } });
  });

  it.each([
    ['"goodsId":0'],
    ['"goodsId":"1 OR 1=1"'],
    ['"goodsId":9223372036854775808'],
    ['"goodsId":1.5'],
    ['"goodsId":null'],
    ['"quantity":"1"'],
    ['"quantity":0'],
    ['"quantity":11'],
    ['"quantity":1e400'],
    ['"price":-1'],
    ['"price":10.555'],
    ['"price":"NaN"'],
    ['"price":1e10'],
    ['"price":[1]'],
    ['"address":""'],
    ['"address":"123456"'],
    ['"address":{}'],
    ['"address":"a\\u0000b"'],
    ['"address":"\\ud800"'],
    ['"couponId":-5'],
    ['"colour":"red"'],
  ])('refuses %s with 400 and the name of the field', async (wrong) => {
    const field = KEY_OF_BODY.exec(wrong)![1]!;
    const own = new RegExp(`"${field}":[^,}]+`);
    const response = await post(own.test(valid) ? valid.replace(own, wrong) : valid.replace('{', `{${wrong},`));
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await response.json()) as { errors: { field: string }[]; code: string; message: string };
    expect(problem.code).toBe('SHOP_REQUEST_PARAMETER_INVALID');
    expect(problem.errors.map((error) => error.field)).toContain(field);
    expect(problem.message).toContain(field);
  });

  it.each([
    ['broken JSON', '{"goodsId":', {}, 400],
    ['no body', '', {}, 400],
    ['a list', '[]', {}, 400],
    ['null', 'null', {}, 400],
    ['a number', '5', {}, 400],
    ['a number of 64 bits', '16441522209849418', {}, 400],
    ['a text', '"goodsId"', {}, 400],
    ['a truth', 'true', {}, 400],
    ['another media type', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['10 MB', `{"address":"${'x'.repeat(10_000_000)}"}`, {}, 413],
  ])('refuses %s', async (_what, body, headers, status) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ success: false, status });
  });

  it('answers a business error with its code', async () => {
    const response = await fetch(`${url}/refused`);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      success: false,
      code: 'SHOP_GOODS_NUM_NOT_ENOUGH',
      title: 'SHOP_GOODS_NUM_NOT_ENOUGH',
    });
  });

  it('answers an unexpected error without telling what broke', async () => {
    const response = await fetch(`${url}/broken`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/ECONNREFUSED|db\.internal|at /);
  });

  it('answers 404 for an unknown address, also with broken escapes', async () => {
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    expect((await fetch(`${url}/%`)).status).toBe(400);
  });
});
