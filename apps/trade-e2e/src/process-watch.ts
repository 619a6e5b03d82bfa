import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { eventuallyNone, type Stack } from '@trade/testing';
import { codeOf } from './system-error.js';

/** What a process holds now. */
export interface ProcessSample {
  pid: number;
  /** Open files and sockets, but not the database pool, which grows to its size, nor the files of the broker's store. */
  handles: number;
  residentBytes: number;
}

const PAGE_BYTES = 4_096;
const LET_GO_WITHIN_MS = 30_000;

/** The stack's processes but the database, which opens files as it likes; from /proc: Linux only. */
export function sampleProcesses(stack: Stack): Map<string, ProcessSample> {
  const ours = [...stack.pids()].filter(([name]) => name !== 'database');
  const pooled = socketsTo(Number(new URL(stack.databaseUrl).port));
  const isCounted = (target: string): boolean => !pooled.has(target) && !target.startsWith(stack.dataDir);
  return new Map(ours.map(([name, pid]) => [name, sampleProcess(pid, isCounted)]));
}

export function sampleProcess(pid: number, isCounted: (target: string) => boolean): ProcessSample {
  const [, residentPages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  const folder = `/proc/${pid}/fd`;
  const handles = readdirSync(folder).filter((handle) => isCounted(targetOf(`${folder}/${handle}`)));
  return { pid, handles: handles.length, residentBytes: Number(residentPages) * PAGE_BYTES };
}

/** What a handle leads to; it may be closed by the time we look. */
function targetOf(handle: string): string {
  try {
    return readlinkSync(handle);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'closed';
    throw error;
  }
}

/** Sockets that lead to a port of this machine, as handles name them. */
function socketsTo(port: number): Set<string> {
  const remote = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  const columns = lines.map((line) => line.trim().split(/\s+/)).filter((row) => row[2]?.endsWith(`:${remote}`));
  return new Set(columns.map((row) => `socket:[${row[9]}]`));
}

/** Which processes died, or hold more handles than before, also after a while; none is right. */
export async function processProblems(stack: Stack, before: Map<string, ProcessSample>): Promise<string[]> {
  const look = (): string[] => {
    const now = sampleProcesses(stack);
    return [...before].flatMap(([name, { pid, handles }]) => {
      const present = now.get(name);
      if (!present) return [`${name} is gone`];
      if (present.pid !== pid) return [`${name} died and was started again`];
      return present.handles > handles ? [`${name} holds ${present.handles} handles, ${handles} before`] : [];
    });
  };
  return eventuallyNone(look, { timeoutMs: LET_GO_WITHIN_MS, intervalMs: 500 });
}
