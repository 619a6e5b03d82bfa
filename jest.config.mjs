/** Unit (.spec), integration (.int-spec), whole-stack (.e2e-spec) and browser (.browser-spec) tests as four projects. */
const base = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@trade/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc()] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.data/', '<rootDir>/.nx/'],
};

function swc() {
  return {
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  };
}

const withTimeout = (testTimeoutMs) => ({
  ...base,
  globals: { testTimeoutMs },
  setupFilesAfterEnv: ['<rootDir>/jest.setup.mjs'],
});

export default {
  // of it.concurrent: tests that wait for a broker, not for the processor
  maxConcurrency: 20,
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.(int|e2e|browser)-spec\\.ts$'],
    },
    { ...withTimeout(30_000), displayName: 'int', testMatch: ['**/*.int-spec.ts'] },
    { ...withTimeout(300_000), displayName: 'e2e', testMatch: ['**/*.e2e-spec.ts'] },
    { ...withTimeout(60_000), displayName: 'browser', testMatch: ['**/*.browser-spec.ts'] },
  ],
};
