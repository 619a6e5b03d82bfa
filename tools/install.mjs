import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { say, UserError } from './console.mjs';
import { root } from './paths.mjs';

const OLDEST_NODE = [20, 19];

/** Installs the packages of package-lock.json when what is in node_modules is not them. */
export async function install({ signal } = {}) {
  refuseOldNode();
  if (isInstalled()) return;
  // Build tools are development packages: NODE_ENV=production must not leave them out.
  await run('installing packages (npm ci)', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], { signal });
  say('packages are installed');
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new UserError(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}`);
  }
}

/**
 * npm writes node_modules/.package-lock.json as the last step of an install: it is what really lies there. Packages of
 * another platform are optional and missing on purpose.
 */
function isInstalled() {
  // an image has its packages and no lock file
  if (!existsSync(join(root, 'package-lock.json'))) return true;
  const actualPath = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(actualPath)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const actual = JSON.parse(readFileSync(actualPath, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = actual[path];
    if (!found) return Boolean(entry.optional || entry.devOptional || entry.peer);
    return found.version === entry.version && found.integrity === entry.integrity && found.link === entry.link;
  });
}
