import { findProgram, output, run } from './command.mjs';
import { say } from './console.mjs';

/** Managers in the order in which they are tried; each installs without asking and without starting a system service. */
const MANAGERS = [
  {
    program: 'apt-get',
    needsRoot: true,
    before: [['update', '-q']],
    install: ['install', '-y', '-q', '--no-install-recommends'],
  },
  { program: 'dnf', needsRoot: true, before: [], install: ['install', '-y', '-q'] },
  { program: 'brew', needsRoot: false, before: [], install: ['install', '--quiet'] },
];

/**
 * Installs `what` with the first package manager that needs no question. True when it did.
 * @param packages by manager: the packages it is to install; a manager that is not named is not tried
 */
export async function installSystemPackage(what, packages, { signal }) {
  for (const { program, needsRoot, before, install } of MANAGERS) {
    const manager = findProgram(program);
    const prefix = needsRoot ? rootPrefix() : [];
    if (!manager || !prefix || !packages[program]) continue;
    try {
      for (const step of [...before, [...install, ...packages[program]]]) {
        const [command, ...args] = [...prefix, manager, ...step];
        await run(`installing ${what} (${program} ${step[0]})`, command, args, {
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
