import { findProgram, output, run } from './command.mjs';
import { say } from './console.mjs';

/** How each package manager installs a server without asking and without starting a system service. */
const PACKAGE_MANAGERS = [
  {
    program: 'apt-get',
    needsRoot: true,
    steps: [
      ['update', '-q'],
      ['install', '-y', '-q', '--no-install-recommends', 'mariadb-server-core', 'mariadb-client-core'],
    ],
  },
  { program: 'dnf', needsRoot: true, steps: [['install', '-y', '-q', 'mariadb-server']] },
  { program: 'brew', needsRoot: false, steps: [['install', '--quiet', 'mariadb']] },
];

/** Installs MariaDB where that needs no question. True when it did. */
export async function installDatabaseServer({ signal }) {
  for (const { program, needsRoot, steps } of PACKAGE_MANAGERS) {
    const manager = findProgram(program);
    const prefix = needsRoot ? rootPrefix() : [];
    if (!manager || !prefix) continue;
    try {
      for (const step of steps) {
        const [command, ...args] = [...prefix, manager, ...step];
        await run(`installing MariaDB (${program} ${step[0]})`, command, args, {
          signal,
          env: { ...process.env, HOMEBREW_NO_AUTO_UPDATE: '1' },
        });
      }
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      say(error.message);
    }
  }
  return false;
}

/** What to put before a command that needs root: nothing as root, sudo where it asks nothing, else null: it cannot be had. */
function rootPrefix() {
  const quietly = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  if (process.getuid?.() === 0) return quietly;
  const sudo = findProgram('sudo');
  return sudo && output(sudo, ['-n', 'true']) !== null ? [sudo, '-n', ...quietly] : null;
}
