/**
 * What `npm pack` and `npm publish` run in the folder of a library: compiles it, with declarations, and adds the licence.
 * A package of ours that it needs has to have its declarations first: the condition that leads to the sources is ours alone.
 */
import { copyFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import './compile.mjs';
import { root } from './paths.mjs';

const LIBRARIES = join(root, 'libs');

declare(process.cwd());
copyFileSync(join(root, 'LICENSE'), 'LICENSE');

function declare(folder) {
  const { dependencies, peerDependencies } = packageOf(folder);
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const needed = readdirSync(LIBRARIES).find((library) => packageOf(join(LIBRARIES, library)).name === name);
    if (needed && !existsSync(join(LIBRARIES, needed, 'dist/index.d.ts'))) declare(join(LIBRARIES, needed));
  }
  const base = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.base.json'), {}, ts.sys);
  const program = ts.createProgram([join(folder, 'src/index.ts')], {
    ...base.options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: join(folder, 'src'),
    outDir: join(folder, 'dist'),
    customConditions: [],
    types: ['node'],
  });
  const problems = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (problems.length === 0) return;
  process.stderr.write(ts.formatDiagnostics(problems, ts.createCompilerHost({})));
  process.exit(1);
}

function packageOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
