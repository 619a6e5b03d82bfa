import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  eventually,
  expectInvariants,
  INTERNAL_TOKEN,
  startStack,
  tcpProxy,
  type Stack,
  type TcpProxy,
} from '@trade/testing';
import { Books } from './books.js';
import { GrpcProxy } from './grpc-proxy.js';
import { ShopClient } from './shop-client.js';

export const CALLBACK_SECRET = 'the key of the payment platform';
const APPS = resolve(import.meta.dirname, '../..');
const ROCKETMQ = process.env['ROCKETMQ_ENDPOINT'];
/**
 * A message whose consumer was killed comes again when the broker knows that it is gone. Ours sees its connection break;
 * Apache RocketMQ waits two minutes for a sign of life.
 */
export const REDELIVERED_WITHIN_MS = ROCKETMQ ? 180_000 : 30_000;

interface SystemOptions {
  /** Settings of the services. */
  env?: Record<string, string>;
  /** order-service reaches the participants through proxies that can put faults on single calls. */
  behindProxies?: boolean;
  /** Two instances of every service. */
  twoOfEach?: boolean;
}

export interface ExtraInstance {
  process: ChildProcess;
  /** What it has logged so far. */
  log(): string;
}

/** What stands between the processes. */
interface Proxies {
  broker: TcpProxy;
  participants: { goods: GrpcProxy; coupon: GrpcProxy; user: GrpcProxy };
}

/** A whole stack, with everything a test does to it: customers, faults, the books. */
export class TradeSystem {
  readonly shop: ShopClient;
  readonly books: Books;
  private readonly extraInstances: ChildProcess[] = [];

  private constructor(
    readonly stack: Stack,
    private readonly allProxies: Proxies,
  ) {
    this.shop = new ShopClient(stack.orderUrl, stack.payUrl, CALLBACK_SECRET);
    this.books = new Books(stack.databaseUrl);
  }

  static async start({ env = {}, behindProxies = false, twoOfEach = false }: SystemOptions = {}): Promise<TradeSystem> {
    const opened: Proxies[] = [];
    const settings = async (ports: Record<string, number>): Promise<Record<string, string>> => {
      const proxies = await openProxies(ports);
      opened.push(proxies);
      return { PAY_CALLBACK_SECRET: CALLBACK_SECRET, ...addressesOf(proxies, behindProxies), ...env };
    };
    try {
      return new TradeSystem(await startStack(settings, { twoOfEach }), opened[0]!);
    } catch (error) {
      // open proxies would keep the test run from ending
      await Promise.all(opened.map(closeProxies));
      throw error;
    }
  }

  /** Where faults are put on the calls of order-service. */
  get proxies(): Proxies['participants'] {
    return this.allProxies.participants;
  }

  /** host:port at which the services find the broker. */
  get brokerAddress(): string {
    return this.allProxies.broker.address;
  }

  /** The broker is gone: connections break, new ones are refused. Both for the built-in one and for Apache RocketMQ. */
  breakBroker(): void {
    this.allProxies.broker.setMode('refuse');
  }

  healBroker(): void {
    this.allProxies.broker.setMode('pass');
  }

  /** No faults any more. */
  heal(): void {
    this.healBroker();
    for (const proxy of Object.values(this.proxies)) proxy.heal();
  }

  /** Waits until every invariant of the system holds, nothing waits to be sent and every message was consumed. */
  async settled(): Promise<void> {
    await eventually(
      async () => {
        // a shared RocketMQ also delivers what processes of an earlier stack were killed with
        if (ROCKETMQ) await this.books.forgetOrdersOfOthers();
        await expectInvariants(this.stack.databaseUrl, { timeoutMs: 0 });
      },
      { timeoutMs: REDELIVERED_WITHIN_MS, intervalMs: 200 },
    );
  }

  /** A service's database, as the administrator. */
  databaseUrl(schema: string): string {
    return Object.assign(new URL(this.stack.databaseUrl), { pathname: `/${schema}` }).href;
  }

  /** One more process of a service beside the supervised one; it ends with the system. */
  startInstance(service: string, env: Record<string, string>): ExtraInstance {
    const logPath = join(this.stack.dataDir, 'logs', `${service}-${this.extraInstances.length + 2}.log`);
    const logFile = openSync(logPath, 'a');
    const instance = spawn(process.execPath, [resolve(APPS, service, 'dist/main.js')], {
      env: { PATH: process.env['PATH'], ROCKETMQ_ENDPOINT: this.brokerAddress, INTERNAL_TOKEN, ...env },
      stdio: ['ignore', logFile, logFile],
    });
    closeSync(logFile);
    this.extraInstances.push(instance);
    return { process: instance, log: () => readFileSync(logPath, 'utf8') };
  }

  async stop(): Promise<void> {
    this.heal();
    for (const instance of this.extraInstances) instance.kill('SIGKILL');
    await this.books.close();
    await this.stack.stop();
    await closeProxies(this.allProxies);
  }
}

async function openProxies(ports: Record<string, number>): Promise<Proxies> {
  const brokerPort = ROCKETMQ ? Number(ROCKETMQ.split(':').at(-1)) : ports['MQ_GRPC_PORT']!;
  const [broker, goods, coupon, user] = await Promise.all([
    tcpProxy(brokerPort),
    GrpcProxy.start(ports['GOODS_GRPC_PORT']!),
    GrpcProxy.start(ports['COUPON_GRPC_PORT']!),
    GrpcProxy.start(ports['USER_GRPC_PORT']!),
  ]);
  return { broker, participants: { goods, coupon, user } };
}

/** The settings with which the services find the proxies instead of each other. */
function addressesOf({ broker, participants }: Proxies, behindProxies: boolean): Record<string, string> {
  const { goods, coupon, user } = participants;
  return {
    [ROCKETMQ ? 'ROCKETMQ_ENDPOINT' : 'MQ_GRPC_ADDRESS']: broker.address,
    ...(behindProxies && {
      GOODS_GRPC_ADDRESS: goods.address,
      COUPON_GRPC_ADDRESS: coupon.address,
      USER_GRPC_ADDRESS: user.address,
    }),
  };
}

async function closeProxies({ broker, participants }: Proxies): Promise<void> {
  await Promise.all([broker, ...Object.values(participants)].map((proxy) => proxy.stop()));
}
