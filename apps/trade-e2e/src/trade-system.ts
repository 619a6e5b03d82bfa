import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { expectInvariants, startStack, tcpProxy, type Stack, type TcpProxy } from '@trade/testing';
import { Books } from './books.js';
import { GrpcProxy } from './grpc-proxy.js';
import { ShopClient } from './shop-client.js';

export const CALLBACK_SECRET = 'the key of the payment platform';
const APPS = resolve(import.meta.dirname, '../..');

interface SystemOptions {
  /** Settings of the services. */
  env?: Record<string, string>;
  /** order-service reaches the participants through proxies that can put faults on single calls. */
  behindProxies?: boolean;
}

/** A whole stack, with everything a test does to it: customers, faults, the books. */
export class TradeSystem {
  private readonly extraInstances: ChildProcess[] = [];
  private stopped = false;

  private constructor(
    readonly stack: Stack,
    readonly proxies: { goods: GrpcProxy; coupon: GrpcProxy; user: GrpcProxy },
    private readonly brokerProxy: TcpProxy,
    readonly shop: ShopClient,
    readonly books: Books,
  ) {}

  static async start({ env = {}, behindProxies = false }: SystemOptions = {}): Promise<TradeSystem> {
    const broker = await brokerBehindProxy();
    const [goods, coupon, user] = await Promise.all([GrpcProxy.start(), GrpcProxy.start(), GrpcProxy.start()]);
    const addresses = {
      GOODS_GRPC_ADDRESS: goods.address,
      COUPON_GRPC_ADDRESS: coupon.address,
      USER_GRPC_ADDRESS: user.address,
    };
    const stack = await startStack({
      PAY_CALLBACK_SECRET: CALLBACK_SECRET,
      ...broker.env,
      ...(behindProxies ? addresses : {}),
      ...env,
    }).catch(async (error: unknown) => {
      // open proxies would keep the test run from ending
      await Promise.all([broker.proxy, goods, coupon, user].map((proxy) => proxy.stop()));
      throw error;
    });
    goods.forwardTo(stack.port('GOODS_GRPC_PORT'));
    coupon.forwardTo(stack.port('COUPON_GRPC_PORT'));
    user.forwardTo(stack.port('USER_GRPC_PORT'));
    const shop = new ShopClient(stack.orderUrl, stack.payUrl, CALLBACK_SECRET);
    return new TradeSystem(stack, { goods, coupon, user }, broker.proxy, shop, new Books(stack.databaseUrl));
  }

  /** host:port at which the services find the broker. */
  get brokerAddress(): string {
    return this.brokerProxy.address;
  }

  /** The broker is gone: connections break, new ones are refused. Both for the built-in one and for Apache RocketMQ. */
  breakBroker(): void {
    this.brokerProxy.setMode('refuse');
  }

  healBroker(): void {
    this.brokerProxy.setMode('pass');
  }

  /** No faults any more. */
  heal(): void {
    this.healBroker();
    for (const proxy of Object.values(this.proxies)) proxy.heal();
  }

  /** Waits until every invariant of the system holds, nothing waits to be sent and every message was consumed. */
  async settled(timeoutMs = 30_000): Promise<void> {
    await expectInvariants(this.stack.databaseUrl, { timeoutMs });
  }

  /** A service's database, as the administrator. */
  databaseUrl(schema: string): string {
    return Object.assign(new URL(this.stack.databaseUrl), { pathname: `/${schema}` }).href;
  }

  /** One more process of a service beside the supervised one; it ends with the system. */
  startInstance(service: string, env: Record<string, string>): ChildProcess {
    const instance = spawn(process.execPath, [resolve(APPS, service, 'dist/main.js')], {
      env: { PATH: process.env['PATH'], ROCKETMQ_ENDPOINT: this.brokerAddress, LOG_LEVEL: 'info', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.extraInstances.push(instance);
    return instance;
  }

  /** Can be called again. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.heal();
    for (const instance of this.extraInstances) instance.kill('SIGKILL');
    await this.books.close();
    await this.stack.stop();
    await Promise.all([this.brokerProxy, ...Object.values(this.proxies)].map((proxy) => proxy.stop()));
  }
}

/** The built-in broker, or the Apache RocketMQ of ROCKETMQ_ENDPOINT, with a proxy before it. */
async function brokerBehindProxy(): Promise<{ proxy: TcpProxy; env: Record<string, string> }> {
  const rocketmq = process.env['ROCKETMQ_ENDPOINT'];
  if (rocketmq) {
    const proxy = await tcpProxy(Number(rocketmq.split(':').at(-1)));
    return { proxy, env: { ROCKETMQ_ENDPOINT: proxy.address } };
  }
  const port = await freePort();
  const proxy = await tcpProxy(port);
  return { proxy, env: { MQ_GRPC_PORT: String(port), MQ_GRPC_ADDRESS: proxy.address } };
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
