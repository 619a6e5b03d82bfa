import { RateLimiter, TooManyRequests } from './rate-limiter.js';

let nowMs: number;
const clock = () => nowMs;

beforeEach(() => {
  nowMs = 1_790_000_000_000;
});

/** The seconds to wait, 0 for one that may enter. */
function enter(limiter: RateLimiter, key = 'a'): number {
  try {
    limiter.enter(key);
    return 0;
  } catch (error) {
    expect(error).toBeInstanceOf(TooManyRequests);
    return (error as TooManyRequests).retryAfterS;
  }
}

function enterUntilRefused(limiter: RateLimiter): number {
  for (let entered = 0; ; entered++) if (enter(limiter) > 0) return entered;
}

describe('a rate limit', () => {
  it('lets a burst through at once, then so many a second', () => {
    const limiter = new RateLimiter(10, 50, clock);
    expect(enterUntilRefused(limiter)).toBe(50);
    nowMs += 1_000;
    expect(enterUntilRefused(limiter)).toBe(10);
    nowMs += 60_000;
    expect(enterUntilRefused(limiter)).toBe(50);
  });

  it('tells how long to wait, and that is long enough', () => {
    const limiter = new RateLimiter(0.1, 1, clock);
    limiter.enter('a');
    expect(enter(limiter)).toBe(10);
    nowMs += 9_999;
    expect(enter(limiter)).toBe(1);
    nowMs += 1;
    expect(enter(limiter)).toBe(0);
  });

  it('being refused costs nothing', () => {
    const limiter = new RateLimiter(1, 1, clock);
    for (let i = 0; i < 1_000; i++) enter(limiter);
    nowMs += 1_000;
    expect(enter(limiter)).toBe(0);
  });

  it("is each key's own", () => {
    const limiter = new RateLimiter(1, 1, clock);
    expect([enter(limiter, 'a'), enter(limiter, 'b')]).toEqual([0, 0]);
    expect(enter(limiter, 'a')).toBeGreaterThan(0);
  });

  it('remembers no more keys than it may, and forgets those first that came longest ago', () => {
    const limiter = new RateLimiter(0.001, 1, clock, 100);
    limiter.enter('old');
    limiter.enter('busy');
    for (let i = 0; i < 99; i++) limiter.enter(`other ${i}`);
    expect(enter(limiter, 'busy')).toBeGreaterThan(0);
    expect(enter(limiter, 'old')).toBe(0);
    expect(limiter['busyUntilMs'].size).toBe(100);
  });
});
