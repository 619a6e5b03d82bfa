import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';

const CHECKOUT = resolve(import.meta.dirname, '../../..');
const COPIED = [
  'apps',
  'libs',
  'sql',
  'tools',
  'package.json',
  'package-lock.json',
  'nx.json',
  '.swcrc',
  '.nx/built.sha256',
];

/** A copy of this checkout, built as this one is, whose sources may be changed. Installed packages are those of this one. */
export function copyCheckout(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'trade-checkout-'));
  for (const name of COPIED) {
    if (!existsSync(join(CHECKOUT, name))) continue;
    cpSync(join(CHECKOUT, name), join(path, name), {
      recursive: true,
      filter: (source) => !source.split(sep).includes('node_modules'),
    });
  }
  linkPackages(path, 'node_modules', '@trade');
  for (const kind of ['apps', 'libs']) {
    for (const name of readdirSync(join(CHECKOUT, kind))) linkPackages(path, `${kind}/${name}/node_modules`);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** @param own a scope whose links lead to the copy's own packages */
function linkPackages(copy: string, folder: string, own?: string): void {
  if (!existsSync(join(CHECKOUT, folder))) return;
  mkdirSync(join(copy, folder));
  for (const name of readdirSync(join(CHECKOUT, folder))) {
    const target = join(copy, folder, name);
    if (name === own) cpSync(join(CHECKOUT, folder, name), target, { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(CHECKOUT, folder, name), target);
  }
}
