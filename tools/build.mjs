import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './command.mjs';
import { say } from './console.mjs';
import { root } from './paths.mjs';

const STAMP = join(root, '.nx/built.sha256');
const NOT_A_SOURCE = new Set(['node_modules', 'dist', 'test']);

/** Builds every package, unless no source changed since the last build. */
export async function build({ signal } = {}) {
  if (!existsSync(join(root, 'nx.json'))) return; // the Docker image: built, without what builds it
  const sources = hashOfSources();
  if (isBuilt(sources)) return;
  const nx = join(root, 'node_modules/.bin/nx');
  await run('building', process.execPath, [nx, 'run-many', '-t', 'build', '--outputStyle=static'], {
    signal,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' },
  });
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, sources);
  say('built');
}

/** What is in dist/ is no longer what the last build made: the next one looks at everything. */
export function forgetBuild() {
  rmSync(STAMP, { force: true });
}

/** Whether a file or folder of this name is part of what is built. */
export function isSource(name) {
  return !NOT_A_SOURCE.has(name) && !name.endsWith('spec.ts');
}

function isBuilt(sources) {
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== sources) return false;
  return packageFolders().every((folder) => !hasBuild(folder) || existsSync(join(folder, 'dist')));
}

function hasBuild(folder) {
  const { nx } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Boolean(nx?.targets?.build);
}

/** The folders of the workspace's packages. */
export function packageFolders() {
  return ['apps', 'libs'].flatMap((kind) =>
    readdirSync(join(root, kind), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(root, kind, entry.name))
      // what another branch left behind is a folder with nothing but dist
      .filter((folder) => existsSync(join(folder, 'package.json'))),
  );
}

function hashOfSources() {
  const hash = createHash('sha256');
  const files = ['.swcrc', 'nx.json', 'package-lock.json', 'tools/compile.mjs', 'tools/compile-source.mjs'].map(
    (name) => join(root, name),
  );
  for (const folder of packageFolders()) files.push(...filesBelow(folder));
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (!isSource(entry.name)) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}
