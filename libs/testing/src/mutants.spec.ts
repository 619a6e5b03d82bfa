import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');

interface Mutant {
  safeguard: string;
  file: string;
  spec: string;
}
const { MUTANTS, withoutSafeguard } = (await import(resolve(ROOT, 'tools/mutants.mjs'))) as {
  MUTANTS: Mutant[];
  withoutSafeguard: (mutant: Mutant, source: string) => string;
};
const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8');

it.each(MUTANTS.map((mutant) => [mutant.safeguard, mutant] as const))(
  'npm run mutate still finds: %s',
  (_safeguard, mutant) => {
    const source = read(mutant.file);
    expect(withoutSafeguard(mutant, source)).not.toBe(source);
    expect(read(mutant.spec)).toMatch(/\bit[(.]/);
  },
);
