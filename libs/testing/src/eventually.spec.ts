import { eventually } from './eventually.js';

const quick = { timeoutMs: 200, intervalMs: 1 };

describe('eventually', () => {
  it('gives the first result that is not false', async () => {
    let calls = 0;
    expect(await eventually(() => ++calls >= 3 && calls, quick)).toBe(3);
  });

  it('takes an error as "not yet"', async () => {
    let calls = 0;
    await eventually(() => {
      if (++calls < 3) throw new Error('not yet');
    }, quick);
    expect(calls).toBe(3);
  });

  it('gives the last error when the time is over', async () => {
    const never = () => Promise.reject(new Error('one row expected, 0 found'));
    await expect(eventually(never, { timeoutMs: 20, intervalMs: 1 })).rejects.toThrow('one row expected, 0 found');
    await expect(eventually(() => false, { timeoutMs: 20, intervalMs: 1 })).rejects.toThrow('still false');
  });
});
