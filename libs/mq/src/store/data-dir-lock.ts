import * as fs from 'node:fs';
import { join } from 'node:path';
import { DataDirInUseError } from './store-errors.js';

const heldHere = new Set<string>();

/**
 * Keeps two brokers from writing the same files. The lock names a process and its start time: after a crash the pid may
 * belong to another program (in a container it is always 1), the start time tells them apart.
 */
export class DataDirLock {
  private constructor(private readonly path: string) {}

  static acquire(dataDir: string): DataDirLock {
    const path = join(fs.realpathSync(dataDir), 'lock');
    if (heldHere.has(path)) throw new DataDirInUseError(dataDir, process.pid);
    const holder = readHolder(path);
    if (holder && holder.pid !== process.pid && startTimeOf(holder.pid) === holder.startTime)
      throw new DataDirInUseError(dataDir, holder.pid);
    fs.writeFileSync(path, `${process.pid} ${startTimeOf(process.pid)}\n`);
    heldHere.add(path);
    return new DataDirLock(path);
  }

  release(): void {
    heldHere.delete(this.path);
    fs.rmSync(this.path, { force: true });
  }
}

function readHolder(path: string): { pid: number; startTime: string } | undefined {
  if (!fs.existsSync(path)) return undefined;
  const [pid, startTime] = fs.readFileSync(path, 'utf8').trim().split(' ');
  return pid && startTime ? { pid: Number(pid), startTime } : undefined;
}

/** Start time of a process in clock ticks, 'running' where the system has no /proc, 'gone' when there is no such process. */
function startTimeOf(pid: number): string {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  if (!fs.existsSync('/proc/self/stat')) return 'running';
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'running';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    throw error;
  }
}
