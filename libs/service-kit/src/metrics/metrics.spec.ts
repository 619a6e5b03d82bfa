import { DurationHistogram, EventCounter, metricsText, showGauge } from './metrics.js';

const linesOf = async (name: string): Promise<string[]> =>
  (await metricsText()).split('\n').filter((line) => line.startsWith(name));

describe('a counter', () => {
  it('shows every event by its labels, and 0 for what has not happened yet', async () => {
    const cups = new EventCounter('cups_total', 'Cups.', ['drink']);
    const tea = cups.of({ drink: 'tea' });
    cups.of({ drink: 'coffee' });
    tea.add();
    tea.add();
    cups.of({ drink: 'tea' }).add();
    expect(await linesOf('cups_total')).toEqual(['cups_total{drink="tea"} 3', 'cups_total{drink="coffee"} 0']);
    expect(await linesOf('cups_total')).toEqual(['cups_total{drink="tea"} 3', 'cups_total{drink="coffee"} 0']);
  });
});

describe('a duration', () => {
  it('is in the buckets from its own length on', async () => {
    new DurationHistogram('brewing_seconds', 'Brewing.', ['drink']).of({ drink: 'tea' }).observe(0.2);
    const lines = await linesOf('brewing_seconds');
    expect(lines).toContain('brewing_seconds_bucket{le="0.1",drink="tea"} 0');
    expect(lines).toContain('brewing_seconds_bucket{le="0.25",drink="tea"} 1');
    expect(lines).toContain('brewing_seconds_count{drink="tea"} 1');
  });
});

describe('a figure that is read when it is asked for', () => {
  it('is the present one, of whoever shows it last', async () => {
    let pots = 1;
    showGauge('pots', 'Pots.', ['room'], () => [[{ room: 'hall' }, 7]]);
    showGauge('pots', 'Pots.', ['room'], () => [[{ room: 'kitchen' }, pots]]);
    expect(await linesOf('pots')).toEqual(['pots{room="kitchen"} 1']);
    pots = 2;
    expect(await linesOf('pots')).toEqual(['pots{room="kitchen"} 2']);
  });

  it('is left out while it cannot be read, and the others are there', async () => {
    showGauge('broken_pots', 'Pots.', [], () => Promise.reject(new Error('the database is away')));
    showGauge('slow_pots', 'Pots.', [], () => new Promise(() => undefined));
    showGauge('fine_pots', 'Pots.', [], () => [[{}, 3]]);
    const lines = (await metricsText()).split('\n').filter((line) => /^(broken|slow|fine)_pots/.test(line));
    expect(lines).toEqual(['fine_pots 3']);
  });
});
