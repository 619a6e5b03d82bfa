import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from './command.mjs';
import { UserError } from './console.mjs';
import { dataDir } from './paths.mjs';

/** DATA_DIR/stack.json: where the parts of a running stack are. Tests, benchmarks and fault tools find their targets there. */
export class StackFile {
  constructor(dataDir) {
    this.path = join(dataDir, 'stack.json');
  }

  read() {
    return existsSync(this.path) ? JSON.parse(readFileSync(this.path, 'utf8')) : null;
  }

  /** Readers see the old or the new file, never half of one. It holds a password: nobody else may read it. */
  write(stack) {
    const next = `${this.path}.next`;
    writeFileSync(next, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
    renameSync(next, this.path);
  }

  remove() {
    rmSync(this.path, { force: true });
  }
}

/** The administrator's URL: MYSQL_URL where that is set, else that of the running stack of DATA_DIR. */
export function databaseOfStack(env = process.env) {
  const url = env.MYSQL_URL || new StackFile(dataDir(env)).read()?.database.adminUrl;
  if (!url) throw new UserError('no database: start the system (npm start), or set MYSQL_URL or DATA_DIR');
  return url;
}

/** The words a process was started with, one space between; nothing for one that is gone, or a zombie that nobody reaps. */
export function commandLineOf(pid) {
  if (existsSync('/proc/self/cmdline')) {
    const path = `/proc/${pid}/cmdline`;
    return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\0', ' ') : null;
  }
  return output('ps', ['-o', 'args=', '-p', String(pid)]);
}
