import { z } from 'zod';
import {
  address,
  commonSettings,
  ConfigError,
  inProduction,
  keyProblem,
  loadConfig,
  maskedConfig,
  port,
  secret,
} from './config.js';

const shape = {
  PORT: port(8080),
  KEY: secret(),
  OPTIONAL_KEY: secret().optional(),
  PEER: address('127.0.0.1:1'),
  NAME: z.string().default('x'),
};

describe('config', () => {
  it('has defaults, and takes an empty variable for one that is not set', () => {
    expect(loadConfig(shape, { KEY: 'k', PORT: '' })).toEqual({ PORT: 8080, KEY: 'k', PEER: '127.0.0.1:1', NAME: 'x' });
  });

  it('names every wrong setting in a line of its own', () => {
    const load = () => loadConfig(shape, { PORT: '99999', PEER: 'no port' });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/^PORT: .*\nKEY: .*\nPEER: must be host:port$/);
  });

  describe('in production', () => {
    const key = inProduction(secret().default('known'), (value) => keyProblem(value, 'known'));
    const problemsOf = (settings: object, shape: z.ZodRawShape) => {
      try {
        loadConfig(shape, { NODE_ENV: 'production', ...settings });
        return [];
      } catch (error) {
        return (error as Error).message.split('\n');
      }
    };

    it.each([
      [{}, 'KEY: must be set when NODE_ENV is production'],
      [{ KEY: '' }, 'KEY: must be set when NODE_ENV is production'],
      [{ KEY: 'known' }, 'KEY: must be set when NODE_ENV is production'],
      [{ KEY: 'x'.repeat(31) }, 'KEY: must have at least 32 characters'],
    ])('a key may not be missing, known or short: %p', (settings, problem) => {
      expect(problemsOf(settings, { KEY: key })).toEqual([problem]);
      expect(problemsOf({ KEY: 'x'.repeat(32) }, { KEY: key })).toEqual([]);
    });

    it.each([
      'mysql://trade_order@db/x',
      'mysql://app:app@db/x',
      'mysql://trade_order:order-of-trade@db/x',
      'nonsense',
    ])('a service has a password of its own: %p', (DATABASE_URL) => {
      const shape = { DATABASE_URL: commonSettings.DATABASE_URL };
      expect(problemsOf({ DATABASE_URL }, shape)).toEqual([
        expect.stringMatching(/^DATABASE_URL: must have a password/),
      ]);
      expect(problemsOf({ DATABASE_URL: 'mysql://trade_order:9fKx@db/x' }, shape)).toEqual([]);
    });

    it('of several internal tokens none may be known or short', () => {
      const shape = { INTERNAL_TOKEN: commonSettings.INTERNAL_TOKEN };
      const good = 'x'.repeat(32);
      expect(problemsOf({ INTERNAL_TOKEN: `${good},${good}` }, shape)).toEqual([]);
      for (const bad of ['', `${good},short`, `${good},`]) {
        expect(problemsOf({ INTERNAL_TOKEN: bad }, shape)).toHaveLength(1);
      }
    });
  });

  it('never shows a secret', () => {
    const config = loadConfig(shape, { KEY: 'hidden', OPTIONAL_KEY: 'hidden too' });
    expect(JSON.stringify(maskedConfig(shape, config))).not.toContain('hidden');
    expect(maskedConfig(shape, config)).toMatchObject({ KEY: '***', OPTIONAL_KEY: '***', NAME: 'x' });
  });
});
