import { grpcServices } from '@trade/contracts';
import { GoodsServer, samePeers } from '../../test/goods-server.js';
import { ShopError } from '../shop-error.js';
import { currentTraceId, runInTrace } from '../tracing/trace.js';
import { GrpcClientFactory } from './grpc-client.js';
import { requirePositive } from './grpc-fields.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const DEADLINE_MS = 400;

/** Answers as each test tells it to. */
let answer: (call: number) => object | Promise<object>;
let calls: number;

let server: GoodsServer;
let factory: GrpcClientFactory;
let call: () => Promise<{ goodsName: string }>;

beforeAll(async () => {
  server = await GoodsServer.start(() => answer(++calls));
  factory = new GrpcClientFactory(samePeers);
  const goods = factory.connect(grpcServices.goods, server.address, { deadlineMs: DEADLINE_MS });
  call = () => goods.getGoods({ goodsId: '345959443973935104' });
});

beforeEach(() => {
  calls = 0;
});

afterAll(async () => {
  factory.onApplicationShutdown();
  await server.stop();
});

it('a business error arrives with its shop code and its text, after one call', async () => {
  answer = () => {
    throw new ShopError('SHOP_GOODS_NUM_NOT_ENOUGH', 'There are 3 left');
  };

  await expect(call()).rejects.toMatchObject({ code: 'SHOP_GOODS_NUM_NOT_ENOUGH', message: 'There are 3 left' });
  expect(calls).toBe(1);
});

it('a request below its limits is refused with the names of the fields', async () => {
  answer = () => {
    requirePositive({ orderId: '0', goodsId: '345959443973935104', quantity: -1 });
    return {};
  };

  await expect(call()).rejects.toMatchObject({
    code: 'SHOP_REQUEST_PARAMETER_INVALID',
    message: 'orderId: must be at least 1; quantity: must be at least 1',
  });
});

it('a fault of the server arrives as an internal error, without its details', async () => {
  answer = () => {
    throw new Error('password=secret');
  };

  const error: Error = await call().then(
    () => new Error('the call succeeded'),
    (error: Error) => error,
  );
  expect(error).toMatchObject({ code: 'SHOP_INTERNAL_ERROR', message: 'Something went wrong on our side' });
  expect(String(error.cause)).not.toContain('secret');
});

it('an idempotent call is sent again after a transient failure', async () => {
  answer = (call) => {
    if (call < 3) throw new ShopError('SHOP_SERVICE_UNAVAILABLE');
    return { goodsName: 'a course' };
  };

  expect((await call()).goodsName).toBe('a course');
  expect(calls).toBe(3);
});

it('a call that gets no answer in time is a timeout, and is not sent again', async () => {
  answer = () => new Promise(() => undefined);

  await expect(call()).rejects.toMatchObject({ code: 'SHOP_SERVICE_TIMEOUT' });
  expect(calls).toBe(1);
});

it("the caller's trace is the trace of the handler", async () => {
  answer = async () => {
    await Promise.resolve();
    return { goodsName: currentTraceId() };
  };

  const { goodsName } = await runInTrace(`00-${TRACE_ID}-00f067aa0ba902b7-01`, call);
  expect(goodsName).toBe(TRACE_ID);
});
