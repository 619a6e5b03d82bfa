/** Writes libs/contracts/src/generated from libs/contracts/proto. Run after a change of a .proto: `npm run proto`. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const contracts = fileURLToPath(new URL('../libs/contracts/', import.meta.url));
const out = path.join(contracts, 'src/generated');
const generator = fileURLToPath(new URL('../node_modules/.bin/proto-loader-gen-types', import.meta.url));
const protos = readdirSync(path.join(contracts, 'proto')).filter((name) => name.endsWith('.proto'));

rmSync(out, { recursive: true, force: true });
execFileSync(
  generator,
  [
    '--longs=String',
    '--enums=String',
    '--defaults',
    '--oneofs',
    '--grpcLib=@grpc/grpc-js',
    '--importFileExtension=.js',
    `--outDir=${out}`,
    `--includeDirs=${path.join(contracts, 'proto')}`,
    '--',
    ...protos,
  ],
  { stdio: 'inherit' },
);

// The generator knows no ESM (`import type` keeps its output erasable) and writes absolute paths.
for (const file of readdirSync(out, { recursive: true })) {
  if (!file.endsWith('.ts')) continue;
  const full = path.join(out, file);
  const text = readFileSync(full, 'utf8')
    .replace(/^import (?!type)/gm, 'import type ')
    .replace(/^\/\/ Original file: .*\/proto\//m, '// Original file: proto/');
  writeFileSync(full, text);
}
