import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consumerGroups } from '@trade/contracts';
import { startStack, tcpProxy, type Stack, type TcpProxy } from '@trade/testing';
import { Books } from '../books.js';
import { ShopClient } from '../shop-client.js';
import { LINKS, type LinkName } from './fault-plan.js';
import { SHIPPING, yuan } from './market.js';

const ROCKETMQ = process.env['ROCKETMQ_ENDPOINT'];
const CALLBACK_SECRET = 'the key of the payment platform';
/** Longer than any service takes for an answer, and short enough for a stopped process not to hold up its callers. */
const CLIENT_TIMEOUT_MS = 10_000;
/** Message retries in compressed time: 17 attempts in about a minute, instead of hours. */
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 3_000, 4_000, 5_000];
/** Services are started again at once however often they are killed. */
const LONGEST_BACKOFF_MS = 1_000;

export interface ChaosStackOptions {
  unpaidLimitMs: number;
  confirmLimitMs: number;
  /** Two instances of every service; the proxies are on the way to the first ones. */
  twoOfEach?: boolean;
  /** More settings. */
  env?: Record<string, string>;
}

/** A whole stack whose connections between processes lead through proxies. */
export class ChaosStack {
  /** One for each instance of order- and pay-service. */
  readonly shops: readonly ShopClient[];
  readonly books: Books;

  private constructor(
    readonly stack: Stack,
    readonly proxies: Record<LinkName, TcpProxy>,
    private readonly configDir: string,
    suffixes: readonly string[],
  ) {
    const url = (variable: string): string => `http://127.0.0.1:${stack.port(variable)}`;
    this.shops = suffixes.map((suffix) => {
      const [orderUrl, payUrl] = [url(`ORDER_HTTP_PORT${suffix}`), url(`PAY_HTTP_PORT${suffix}`)];
      return new ShopClient(orderUrl, payUrl, CALLBACK_SECRET, CLIENT_TIMEOUT_MS);
    });
    this.books = new Books(stack.databaseUrl);
  }

  static async start({
    unpaidLimitMs,
    confirmLimitMs,
    twoOfEach = false,
    env = {},
  }: ChaosStackOptions): Promise<ChaosStack> {
    const configDir = mkdtempSync(join(tmpdir(), 'trade-chaos-'));
    const mqConfig = join(configDir, 'mq.json');
    const groups = Object.values(consumerGroups).map((name) => ({ name, retryDelaysMs: RETRY_DELAYS_MS }));
    writeFileSync(mqConfig, JSON.stringify({ groups }));

    let proxies: Record<LinkName, TcpProxy> | undefined;
    const settings = async (ports: Record<string, number>): Promise<Record<string, string>> => {
      proxies = await openProxies(ports);
      const addresses = (link: LinkName, port: string): string =>
        [proxies![link].address, ...(twoOfEach ? [`127.0.0.1:${ports[`${port}_2`]}`] : [])].join(',');
      return {
        [ROCKETMQ ? 'ROCKETMQ_ENDPOINT' : 'MQ_GRPC_ADDRESS']: proxies.broker.address,
        GOODS_GRPC_ADDRESS: addresses('goods', 'GOODS_GRPC_PORT'),
        COUPON_GRPC_ADDRESS: addresses('coupon', 'COUPON_GRPC_PORT'),
        USER_GRPC_ADDRESS: addresses('user', 'USER_GRPC_PORT'),
        ORDER_GRPC_ADDRESS: addresses('order', 'ORDER_GRPC_PORT'),
        MQ_CONFIG_FILE: mqConfig,
        PAY_CALLBACK_SECRET: CALLBACK_SECRET,
        ORDER_UNPAID_LIMIT_MS: String(unpaidLimitMs),
        ORDER_CONFIRM_LIMIT_MS: String(confirmLimitMs),
        SHIPPING_FEE_YUAN: yuan(SHIPPING.feeFen),
        SHIPPING_FREE_FROM_YUAN: yuan(SHIPPING.freeFromFen),
        RESTART_BACKOFF_MAX_MS: String(LONGEST_BACKOFF_MS),
        RATE_LIMIT: 'off',
        ...env,
      };
    };
    try {
      return new ChaosStack(
        await startStack(settings, { twoOfEach }),
        proxies!,
        configDir,
        twoOfEach ? ['', '_2'] : [''],
      );
    } catch (error) {
      await closeProxies(proxies);
      rmSync(configDir, { recursive: true });
      throw error;
    }
  }

  /** The broker's admin API, where the broker is ours. */
  get mqAdminUrl(): string | null {
    return ROCKETMQ ? null : this.stack.mqAdminUrl;
  }

  /** @param keepFiles leaves database, broker store and logs for an inspection */
  async stop({ keepFiles = false } = {}): Promise<void> {
    for (const proxy of Object.values(this.proxies)) proxy.setMode('pass');
    await this.books.close();
    await this.stack.stop({ keepFiles });
    await closeProxies(this.proxies);
    rmSync(this.configDir, { recursive: true });
  }
}

async function openProxies(ports: Record<string, number>): Promise<Record<LinkName, TcpProxy>> {
  const targets: Record<LinkName, number> = {
    broker: ROCKETMQ ? Number(ROCKETMQ.split(':').at(-1)) : ports['MQ_GRPC_PORT']!,
    goods: ports['GOODS_GRPC_PORT']!,
    coupon: ports['COUPON_GRPC_PORT']!,
    user: ports['USER_GRPC_PORT']!,
    order: ports['ORDER_GRPC_PORT']!,
  };
  const opened = await Promise.all(LINKS.map(async (link) => [link, await tcpProxy(targets[link])] as const));
  return Object.fromEntries(opened) as Record<LinkName, TcpProxy>;
}

async function closeProxies(proxies: Record<LinkName, TcpProxy> | undefined): Promise<void> {
  await Promise.all(Object.values(proxies ?? {}).map((proxy) => proxy.stop()));
}
