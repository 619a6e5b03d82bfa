import { grpcServices } from '@trade/contracts';
import { eventually, tcpProxy, type TcpProxy } from '@trade/testing';
import { GoodsServer, samePeers } from '../../test/goods-server.js';
import type { ShopError } from '../shop-error.js';
import { GrpcClientFactory } from './grpc-client.js';

const DEADLINE_MS = 2_000;

/** Instances of goods-service, each with the ids that it was asked for. */
interface Instance {
  server: GoodsServer;
  port: number;
  asked: string[];
}

const instances: Instance[] = [];
let factory: GrpcClientFactory;
beforeEach(() => {
  factory = new GrpcClientFactory(samePeers);
});
afterEach(async () => {
  factory.onApplicationShutdown();
  await Promise.all(instances.splice(0).map(({ server }) => server.stop()));
});

async function start(answer: () => Promise<void> = () => Promise.resolve(), options = {}): Promise<Instance> {
  const asked: string[] = [];
  const goods = async (goodsId: string) => {
    asked.push(goodsId);
    await answer();
    return { goodsName: goodsId };
  };
  const server = await GoodsServer.start(goods, samePeers, options);
  const instance = { server, port: server.port, asked };
  instances.push(instance);
  return instance;
}

const goodsAt = (address: string) => factory.connect(grpcServices.goods, address, { deadlineMs: DEADLINE_MS });
const never = () => new Promise<never>(() => undefined);
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'answered',
    (error: ShopError) => error.code,
  );

it('a call whose connection breaks is made again, because it is idempotent', async () => {
  let broken = false;
  const instance = await start(() => (broken ? Promise.resolve() : never()));
  const proxy = await tcpProxy(instance.port);
  const call = goodsAt(proxy.address).getGoods({ goodsId: '7' });
  await eventually(() => instance.asked.length === 1);
  broken = true;
  proxy.setMode('refuse');
  proxy.setMode('pass');
  expect((await call).goodsName).toBe('7');
  expect(instance.asked).toEqual(['7', '7']);
  await proxy.stop();
});

it('calls to a server that is away are refused at once, as unavailable', async () => {
  const proxy = await tcpProxy((await start()).port);
  const goods = goodsAt(proxy.address);
  await goods.getGoods({ goodsId: '1' });
  proxy.setMode('refuse');
  expect(await codeOf(goods.getGoods({ goodsId: '2' }))).toBe('SHOP_SERVICE_UNAVAILABLE');
  proxy.setMode('pass');
  await eventually(async () => (await codeOf(goods.getGoods({ goodsId: '3' }))) === 'answered');
  await proxy.stop();
});

it('the instances of a server share the calls of one caller', async () => {
  const [one, other] = [await start(), await start()];
  const goods = goodsAt(`${one.server.address},${other.server.address}`);
  await factory.waitUntilConnected(DEADLINE_MS);
  await eventually(async () => {
    for (let id = 1; id <= 20; id++) await goods.getGoods({ goodsId: String(id) });
    return one.asked.length >= 10 && other.asked.length >= 10;
  });
});

it('an instance that is not there is left out', async () => {
  const instance = await start();
  const goods = goodsAt(`127.0.0.1:1,${instance.server.address}`);
  for (let id = 1; id <= 20; id++) await goods.getGoods({ goodsId: String(id) });
  expect(instance.asked).toHaveLength(20);
});

describe('of two instances, one hangs', () => {
  let healthy: Instance;
  let hanging: Instance;
  let proxy: TcpProxy;
  let ask: () => Promise<string>;

  beforeEach(async () => {
    [healthy, hanging] = [await start(), await start()];
    proxy = await tcpProxy(hanging.port);
    const goods = goodsAt(`${healthy.server.address},${proxy.address}`);
    ask = () => codeOf(goods.getGoods({ goodsId: '1' }));
    await eventually(async () => (await ask()) === 'answered' && healthy.asked.length > 0 && hanging.asked.length > 0, {
      timeoutMs: 25_000, // a stream lives for 10 s
      intervalMs: 1,
    });
    proxy.setMode('hold');
  });
  afterEach(() => proxy.stop());

  /** What callers of the next so many ms hear. */
  async function heard(forMs: number): Promise<Set<string>> {
    const endMs = Date.now() + forMs;
    const codes = new Set<string>();
    const callers = Array.from({ length: 4 }, async () => {
      while (Date.now() < endMs) codes.add(await ask());
    });
    await Promise.all(callers);
    return codes;
  }

  it('it is left out after one deadline, long before its connection is given up, and is back when it answers', async () => {
    expect(await heard(DEADLINE_MS)).toEqual(new Set(['answered', 'SHOP_SERVICE_TIMEOUT']));
    expect(await heard(2 * DEADLINE_MS)).toEqual(new Set(['answered']));
    const before = hanging.asked.length;
    proxy.setMode('refuse');
    proxy.setMode('pass');
    await eventually(async () => (await ask()) === 'answered' && hanging.asked.length > before, { timeoutMs: 25_000 });
  });
});

it('connections that the server closes for their age lose no call', async () => {
  const instance = await start(undefined, { maxConnectionAgeMs: 100 });
  const goods = goodsAt(instance.server.address);
  const endMs = Date.now() + 1_000;
  const callers = Array.from({ length: 8 }, async () => {
    while (Date.now() < endMs) await goods.getGoods({ goodsId: '1' });
  });
  await Promise.all(callers);
});

it('an instance that stops loses no call: its callers go to the others', async () => {
  const [one, other] = [await start(), await start()];
  const goods = goodsAt(`${one.server.address},${other.server.address}`);
  let stopped = false;
  const callers = Array.from({ length: 8 }, async () => {
    while (!stopped) expect((await goods.getGoods({ goodsId: '1' })).goodsName).toBe('1');
  });
  await eventually(() => one.asked.length > 100 && other.asked.length > 100);
  await instances.shift()!.server.stop();
  const before = other.asked.length;
  await eventually(() => other.asked.length > before + 100);
  stopped = true;
  await Promise.all(callers);
});
