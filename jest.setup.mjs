import { jest } from '@jest/globals';

// a project of jest.config.mjs cannot have a timeout of its own
jest.setTimeout(globalThis.testTimeoutMs);
