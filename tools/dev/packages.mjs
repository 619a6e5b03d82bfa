import { readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { packageFolders } from '../build.mjs';
import { root } from '../paths.mjs';

/** The packages of the workspace: name, folder, and the names of the packages that each one names as dependencies. */
export function readPackages() {
  return packageFolders().map((path) => {
    const { name, dependencies = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const isApp = path.startsWith(join(root, 'apps') + sep);
    return { name, path, app: isApp ? basename(path) : null, uses: Object.keys(dependencies) };
  });
}

/** The package that a file belongs to. */
export function packageOf(packages, file) {
  return packages.find(({ path }) => file.startsWith(path + sep));
}

/** The apps that run code of a package: itself, or those that depend on it over any number of steps. */
export function appsThatUse(packages, { name, app }) {
  if (app) return [app];
  return packages.filter(({ uses }) => uses.includes(name)).flatMap((user) => appsThatUse(packages, user));
}

/** The path of a source below src/, or null for a file that is not compiled. */
export function sourceName({ path }, file) {
  const name = relative(join(path, 'src'), file);
  return name.startsWith('..') ? null : name;
}
