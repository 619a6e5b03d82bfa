/** Compiles the sources of the package in the current folder from src/ to dist/: the `build` target of every package. */
import { readdirSync, rmSync } from 'node:fs';
import { compileSource, isCompiled } from './compile-source.mjs';

rmSync('dist', { recursive: true, force: true });
await Promise.all(
  readdirSync('src', { recursive: true })
    .filter(isCompiled)
    .map((name) => compileSource('.', name)),
);
