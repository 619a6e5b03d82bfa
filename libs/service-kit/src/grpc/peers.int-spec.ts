import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, loadPackageDefinition, Metadata, type ChannelCredentials, type GrpcObject } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { grpcServices, protoLoaderOptions } from '@trade/contracts';
import { selfSignedCertificate } from '@trade/testing';
import { protoPath as healthProtoPath } from 'grpc-health-check';
import { GoodsServer } from '../../test/goods-server.js';
import { GrpcClientFactory } from './grpc-client.js';
import { Peers } from './peers.js';

const DEADLINE_MS = 2_000;

let asked: number;
let server: GoodsServer;
const factories: GrpcClientFactory[] = [];
const directory = mkdtempSync(join(tmpdir(), 'peers-'));

beforeEach(() => {
  asked = 0;
});
afterEach(async () => {
  for (const factory of factories.splice(0)) factory.onApplicationShutdown();
  await server.stop();
});
afterAll(() => rmSync(directory, { recursive: true }));

async function serve(peers: Peers): Promise<void> {
  server = await GoodsServer.start(() => ({ goodsName: `answer ${++asked}` }), peers);
}

/** What another service gets that has these settings: on a stream. */
async function callAs(peers: Peers): Promise<string> {
  const factory = new GrpcClientFactory(peers);
  factories.push(factory);
  const goods = factory.connect(grpcServices.goods, server.address, { deadlineMs: DEADLINE_MS });
  return goods.getGoods({ goodsId: '1' }).then(
    ({ goodsName }) => goodsName,
    (error: { code: string; cause: Error }) => `${error.code}: ${error.cause.message}`,
  );
}

type Rpc = (
  request: object,
  metadata: Metadata,
  options: object,
  done: (error: Error | null, answer: object) => void,
) => void;

/** A call of any client: alone. */
async function callAlone(
  protoPath: string,
  path: string,
  request: object,
  metadata = new Metadata(),
): Promise<unknown> {
  const [rpc, ...service] = path.split('.').reverse();
  const root = loadPackageDefinition(loadSync(protoPath, protoLoaderOptions));
  const Service = service
    .reverse()
    .reduce<GrpcObject>((scope, name) => scope[name] as GrpcObject, root) as unknown as new (
    address: string,
    credentials: ChannelCredentials,
  ) => Record<string, Rpc> & { close(): void };
  const client = new Service(server.address, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + DEADLINE_MS };
      client[rpc!]!(request, metadata, options, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  } finally {
    client.close();
  }
}

const getGoods = (metadata?: Metadata) =>
  callAlone(grpcServices.goods.protoPath, 'trade.goods.v1.GoodsService.GetGoods', { goodsId: '1' }, metadata);

describe('with a token', () => {
  const ours = new Peers({ INTERNAL_TOKEN: 'ours' });

  it('a service is taken, on a stream and with a call that comes alone', async () => {
    await serve(ours);
    expect(await callAs(ours)).toBe('answer 1');
    expect(await getGoods(ours.metadata())).toMatchObject({ goodsName: 'answer 2' });
  });

  it('a stranger is not, and nothing is done for him', async () => {
    await serve(ours);
    expect(await callAs(new Peers({ INTERNAL_TOKEN: 'guessed' }))).toMatch(
      /^SHOP_SERVICE_UNAVAILABLE: .*INTERNAL_TOKEN is not the same/,
    );
    await expect(getGoods()).rejects.toThrow('UNAUTHENTICATED');
    await expect(getGoods(new Peers({ INTERNAL_TOKEN: '' }).metadata())).rejects.toThrow('UNAUTHENTICATED');
    expect(asked).toBe(0);
  });

  it('another one is taken while it changes', async () => {
    await serve(new Peers({ INTERNAL_TOKEN: 'next, ours' }));
    expect(await callAs(ours)).toBe('answer 1');
    expect(await callAs(new Peers({ INTERNAL_TOKEN: 'next' }))).toBe('answer 2');
  });

  it('anyone may ask whether the service is well', async () => {
    await serve(ours);
    const health = callAlone(healthProtoPath, 'grpc.health.v1.Health.Check', { service: '' });
    expect(await health).toMatchObject({ status: 'NOT_SERVING' });
  });
});

describe('with certificates', () => {
  it('a service shows one of the same authority, and sees one', async () => {
    const ours = peersWithCertificate('ours');
    await serve(ours);
    expect(await callAs(ours)).toBe('answer 1');
  });

  it('nobody else is taken, not even with the token', async () => {
    await serve(peersWithCertificate('ours'));
    expect(await callAs(peersWithCertificate('theirs'))).toMatch(/^SHOP_SERVICE_(UNAVAILABLE|TIMEOUT)/);
    expect(await callAs(new Peers({ INTERNAL_TOKEN: 'ours' }))).toMatch(/^SHOP_SERVICE_(UNAVAILABLE|TIMEOUT)/);
    expect(asked).toBe(0);
  });

  it('a server of somebody else is told nothing', async () => {
    await serve(peersWithCertificate('theirs'));
    expect(await callAs(peersWithCertificate('ours'))).toMatch(/^SHOP_SERVICE_(UNAVAILABLE|TIMEOUT)/);
    expect(asked).toBe(0);
  });

  it('half of the settings is a mistake', () => {
    expect(() => new Peers({ INTERNAL_TOKEN: 'ours', GRPC_TLS_CERT_FILE: 'cert.pem' })).toThrow('all three');
  });
});

/** One certificate, which is its own authority. */
function peersWithCertificate(name: string): Peers {
  const [certFile, keyFile] = [join(directory, `${name}-cert.pem`), join(directory, `${name}-key.pem`)];
  const { cert, key } = selfSignedCertificate(['127.0.0.1']);
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  return new Peers({
    INTERNAL_TOKEN: 'ours',
    GRPC_TLS_CERT_FILE: certFile,
    GRPC_TLS_KEY_FILE: keyFile,
    GRPC_TLS_CA_FILE: certFile,
  });
}
