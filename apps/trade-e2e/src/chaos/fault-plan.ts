import type { ProxyMode } from '@trade/testing';
import type { Random } from './random.js';

/** Connections with a proxy in between, by the service that they lead to. */
export const LINKS = ['broker', 'goods', 'coupon', 'user', 'order'] as const;
export type LinkName = (typeof LINKS)[number];

/** kill: SIGKILL · restart: SIGTERM · stop: SIGSTOP, later SIGCONT · the others: what a link does to its bytes. */
export type Fault =
  | { atMs: number; kind: 'kill' | 'restart'; process: string }
  | { atMs: number; kind: 'stop'; process: string; forMs: number }
  | LinkFault;

export interface LinkFault {
  atMs: number;
  kind: Exclude<ProxyMode, 'pass'>;
  link: LinkName;
  forMs: number;
}

export interface FaultPlanOptions {
  /** Processes that may be killed or stopped. */
  processes: readonly string[];
  durationMs: number;
  kills: number;
}

const MAX_STOP_MS = 4_000;
const MAX_LINK_FAULT_MS = 5_000;
/** Long enough for outboxes to fill and for receiving clients to notice. */
const BROKER_AWAY_MS = [5_000, 12_000] as const;
const STOPS_PER_KILL = 1 / 4;
const LINK_FAULTS_PER_KILL = 1 / 2;
const BROKER_OUTAGES_PER_KILL = 1 / 12;

/** What goes wrong and when, in order of time; the same for the same seed. */
export function planFaults(random: Random, { processes, durationMs, kills }: FaultPlanOptions): Fault[] {
  const spread = (name: string, count: number, faultAt: (atMs: number, own: Random) => Fault): Fault[] => {
    const own = random.fork(name);
    // one in each slice of the time, somewhere in it
    return Array.from({ length: count }, (_, index) =>
      faultAt(Math.round(((index + own.next()) * durationMs) / count), own),
    );
  };
  const share = (perKill: number): number => Math.max(1, Math.round(kills * perKill));

  const killed = random.fork('killed').deck(processes);
  const stopped = random.fork('stopped').deck(processes);
  const links = random.fork('links').deck(LINKS);
  const modes = random.fork('modes').deck(['refuse', 'hold', 'swallowReplies', 'slow'] as const);
  return [
    ...spread('kill', kills, (atMs, own): Fault => {
      const process = killed.next().value;
      // a database is also stopped in good order, as for maintenance
      const kind = process === 'database' && own.next() < 0.5 ? 'restart' : 'kill';
      return { atMs, kind, process };
    }),
    ...spread('stop', share(STOPS_PER_KILL), (atMs, own) => ({
      atMs,
      kind: 'stop',
      process: stopped.next().value,
      forMs: own.int(200, MAX_STOP_MS),
    })),
    ...spread('link', share(LINK_FAULTS_PER_KILL), (atMs, own) => ({
      atMs,
      kind: modes.next().value,
      link: links.next().value,
      forMs: own.int(200, MAX_LINK_FAULT_MS),
    })),
    ...spread('broker away', share(BROKER_OUTAGES_PER_KILL), (atMs, own) => ({
      atMs,
      kind: 'refuse',
      link: 'broker',
      forMs: own.int(...BROKER_AWAY_MS),
    })),
  ].sort((a, b) => a.atMs - b.atMs);
}

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill -9    ${fault.process}`;
    case 'restart':
      return `restart    ${fault.process}`;
    case 'stop':
      return `SIGSTOP    ${fault.process} for ${seconds(fault.forMs)}`;
    default:
      return `${LINK_FAULT_NAMES[fault.kind].padEnd(10)} way to ${fault.link} for ${seconds(fault.forMs)}`;
  }
}

const LINK_FAULT_NAMES = { refuse: 'cut', hold: 'hold', swallowReplies: 'no replies', slow: 'delay' } as const;

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
