/** Compiles the sources of the package in the current folder from src/ to dist/: the `build` target of every package. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const configFile = fileURLToPath(new URL('../.swcrc', import.meta.url));
const sources = readdirSync('src', { recursive: true }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('spec.ts'),
);

rmSync('dist', { recursive: true, force: true });
await Promise.all(
  sources.map(async (name) => {
    const out = path.join('dist', name.replace(/\.ts$/, '.js'));
    const source = path.join('src', name);
    const sourceFileName = path.relative(path.dirname(out), source);
    const { code, map } = await transformFile(source, { configFile, sourceFileName });
    mkdirSync(path.dirname(out), { recursive: true });
    writeFileSync(out, `${code}\n//# sourceMappingURL=${path.basename(out)}.map\n`);
    writeFileSync(`${out}.map`, map);
  }),
);
