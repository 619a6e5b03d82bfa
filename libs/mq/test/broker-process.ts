import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { createInterface } from 'node:readline';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const MAIN = join(ROOT, 'apps', 'mq-broker', 'dist', 'main.js');

/** Compiles the broker and its process when their sources are newer than what was compiled. */
export function buildBroker(): void {
  for (const project of ['libs/mq', 'apps/mq-broker']) {
    const dir = join(ROOT, project);
    const built = newest(join(dir, 'dist'));
    if (built < newest(join(dir, 'src')))
      execFileSync(process.execPath, [join(ROOT, 'tools', 'compile.mjs')], { cwd: dir });
  }
}

function newest(dir: string): number {
  if (!fs.existsSync(dir)) return 0;
  const files = fs.readdirSync(dir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return Math.max(0, ...files.map((file) => fs.statSync(join(file.parentPath, file.name)).mtimeMs));
}

/** mq-broker as a process of its own, that can be killed. */
export class BrokerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly endpoint: string,
    readonly adminPort: number,
    readonly log: string[],
  ) {}

  static async start(env: Record<string, string>): Promise<BrokerProcess> {
    const child = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env['PATH'], MQ_GRPC_PORT: '0', MQ_ADMIN_PORT: '0', MQ_LONG_POLLING_MS: '1000', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const log: string[] = [];
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    return new Promise((resolveStarted, reject) => {
      child.once('exit', (code) => reject(new Error(`the broker ended with ${code}: ${log.join('\n')}`)));
      lines.on('line', (line) => {
        log.push(line);
        const { event, endpoint, adminPort } = JSON.parse(line) as {
          event: string;
          endpoint: string;
          adminPort: number;
        };
        if (event === 'broker_started') resolveStarted(new BrokerProcess(child, endpoint, adminPort, log));
      });
    });
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Its open files and connections; undefined where the system does not tell. */
  get handles(): number | undefined {
    const dir = `/proc/${this.child.pid}/fd`;
    return fs.existsSync(dir) ? fs.readdirSync(dir).length : undefined;
  }

  /** What its admin HTTP says of it. */
  async status(): Promise<{ connections: number; calls: number; memoryBytes: number }> {
    const response = await fetch(`http://127.0.0.1:${this.adminPort}/status`);
    return (await response.json()) as { connections: number; calls: number; memoryBytes: number };
  }

  /** Ends it and resolves with its exit code, null when a signal ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const ended = new Promise<number | null>((resolveEnded) => this.child.once('exit', resolveEnded));
    this.child.kill(signal);
    return ended;
  }
}
