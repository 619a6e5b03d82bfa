import { jest } from '@jest/globals';
import type { Broker } from '../broker/broker.js';
import { Rates } from './rates.js';

describe('rates', () => {
  const traffic = { messages: 0 };
  const delivered = { messages: 0 };
  const broker = { traffic, progress: { all: () => [{ delivered }] } } as unknown as Broker;
  let rates: Rates;

  beforeEach(() => {
    jest.useFakeTimers();
    rates = new Rates(broker);
  });
  afterEach(() => {
    rates.close();
    jest.useRealTimers();
  });

  const pass = (seconds: number, inPerSecond: number, outPerSecond: number) => {
    for (let i = 0; i < seconds; i++) {
      traffic.messages += inPerSecond;
      delivered.messages += outPerSecond;
      jest.advanceTimersByTime(1000);
    }
  };

  it('are means over the last seconds', () => {
    pass(50, 100, 10);
    pass(10, 200, 0);
    expect(rates.over(10)).toEqual({ inPerSecond: 200, outPerSecond: 0 });
    expect(rates.over(60)).toEqual({ inPerSecond: 116.7, outPerSecond: 8.3 });
  });

  it('of a young broker are means over its life', () => {
    pass(5, 100, 10);
    expect(rates.over(60)).toEqual({ inPerSecond: 100, outPerSecond: 10 });
  });

  it('are never negative, also when a group went and took its count along', () => {
    pass(5, 0, 10);
    delivered.messages = 0;
    expect(rates.over(10).outPerSecond).toBe(0);
  });
});
