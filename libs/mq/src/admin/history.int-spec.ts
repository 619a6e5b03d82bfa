import { jest } from '@jest/globals';
import type { Broker } from '../broker/broker.js';
import { until } from '../../test/until.js';
import { History, SAMPLE_EVERY_MS } from './history.js';

describe('the history of the broker', () => {
  const traffic = { messages: 0 };
  const subscription = { delivered: { messages: 0 }, queues: [{ lag: 2 }, { lag: 3 }] };
  const broker = { traffic, store: { logBytes: 1000 }, progress: { all: () => [subscription] } } as unknown as Broker;
  const errors: string[] = [];
  const open = (dir = '.') => new History(broker, dir, (_level, event) => errors.push(event));
  const pass = () => jest.advanceTimersByTimeAsync(SAMPLE_EVERY_MS);

  beforeEach(() => {
    errors.length = 0;
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'], now: 1_000_000 });
  });
  afterEach(() => jest.useRealTimers());

  it('has a sample every five seconds: rates of that time, lag and disk of its end', async () => {
    const history = open();
    traffic.messages += 50;
    subscription.delivered.messages += 25;
    await pass();
    jest.useRealTimers();
    const [sample] = await until('a sample', () => history.since(0).length > 0 && history.since(0));
    expect(sample).toMatchObject({ inPerSecond: 10, outPerSecond: 5, lag: 5, logBytes: 1000 });
    expect(sample?.diskUsed).toBeGreaterThan(0);
    expect(sample?.diskUsed).toBeLessThan(1);
    expect(history.since(sample?.atMs ?? 0)).toEqual([]);
    history.close();
  });

  it('goes on without a sample when the disk cannot be asked', async () => {
    const history = open('/no/such/folder');
    await pass();
    jest.useRealTimers();
    await until('a warning', () => errors.length > 0);
    expect(errors).toEqual(['history_sample_failed']);
    expect(history.since(0)).toEqual([]);
    history.close();
  });
});
