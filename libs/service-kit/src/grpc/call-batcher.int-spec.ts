import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  status,
  type MethodDefinition,
  type sendUnaryData,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import {
  batchService,
  grpcServices,
  type Answer__Output,
  type Answers__Output,
  type Call,
  type Calls,
} from '@trade/contracts';
import { GoodsServer, samePeers } from '../../test/goods-server.js';
import { ShopError } from '../shop-error.js';
import { currentTraceId, runInTrace } from '../tracing/trace.js';
import { GrpcClientFactory } from './grpc-client.js';
import { serviceConstructor } from './service-constructor.js';

const GET_GOODS = '/trade.goods.v1.GoodsService/GetGoods';
const DEADLINE_MS = 1_000;

let answer: (goodsId: string) => object | Promise<object>;

let server: GoodsServer;
let factory: GrpcClientFactory;
let getGoods: (goodsId: number) => Promise<{ goodsName: string }>;

beforeAll(async () => {
  server = await GoodsServer.start((goodsId) => answer(goodsId));
  factory = new GrpcClientFactory(samePeers);
  const goods = factory.connect(grpcServices.goods, server.address, { deadlineMs: DEADLINE_MS });
  getGoods = (goodsId) => goods.getGoods({ goodsId });
});

afterAll(async () => {
  factory.onApplicationShutdown();
  await server.stop();
});

const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('calls of one moment', () => {
  it('each get their own answer, however many they are', async () => {
    answer = (goodsId) => ({ goodsName: `goods ${goodsId}` });
    const names = (await Promise.all(ids(500).map(getGoods))).map(({ goodsName }) => goodsName);
    expect(names).toEqual(ids(500).map((id) => `goods ${id}`));
  });

  it('fail one by one, with their shop codes', async () => {
    answer = (goodsId) => {
      if (Number(goodsId) % 2 === 0) throw new ShopError('SHOP_GOODS_NO_EXIST', `no ${goodsId}`);
      return { goodsName: goodsId };
    };
    const results = await Promise.allSettled(ids(4).map(getGoods));
    expect(results).toMatchObject([
      { status: 'fulfilled', value: { goodsName: '1' } },
      { status: 'rejected', reason: { code: 'SHOP_GOODS_NO_EXIST', message: 'no 2' } },
      { status: 'fulfilled', value: { goodsName: '3' } },
      { status: 'rejected', reason: { code: 'SHOP_GOODS_NO_EXIST', message: 'no 4' } },
    ]);
  });

  it('do not wait for each other: a slow one alone meets its deadline', async () => {
    answer = (goodsId) => (goodsId === '1' ? new Promise<never>(() => undefined) : { goodsName: goodsId });
    const [slow, ...others] = ids(4).map(getGoods);
    const slowIsOver = slow!.then(
      () => 'answered',
      (error: ShopError) => error.code,
    );
    const first = await Promise.race([slowIsOver, Promise.all(others)]);
    expect(first).toMatchObject([{ goodsName: '2' }, { goodsName: '3' }, { goodsName: '4' }]);
    expect(await slowIsOver).toBe('SHOP_SERVICE_TIMEOUT');
  });

  it('keep the trace of each caller', async () => {
    answer = () => ({ goodsName: currentTraceId() });
    const traces = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
    const seen = await Promise.all(traces.map((id) => runInTrace(`00-${id}-00f067aa0ba902b7-01`, () => getGoods(1))));
    expect(seen.map(({ goodsName }) => goodsName)).toEqual(traces);
  });

  it('of which one has a request or an answer that cannot be written fail alone', async () => {
    answer = (goodsId) => ({ goodsName: goodsId === '1' ? { toString: 0 } : goodsId });
    const unwritable = {
      get low(): number {
        throw new Error('not a number');
      },
    } as unknown as number;
    const results = await Promise.allSettled([getGoods(1), getGoods(unwritable), getGoods(2)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  it('are refused one by one when they are nonsense, and the server lives on', async () => {
    answer = () => ({ goodsName: 'fine' });
    const request = Buffer.from([8, 1]);
    const answers = await runBatch([
      { path: GET_GOODS, request: Buffer.from([0xff, 0xff, 0xff]) },
      { path: '/trade.goods.v1.GoodsService/Nothing', request },
      { path: '__proto__', request },
      { path: GET_GOODS, request },
    ]);
    expect(answers.map((given) => given.status)).toEqual([
      status.INVALID_ARGUMENT,
      status.UNIMPLEMENTED,
      status.UNIMPLEMENTED,
      status.OK,
    ]);
    expect(await runBatch([])).toEqual([]);
  });
});

it('a server that knows no batches gets its calls one by one', async () => {
  const server = new Server();
  server.addService(serviceConstructor(grpcServices.goods).service, {
    GetGoods: (call: ServerUnaryCall<{ goodsId: string }, object>, done: sendUnaryData<object>) =>
      done(null, { goodsName: call.request.goodsId }),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const goods = factory.connect(grpcServices.goods, `127.0.0.1:${port}`);
  for (let round = 0; round < 2; round++) {
    const answers = await Promise.all(ids(20).map((goodsId) => goods.getGoods({ goodsId })));
    expect(answers.map(({ goodsName }) => goodsName)).toEqual(ids(20).map(String));
  }
  server.forceShutdown();
});

/** Calls as any client may send them; the answers in the order of the calls. */
async function runBatch(calls: Omit<Call, 'id'>[]): Promise<Answer__Output[]> {
  const { Run } = serviceConstructor(batchService).service as unknown as {
    Run: MethodDefinition<Calls, Answers__Output>;
  };
  const client = new Client(server.address, credentials.createInsecure());
  const answers: Answer__Output[] = [];
  const stream = client.makeBidiStreamRequest(
    Run.path,
    Run.requestSerialize,
    Run.responseDeserialize,
    samePeers.metadata(),
  );
  stream.write({ calls: calls.map((call, id) => ({ ...call, id })) });
  stream.end();
  for await (const message of stream) answers.push(...(message as Answers__Output).answers);
  client.close();
  return answers.sort((a, b) => a.id - b.id);
}
