import { z } from 'zod';
import { address, ConfigError, loadConfig, maskedConfig, port, secret } from './config.js';

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

  it('never shows a secret', () => {
    const config = loadConfig(shape, { KEY: 'hidden', OPTIONAL_KEY: 'hidden too' });
    expect(JSON.stringify(maskedConfig(shape, config))).not.toContain('hidden');
    expect(maskedConfig(shape, config)).toMatchObject({ KEY: '***', OPTIONAL_KEY: '***', NAME: 'x' });
  });
});
