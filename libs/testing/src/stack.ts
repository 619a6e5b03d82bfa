import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { eventually } from './eventually.js';
import { holdPort } from './ports.js';

const CHECKOUT = resolve(import.meta.dirname, '../../..');
/** The first start on a machine may have to install a database server. */
const READY_WITHIN_MS = 240_000;
const STOP_WITHIN_MS = 60_000;
const SCHEMAS = ['trade_order', 'trade_pay', 'trade_goods', 'trade_coupon', 'trade_user'];
const SERVICES = ['ORDER', 'PAY', 'GOODS', 'COUPON', 'USER'];
const PORTS = [
  ...SERVICES.flatMap((name) => [`${name}_HTTP_PORT`, `${name}_GRPC_PORT`]),
  ...['MQ_GRPC_PORT', 'MQ_ADMIN_PORT'],
];
const PORTS_OF_SECOND_INSTANCES = SERVICES.flatMap((name) => [`${name}_HTTP_PORT_2`, `${name}_GRPC_PORT_2`]);

/** What the services of a stack know each other by, where its settings name no other. */
export const INTERNAL_TOKEN = 'the services of a test stack know each other by it';

/** Settings for `npm start`, by variable; they may depend on the ports that the stack is going to have. */
export type StackSettings =
  Record<string, string> | ((ports: Record<string, number>) => Promise<Record<string, string>>);

type ServiceName = 'order-service' | 'pay-service' | 'goods-service' | 'coupon-service' | 'user-service';
export type ProcessName = ServiceName | `${ServiceName}-2` | 'mq-broker' | 'database';

export interface StackOptions {
  /** Start two instances of every service. */
  twoOfEach?: boolean;
  /** A folder with what another stack has left there; else a new one. */
  dataDir?: string;
  /** Another checkout than this one. */
  checkout?: string;
  /** As `npm run dev` does: shows the logs, and restarts what changes. */
  watch?: boolean;
}

interface StackFile {
  database: { adminUrl: string; pid: number | null };
  processes: { name: string; pid: number; ports: { http: number; grpc: number } }[];
}

/** The whole system as real processes, started the way `npm start` does it, on free ports and with files of its own. */
export class Stack {
  private said = '';

  private constructor(
    readonly dataDir: string,
    private readonly supervisor: ChildProcess,
    private readonly ports: Record<string, number>,
  ) {}

