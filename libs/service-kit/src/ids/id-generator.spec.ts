import { ShopError } from '../shop-error.js';
import { IdGenerator } from './id-generator.js';

const TIME_MS = Date.UTC(2026, 0, 1);
const forever = (workerId: number) => ({ workerId, afterMs: 0, untilMs: Infinity });

function generator(now: () => number, lease = forever(1)): IdGenerator {
  const ids = new IdGenerator(now);
  ids.use(lease);
  return ids;
}

const msOf = (id: string) => Number((BigInt(id) >> 22n) + 1_577_836_800_000n);

describe('ids', () => {
  it('are unique and ascending within one millisecond and beyond its 4096 numbers', () => {
    const ids = generator(() => TIME_MS);
    const made = Array.from({ length: 10_000 }, () => BigInt(ids.next()));
    expect(new Set(made).size).toBe(10_000);
    expect(made).toEqual([...made].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('go on from the latest when the clock goes back', () => {
    let nowMs = TIME_MS;
    const ids = generator(() => nowMs);
    const before = BigInt(ids.next());
    nowMs -= 60_000;
    expect(BigInt(ids.next())).toBeGreaterThan(before);
  });

  it('differ between workers at the same moment', () => {
    const [one, two] = [1, 2].map((workerId) => generator(() => TIME_MS, forever(workerId)).next());
    expect(one).not.toBe(two);
  });

  it('fit a signed 64-bit column until 2089', () => {
    const id = BigInt(generator(() => Date.UTC(2089, 0, 1), forever(1023)).next());
    expect(id).toBeLessThan(2n ** 63n);
  });

  it.each([-1, 1024, 1.5])('refuse the worker id %p', (workerId) => {
    expect(() => new IdGenerator().use(forever(workerId))).toThrow(RangeError);
  });
});

describe('ids without a lease', () => {
  it('are not made', () => {
    expect(() => new IdGenerator(() => TIME_MS).next()).toThrow(ShopError);
  });

  it('are not made after it ran out, and again when it is renewed', () => {
    let nowMs = TIME_MS;
    const ids = generator(() => nowMs, { workerId: 1, afterMs: 0, untilMs: TIME_MS + 1_000 });
    nowMs += 1_000;
    ids.next();
    nowMs += 1;
    expect(() => ids.next()).toThrow(expect.objectContaining({ code: 'SHOP_SERVICE_UNAVAILABLE' }));
    ids.use({ workerId: 1, afterMs: 0, untilMs: nowMs + 1_000 });
    expect(msOf(ids.next())).toBe(nowMs);
  });

  it('are not made in advance either: a burst does not run past the end of the lease', () => {
    const ids = generator(() => TIME_MS, { workerId: 1, afterMs: 0, untilMs: TIME_MS });
    for (let made = 0; made < 4096; made++) ids.next();
    expect(() => ids.next()).toThrow(ShopError);
  });

  it('are made again when a clock that jumped ahead has come back', () => {
    let nowMs = TIME_MS;
    const ids = generator(() => nowMs, { workerId: 1, afterMs: 0, untilMs: TIME_MS + 1_000 });
    nowMs += 365 * 24 * 3_600_000;
    expect(() => ids.next()).toThrow(ShopError);
    nowMs = TIME_MS + 5;
    expect(msOf(ids.next())).toBe(nowMs);
  });
});

describe('ids of a worker that was taken over', () => {
  it('begin after the last millisecond of the holder before, even when the clock is behind', () => {
    const ids = generator(() => TIME_MS, { workerId: 1, afterMs: TIME_MS + 500, untilMs: Infinity });
    expect(msOf(ids.next())).toBe(TIME_MS + 501);
  });

  it('keep ascending', () => {
    const ids = generator(() => TIME_MS);
    const before = BigInt(ids.next());
    ids.use({ workerId: 0, afterMs: TIME_MS - 1, untilMs: Infinity });
    expect(BigInt(ids.next()) >> 22n).toBeGreaterThanOrEqual(before >> 22n);
  });
});
