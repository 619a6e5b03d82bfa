import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, UserError } from './console.mjs';
import { root } from './paths.mjs';

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;
/** A process that lived this long starts over with the shortest backoff. */
const STEADY_AFTER_MS = 30_000;
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 15_000;
const POLL_MS = 50;
/** A process that ends this often before it was ever ready will not do better the next time. */
const FRUITLESS_STARTS = 3;

/**
 * Runs processes and starts again those that die. A process is described by
 * `{name, command, args, env?, ports, isReady, startTimeoutMs?, stopTimeoutMs?, afterExit?}`; its output goes to
 * `<logDir>/<name>.log`. `onChange` hears of every pid that comes or goes. One with `mayStopOthers` has a channel to us, through
 * which it can have another one killed, and kept away for a while.
 */
export class Supervisor {
  #logDir;
  #onChange;
  #longestBackoffMs;
  #entries = new Map();
  #stopping = false;

  constructor({ logDir, onChange = () => {}, longestBackoffMs = LONGEST_BACKOFF_MS }) {
    this.#logDir = logDir;
    this.#onChange = onChange;
    this.#longestBackoffMs = longestBackoffMs;
    mkdirSync(logDir, { recursive: true });
  }

  /** Starts it and resolves when it is ready; rejects when it does not get there. */
  async start(description) {
    const entry = { ...description, child: null, starts: 0, wasReady: false, backoffMs: FIRST_BACKOFF_MS, timer: null };
    this.#entries.set(entry.name, entry);
    this.#spawn(entry);
    const deadlineMs = Date.now() + (entry.startTimeoutMs ?? READY_WITHIN_MS);
    while (!(entry.child && (await entry.isReady()))) {
      if (this.#stopping) throw new UserError('stopped');
      if (!entry.child && entry.starts >= FRUITLESS_STARTS) throw this.#failure(entry, `ended ${entry.starts} times`);
      if (Date.now() > deadlineMs) throw this.#failure(entry, 'did not get ready in time');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    entry.wasReady = true;
  }

  /** Ends it and starts it again at once; resolves with whether it got ready before it ended again. */
  async restart(name) {
    const entry = this.#entries.get(name);
    entry.isRestarting = true;
    await this.#stopOne(entry);
    entry.isRestarting = false;
    if (this.#stopping) return false;
    entry.backoffMs = FIRST_BACKOFF_MS;
    this.#spawn(entry);
    const { child } = entry;
    while (entry.child === child) {
      if (await entry.isReady()) return true;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return false;
  }

  pid(name) {
    return this.#entries.get(name)?.child?.pid ?? null;
  }

  /** Those that are alive now, in the order in which they were started. */
  running() {
    return [...this.#entries.values()]
      .filter(({ child }) => child)
      .map(({ name, child, ports }) => ({ name, pid: child.pid, ports }));
  }

  /** The files that the processes write to. */
  logFiles() {
    return [...this.#entries.values()].map((entry) => this.#logPath(entry));
  }

  /** Ends the named processes side by side, with SIGKILL for those that do not end in time. */
  async stop(names) {
    this.#stopping = true;
    await Promise.all(names.map((name) => this.#stopOne(this.#entries.get(name))));
  }

  killAll() {
    this.#stopping = true;
    for (const { child } of this.#entries.values()) child?.kill('SIGKILL');
  }

  #spawn(entry) {
    const log = openSync(join(this.#logDir, `${entry.name}.log`), 'a');
    entry.starts += 1;
    entry.startedAtMs = Date.now();
    // In a process group of its own: a Ctrl-C in the terminal reaches us alone, and we stop them in order.
    const child = spawn(entry.command, entry.args, {
      cwd: root,
      env: { ...process.env, ...entry.env },
      stdio: ['ignore', log, log, ...(entry.mayStopOthers ? ['ipc'] : [])],
      detached: true,
    });
    child.on('message', (message) => this.#takeAway(message));
    closeSync(log);
    entry.child = child;
    entry.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    this.#restartWhenItEnds(entry);
    this.#onChange();
  }

  async #restartWhenItEnds(entry) {
    const how = await entry.ended;
    entry.child = null;
    entry.afterExit?.();
    this.#onChange();
    if (this.#stopping || entry.isRestarting || (!entry.wasReady && entry.starts >= FRUITLESS_STARTS)) return;
    if (Date.now() - entry.startedAtMs > STEADY_AFTER_MS) entry.backoffMs = FIRST_BACKOFF_MS;
    say(
      `${entry.name} ended (${how}): starting it again in ${entry.backoffMs / 1000} s; its log: ${this.#logPath(entry)}`,
    );
    entry.timer = setTimeout(() => this.#spawn(entry), entry.backoffMs);
    entry.backoffMs = Math.min(entry.backoffMs * 2, this.#longestBackoffMs);
  }

  /** Only what runs is killed; how long it is away is ours to limit. */
  #takeAway({ kill, awayMs }) {
    const entry = this.#entries.get(kill);
    if (!entry?.child || this.#stopping) return;
    entry.backoffMs = Math.min(Math.max(Number(awayMs) || 0, FIRST_BACKOFF_MS), LONGEST_BACKOFF_MS);
    // it does not start over with the shortest backoff
    entry.startedAtMs = Date.now();
    say(`${entry.name} is killed on request`);
    entry.child.kill('SIGKILL');
  }

  async #stopOne(entry) {
    if (!entry) return;
    clearTimeout(entry.timer);
    const { child } = entry;
    if (!child) return;
    child.kill('SIGTERM');
    const kill = setTimeout(() => {
      say(`${entry.name} does not stop: killing it`);
      child.kill('SIGKILL');
    }, entry.stopTimeoutMs ?? STOP_WITHIN_MS);
    await entry.ended;
    clearTimeout(kill);
  }

  #logPath(entry) {
    return join(this.#logDir, `${entry.name}.log`);
  }

  #failure(entry, what) {
    const lastLines = readFileSync(this.#logPath(entry), 'utf8').trimEnd().split('\n').slice(-15);
    return new UserError(`${entry.name} ${what}. The end of ${this.#logPath(entry)}:\n  ${lastLines.join('\n  ')}`);
  }
}
