import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

/** Who may import whom. A line per kind of project; what is not listed is refused. */
const boundaries = [
  {
    sourceTag: 'app:service',
    onlyDependOnLibsWithTags: ['lib:contracts', 'lib:service-kit', 'lib:messaging', 'lib:outbox'],
  },
  { sourceTag: 'app:mq-broker', onlyDependOnLibsWithTags: ['lib:mq'] },
  { sourceTag: 'app:e2e', onlyDependOnLibsWithTags: ['lib:testing', 'lib:contracts', 'lib:messaging', 'lib:client'] },
  {
    sourceTag: 'app:interleavings',
    onlyDependOnLibsWithTags: ['lib:contracts', 'lib:service-kit', 'lib:messaging', 'lib:outbox', 'lib:testing'],
  },
  { sourceTag: 'lib:contracts', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'lib:service-kit', onlyDependOnLibsWithTags: ['lib:contracts'] },
  { sourceTag: 'lib:messaging', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'lib:outbox', onlyDependOnLibsWithTags: ['lib:messaging'] },
  { sourceTag: 'lib:testing', onlyDependOnLibsWithTags: ['lib:mq', 'lib:contracts', 'lib:client'] },
  { sourceTag: 'lib:mq', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'lib:client', onlyDependOnLibsWithTags: [] },
];
const TESTS = ['**/*spec.ts', '{apps,libs}/*/test/**'];

/** Test files may also start real parts with libs/testing. */
const boundariesOfTests = boundaries.map((rule) => ({
  ...rule,
  onlyDependOnLibsWithTags: [...rule.onlyDependOnLibsWithTags, 'lib:testing'],
}));
/** Test databases are made the way `npm start` makes them. */
const allow = ['../../../tools/migrations.mjs'];
const moduleBoundaries = (depConstraints, ...alsoAllowed) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    { enforceBuildableLibDependency: false, allow: [...allow, ...alsoAllowed], depConstraints },
  ],
});
/** What the explorer of interleavings runs: the classes of the services, and the edges of the libraries. */
const sourcesOfServices = ['/[a-z]+-service/src/', '/libs/(service-kit|messaging)/src/'];
const layers = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

export default tseslint.config(
  { ignores: ['**/dist', '**/node_modules', '.data', '.nx', 'coverage', 'test-results', '**/src/generated'] },
  ...tseslint.configs.recommended,
  prettier,
  {
    files: ['**/*.{ts,mjs}'],
    plugins: { '@nx': nx, 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.base.json' })],
      // Without these, a .ts file is a leaf without imports, and no cycle is ever found.
      'import-x/extensions': ['.ts', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-cycle': 'error',
      eqeqeq: ['error', 'always'],
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  { files: ['**/*.ts'], ignores: TESTS, rules: moduleBoundaries(boundaries) },
  { files: TESTS, rules: moduleBoundaries(boundariesOfTests) },
  { files: ['apps/trade-interleavings/**/*.ts'], rules: moduleBoundaries(boundaries, ...sourcesOfServices) },
  // grpc → broker → store; the CLI and the console reach the broker only through its admin HTTP API.
  {
    files: ['libs/mq/src/store/**/*.ts'],
    rules: layers({ group: ['**/broker/**', '**/grpc/**', '**/admin/**'], message: 'the store knows bytes only' }),
  },
  {
    files: ['libs/mq/src/broker/**/*.ts'],
    rules: layers({ group: ['**/grpc/**', '**/admin/**'], message: 'the broker knows no transport' }),
  },
  {
    files: ['libs/mq/src/cli/**/*.ts'],
    ignores: ['**/*spec.ts'],
    rules: layers({ group: ['../**'], message: 'the CLI reaches the broker through its admin HTTP only' }),
  },
);
