import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const MAIN = resolve(import.meta.dirname, '../dist/main.js');

describe('pay-service', () => {
  it('fault 9: refuses to start in production without a secret for its callbacks, and says so in one line', async () => {
    const service = spawn(process.execPath, [MAIN], {
      env: { NODE_ENV: 'production', DATABASE_URL: 'mysql://nobody:password@127.0.0.1:1/trade_pay' },
    });
    const [output, [exitCode]] = await Promise.all([text(service.stderr), once(service, 'exit')]);
    expect(exitCode).toBe(1);
    const complaints = output.split('\n').filter((line) => line.startsWith('PAY_CALLBACK_SECRET'));
    expect(complaints).toEqual([
      expect.stringMatching(/^PAY_CALLBACK_SECRET: must be set when NODE_ENV is production/),
    ]);
    expect(output).not.toMatch(/\n {4}at /);
  });
});
