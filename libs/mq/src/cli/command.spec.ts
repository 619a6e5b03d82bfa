import { Given, UsageError } from './command.js';

describe('options of a command', () => {
  it.each([
    ['1767225600000', 1_767_225_600_000],
    ['2026-01-01T00:00:00Z', 1_767_225_600_000],
    ['2026-01-01T00:00:00.250+01:00', 1_767_222_000_250],
  ])('take a time as %s', (text, expected) => {
    expect(new Given({ at: text }).time('at')).toBe(expected);
  });

  it('take a time as RocketMQ writes it, in local time', () => {
    const local = new Date(2026, 0, 31, 12, 30, 15, 250).getTime();
    expect(new Given({ at: '2026-01-31#12:30:15:250' }).time('at')).toBe(local);
    expect(new Given({ at: '2026-01-31#12:30:15' }).time('at')).toBe(local - 250);
  });

  it('take now', () => {
    expect(Math.abs((new Given({ at: 'now' }).time('at') as number) - Date.now())).toBeLessThan(1000);
  });

  it.each([
    ['time', () => new Given({ at: 'soon' }).time('at')],
    ['number', () => new Given({ n: '1.5' }).integer('n')],
    ['list of numbers', () => new Given({ n: '1,x' }).integers('n')],
    ['switch', () => new Given({ on: 'yes' }).boolean('on')],
  ])('refuse a wrong %s', (_what, read) => {
    expect(read).toThrow(UsageError);
  });

  it('are undefined when they are not given', () => {
    const given = new Given({});
    expect([given.text('a'), given.integer('a'), given.time('a'), given.boolean('a'), given.texts('a')]).toEqual(
      Array(5).fill(undefined),
    );
    expect(given.switch('a')).toBe(false);
  });
});
