import { grpcServices } from '@trade/contracts';
import { eventually } from '@trade/testing';
import { GoodsServer, samePeers } from '../../test/goods-server.js';
import { metricsText } from '../metrics/metrics.js';
import { ShopError } from '../shop-error.js';
import { GrpcClientFactory } from './grpc-client.js';

const DEADLINE_MS = 300;

describe('a service that does not answer', () => {
  const never = new Promise<object>(() => undefined);
  let answer: () => object | Promise<object>;
  let calls: number;
  let server: GoodsServer;
  let factory: GrpcClientFactory;
  let call: () => Promise<unknown>;

  beforeEach(async () => {
    calls = 0;
    server = await GoodsServer.start(() => (calls++, answer()));
    factory = new GrpcClientFactory(samePeers);
    const goods = factory.connect(grpcServices.goods, server.address, { deadlineMs: DEADLINE_MS });
    call = () => goods.getGoods({ goodsId: '345959443973935104' });
  });

  afterEach(async () => {
    factory.onApplicationShutdown();
    await server.stop();
  });

  const failedCalls = (count: number) => Promise.allSettled(Array.from({ length: count }, () => call()));

  it('is not called any more after ten failures in a row: callers hear so at once', async () => {
    answer = () => never;
    await failedCalls(10);

    const startMs = performance.now();
    await expect(call()).rejects.toMatchObject({ code: 'SHOP_SERVICE_UNAVAILABLE' });
    expect(performance.now() - startMs).toBeLessThan(DEADLINE_MS / 2);
    expect(calls).toBe(10);
    expect(await metricsText()).toContain('trade_breaker_open{callee="GoodsService"} 1');
  });

  it('is found out by one call: while that one waits, the others are refused at once', async () => {
    answer = () => never;
    await failedCalls(10);
    await eventually(async () => {
      await expect(call()).rejects.toMatchObject({ code: 'SHOP_SERVICE_TIMEOUT' });
    });
    expect(calls).toBe(11);

    await eventually(async () => {
      const [first, second] = await failedCalls(2);
      expect(first).toMatchObject({ reason: { code: 'SHOP_SERVICE_TIMEOUT' } });
      expect(second).toMatchObject({ reason: { code: 'SHOP_SERVICE_UNAVAILABLE' } });
    });
    expect(calls).toBe(12);
  });

  it('is called as before once it answers again', async () => {
    answer = () => never;
    await failedCalls(10);

    answer = () => ({ goodsName: 'a course' });
    await eventually(async () => expect(await call()).toMatchObject({ goodsName: 'a course' }));
    expect(await metricsText()).toContain('trade_breaker_open{callee="GoodsService"} 0');
    const results = await failedCalls(20);
    expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
  });

  it('is not one that refuses for business reasons', async () => {
    answer = () => {
      throw new ShopError('SHOP_GOODS_NO_EXIST');
    };
    await failedCalls(30);
    expect(calls).toBe(30);
  });
});
