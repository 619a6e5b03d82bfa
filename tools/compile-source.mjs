import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const configFile = fileURLToPath(new URL('../.swcrc', import.meta.url));

/** Whether a file of a package, by its path in src/, is compiled. */
export function isCompiled(name) {
  return name.endsWith('.ts') && !name.endsWith('spec.ts');
}

/** Where a source of a package lands, by its path in src/. */
export function compiledPath(folder, name) {
  return path.join(folder, 'dist', name.replace(/\.ts$/, '.js'));
}

/** @throws {Error} with the place in the source that is no TypeScript */
export async function compileSource(folder, name) {
  const out = compiledPath(folder, name);
  const source = path.join(folder, 'src', name);
  const sourceFileName = path.relative(path.dirname(out), source);
  const { code, map } = await transformFile(source, { configFile, sourceFileName });
  mkdirSync(path.dirname(out), { recursive: true });
  writeFileSync(out, `${code}\n//# sourceMappingURL=${path.basename(out)}.map\n`);
  writeFileSync(`${out}.map`, map);
}