  static async start(
    settings: StackSettings,
    { twoOfEach = false, dataDir = newDataDir(), checkout = CHECKOUT, watch = false }: StackOptions,
  ): Promise<Stack> {
    const { ports, release } = await reservePorts();
    const env = typeof settings === 'function' ? await settings(ports) : settings;
    await release();
    const texts = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
    const args = twoOfEach ? ['--scale', SERVICES.map((name) => `${name.toLowerCase()}=2`).join(',')] : [];
    if (watch) args.push('--watch');
    const supervisor = spawn(process.execPath, [join(checkout, 'tools/start.mjs'), ...args], {
      env: {
        ...process.env,
        ...(await ownDatabase()),
        NODE_OPTIONS: '',
        STOP_WITH_PARENT: 'true',
        RATE_LIMIT: 'off',
        INTERNAL_TOKEN,
        DATA_DIR: dataDir,
        ...texts,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stack = new Stack(dataDir, supervisor, ports);
    try {
      await stack.untilReady();
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  /** What `npm start` has printed so far. */
  get output(): string {
    return this.said;
  }

  get orderUrl(): string {
    return this.url('ORDER_HTTP_PORT');
  }

  get payUrl(): string {
    return this.url('PAY_HTTP_PORT');
  }

  get mqAdminUrl(): string {
    return this.url('MQ_ADMIN_PORT');
  }

  /** An admin account that sees every service's database. */
  get databaseUrl(): string {
    return this.read().database.adminUrl;
  }

  /** The port that the stack was given, by the name of its variable. */
  port(variable: string): number {
    const port = this.ports[variable];
    if (port === undefined) throw new Error(`no such port: ${variable}`);
    return port;
  }

  /** A part as it runs now; after a restart its pid is another one. @throws {Error} while it is not running */
  process(name: ProcessName): { pid: number; kill: (signal: NodeJS.Signals) => void } {
    const { database, processes } = this.read();
    const pid = name === 'database' ? database.pid : processes.find((found) => found.name === name)?.pid;
    if (!pid) throw new Error(`${name} is not running`);
    return { pid, kill: (signal) => process.kill(pid, signal) };
  }

  /** All parts that run now, by name. */
  pids(): Map<string, number> {
    const { database, processes } = this.read();
    const pids = new Map(processes.map(({ name, pid }) => [name, pid]));
    if (database.pid) pids.set('database', database.pid);
    return pids;
  }

  /** Kills a part and waits until its next incarnation is ready. */
  async restart(name: Exclude<ProcessName, 'database'>, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const before = this.process(name);
    before.kill(signal);
    await eventually(() => this.process(name).pid !== before.pid, { timeoutMs: 60_000 });
    await this.untilServing(name);
  }

  /** Waits until a part answers that it is ready. */
  async untilServing(name: Exclude<ProcessName, 'database'>): Promise<void> {
    await eventually(
      async () => {
        const part = this.read().processes.find((found) => found.name === name);
        return part !== undefined && (await fetch(`http://127.0.0.1:${part.ports.http}/health/ready`)).ok;
      },
      { timeoutMs: 60_000 },
    );
  }

  /** What a part has logged so far. */
  log(name: ProcessName): string {
    return readFileSync(join(this.dataDir, 'logs', `${name}.log`), 'utf8');
  }

  /** @param keepFiles leaves what the stack wrote under dataDir */
  async stop({ keepFiles = false } = {}): Promise<void> {
    await this.end(STOP_WITHIN_MS);
    if (!keepFiles) rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async end(withinMs: number): Promise<void> {
    if (this.supervisor.exitCode !== null || this.supervisor.signalCode !== null) return;
    const ended = new Promise((resolveEnded) => this.supervisor.once('exit', resolveEnded));
    this.supervisor.kill('SIGTERM');
    // asked again, it kills what is left
    const again = setTimeout(() => this.supervisor.kill('SIGTERM'), withinMs);
    await ended;
    clearTimeout(again);
  }

  private untilReady(): Promise<void> {
    return new Promise((ready, fail) => {
      const timer = setTimeout(() => fail(new Error(`not ready in time:\n${this.said}`)), READY_WITHIN_MS);
      const listen = (bytes: Buffer): void => {
        this.said += bytes.toString();
        if (!this.said.includes('Stop: Ctrl-C')) return;
        clearTimeout(timer);
        ready();
      };
      this.supervisor.stdout?.on('data', listen);
      this.supervisor.stderr?.on('data', listen);
      this.supervisor.once('exit', (code) => {
        clearTimeout(timer);
        fail(new Error(`the stack did not start (exit code ${code}):\n${this.said}`));
      });
    });
  }

  private url(variable: string): string {
    return `http://127.0.0.1:${this.port(variable)}`;
  }

  private read(): StackFile {
    return JSON.parse(readFileSync(join(this.dataDir, 'stack.json'), 'utf8')) as StackFile;
  }
}

/** Starts a whole stack on free ports. */
export function startStack(settings: StackSettings = {}, options: StackOptions = {}): Promise<Stack> {
  return Stack.start(settings, options);
}

export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'trade-stack-'));
}

/**
 * Every stack has a private database server, because the names of the databases are fixed. E2E_MYSQL_URL names a server
 * for tests to use instead, one stack at a time: its trade_* databases are dropped first.
 */
async function ownDatabase(): Promise<{ MYSQL_URL: string }> {
  const url = process.env['E2E_MYSQL_URL'];
  if (!url) return { MYSQL_URL: '' };
  const connection = await createConnection({ uri: Object.assign(new URL(url), { pathname: '/' }).href });
  for (const schema of SCHEMAS) await connection.query('DROP DATABASE IF EXISTS ??', [schema]);
  await connection.end();
  return { MYSQL_URL: url };
}

/** All are held until they are released: no port is given out twice, to us or to what settings start. */
async function reservePorts(): Promise<{ ports: Record<string, number>; release: () => Promise<void> }> {
  const servers = await Promise.all(
    [...PORTS, ...PORTS_OF_SECOND_INSTANCES].map(async (name) => ({ name, ...(await holdPort()) })),
  );
  return {
    ports: Object.fromEntries(servers.map(({ name, port }) => [name, port])),
    release: async () => {
      await Promise.all(servers.map(({ server }) => new Promise((closed) => server.close(closed))));
    },
  };
}
