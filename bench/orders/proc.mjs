/** What processes use, from /proc; nothing where there is no /proc. */
import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** CPU milliseconds that each process has used so far, by name. */
export function cpuMs(processes) {
  return Object.fromEntries(processes.map(({ name, pid }) => [name, cpuMsOf(pid)]));
}

function cpuMsOf(pid) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return Number.NaN;
    throw error;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
  return ((userTicks + systemTicks) * 1_000) / TICKS_PER_SECOND;
}

/**
 * Memory that only goes away with the processes, in MiB, by name: their own pages, and their share of those that several
 * of them have mapped (the programs).
 */
export function memoryMb(processes) {
  return Object.fromEntries(processes.map(({ name, pid }) => [name, memoryMbOf(pid)]));
}

function memoryMbOf(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)[1]) / 1_024;
}
