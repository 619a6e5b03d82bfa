import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = resolve(import.meta.dirname, '../../../mq-broker/dist/main.js');

/** The broker as `npm start` runs it: built, a process of its own, with a new store. */
export class BrokerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly dataDir: string,
    /** Of the admin HTTP, which serves the console. */
    readonly url: string,
    /** host:port for messaging clients. */
    readonly endpoint: string,
  ) {}

  /** `settings`: environment of the broker. @throws {Error} when it ends before it is ready, with what it wrote */
  static async start(settings: Record<string, string>): Promise<BrokerProcess> {
    const dataDir = mkdtempSync(join(tmpdir(), 'console-'));
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        MQ_DATA_DIR: dataDir,
        MQ_GRPC_PORT: '0',
        MQ_ADMIN_PORT: '0',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    for await (const line of createInterface({ input: child.stdout })) {
      said += `${line}\n`;
      const { event, endpoint, adminPort } = JSON.parse(line) as { event: string; endpoint: string; adminPort: number };
      if (event !== 'broker_started') continue;
      child.stdout.resume();
      return new BrokerProcess(child, dataDir, `http://127.0.0.1:${adminPort}`, endpoint);
    }
    throw new Error(`the broker did not start:\n${said}`);
  }

  /** Ends it without a goodbye. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolved) => this.child.once('exit', resolved));
    this.child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
