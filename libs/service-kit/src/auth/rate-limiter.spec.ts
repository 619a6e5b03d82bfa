import { RateLimiter } from './rate-limiter.js';

let nowMs: number;
const clock = () => nowMs;

beforeEach(() => {
  nowMs = 1_790_000_000_000;
});

function takeUntilRefused(limiter: RateLimiter, key: string): number {
  for (let taken = 0; ; taken++) if (limiter.take(key) > 0) return taken;
}

describe('a rate limit', () => {
  it('lets a burst through at once, then so many a second', () => {
    const limiter = new RateLimiter(10, 50, clock);
    expect(takeUntilRefused(limiter, 'a')).toBe(50);
    nowMs += 1_000;
    expect(takeUntilRefused(limiter, 'a')).toBe(10);
    nowMs += 60_000;
    expect(takeUntilRefused(limiter, 'a')).toBe(50);
  });

  it('tells how long to wait, and that is long enough', () => {
    const limiter = new RateLimiter(10, 1, clock);
    limiter.take('a');
    const waitMs = limiter.take('a');
    expect(waitMs).toBeCloseTo(100);
    nowMs += waitMs;
    expect(limiter.take('a')).toBe(0);
  });

  it('being refused costs nothing', () => {
    const limiter = new RateLimiter(1, 1, clock);
    for (let i = 0; i < 1_000; i++) limiter.take('a');
    nowMs += 1_000;
    expect(limiter.take('a')).toBe(0);
  });

  it("is each key's own", () => {
    const limiter = new RateLimiter(1, 1, clock);
    expect([limiter.take('a'), limiter.take('b')]).toEqual([0, 0]);
    expect(limiter.take('a')).toBeGreaterThan(0);
  });

  it('remembers no more keys than it may, and forgets those first that came longest ago', () => {
    const limiter = new RateLimiter(0.001, 1, clock, 100);
    limiter.take('old');
    limiter.take('busy');
    for (let i = 0; i < 99; i++) limiter.take(`other ${i}`);
    expect(limiter.take('busy')).toBeGreaterThan(0);
    expect(limiter.take('old')).toBe(0);
    expect(limiter['busyUntilMs'].size).toBe(100);
  });
});
