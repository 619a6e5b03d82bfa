import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root } from '../paths.mjs';

/** The packages of the workspace: name, folder, and the names of the packages that each one names as dependencies. */
export function readPackages() {
  return ['apps', 'libs'].flatMap((kind) =>
    readdirSync(join(root, kind)).map((folder) => {
      const path = join(root, kind, folder);
      const { name, dependencies = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      return { name, path, app: kind === 'apps' ? folder : null, uses: Object.keys(dependencies) };
    }),
  );
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
