import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosStack } from './chaos-stack.js';
import { describeFault, type Fault, type LinkFault, type LinkName } from './fault-plan.js';
import { codeOf } from '../system-error.js';

/** A process that is just being started again is waited for so long. */
const FOUND_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

export interface FaultRecord {
  /** Since the start of the run. */
  atMs: number;
  what: string;
  kind: Fault['kind'];
  /** False when the process was away all the time. */
  done: boolean;
}

/** Makes the planned faults happen, each at its time, and takes back what lasts. */
export class FaultInjector {
  readonly timeline: FaultRecord[] = [];
  private readonly stopped = new Set<number>();
  private readonly lastOnLink = new Map<LinkName, Fault>();

  constructor(
    private readonly chaos: ChaosStack,
    private readonly sinceStartMs: () => number,
  ) {}

  /** Resolves when the last fault is over. @throws when the signal aborts it */
  async run(plan: readonly Fault[], signal: AbortSignal): Promise<void> {
    const lasting: Promise<void>[] = [];
    for (const fault of plan) {
      await sleep(Math.max(0, fault.atMs - this.sinceStartMs()), undefined, { signal });
      lasting.push(this.make(fault));
    }
    await Promise.all(lasting);
    this.heal();
  }

  /** What goes wrong at this moment. */
  get present(): string {
    const links = Object.entries(this.chaos.proxies).filter(([, { mode }]) => mode !== 'pass');
    return [
      ...links.map(([link, { mode }]) => `${link}: ${mode}`),
      ...(this.stopped.size > 0 ? [`${this.stopped.size} stopped`] : []),
    ].join(', ');
  }

  get kills(): number {
    return this.timeline.filter(({ kind, done }) => done && (kind === 'kill' || kind === 'restart')).length;
  }

  private heal(): void {
    for (const pid of this.stopped) signalTo(pid, 'SIGCONT');
    this.stopped.clear();
    for (const proxy of Object.values(this.chaos.proxies)) proxy.setMode('pass');
  }

  private async make(fault: Fault): Promise<void> {
    if ('link' in fault) return this.breakLink(fault);
    const pid = await this.pidOf(fault.process);
    const signal = { kill: 'SIGKILL', restart: 'SIGTERM', stop: 'SIGSTOP' } as const;
    const done = pid !== null && signalTo(pid, signal[fault.kind]);
    this.record(fault, done);
    if (fault.kind !== 'stop' || !done) return;
    this.stopped.add(pid);
    await sleep(fault.forMs);
    this.stopped.delete(pid);
    signalTo(pid, 'SIGCONT');
  }

  private async breakLink(fault: LinkFault): Promise<void> {
    const proxy = this.chaos.proxies[fault.link];
    this.lastOnLink.set(fault.link, fault);
    proxy.setMode(fault.kind);
    this.record(fault, true);
    await sleep(fault.forMs);
    // a later fault on the same link has its own end
    if (this.lastOnLink.get(fault.link) === fault) proxy.setMode('pass');
  }

  private async pidOf(name: string): Promise<number | null> {
    const deadlineMs = Date.now() + FOUND_WITHIN_MS;
    for (;;) {
      const pid = this.chaos.stack.pids().get(name);
      if (pid !== undefined || Date.now() > deadlineMs) return pid ?? null;
      await sleep(LOOK_EVERY_MS);
    }
  }

  private record(fault: Fault, done: boolean): void {
    const what = `${describeFault(fault)}${done ? '' : ' (was not running)'}`;
    this.timeline.push({ atMs: this.sinceStartMs(), what, kind: fault.kind, done });
  }
}

/** @returns false when there is no such process any more */
function signalTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
}
