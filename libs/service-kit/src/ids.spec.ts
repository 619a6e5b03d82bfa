import { IdGenerator } from './ids.js';

const TIME_MS = Date.UTC(2026, 0, 1);

describe('ids', () => {
  it('are unique and ascending within one millisecond and beyond its 4096 numbers', () => {
    const ids = new IdGenerator(1, () => TIME_MS);
    const made = Array.from({ length: 10_000 }, () => BigInt(ids.next()));
    expect(new Set(made).size).toBe(10_000);
    expect(made).toEqual([...made].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('stay unique when the clock goes back', () => {
    let nowMs = TIME_MS;
    const ids = new IdGenerator(1, () => nowMs);
    const before = BigInt(ids.next());
    nowMs -= 60_000;
    expect(BigInt(ids.next())).toBeGreaterThan(before);
  });

  it('differ between workers at the same moment', () => {
    const [one, two] = [1, 2].map((worker) => new IdGenerator(worker, () => TIME_MS).next());
    expect(one).not.toBe(two);
  });

  it('fit a signed 64-bit column until 2089', () => {
    const id = BigInt(new IdGenerator(1023, () => Date.UTC(2089, 0, 1)).next());
    expect(id).toBeLessThan(2n ** 63n);
  });

  it.each([-1, 1024, 1.5])('refuse the worker id %p', (workerId) => {
    expect(() => new IdGenerator(workerId)).toThrow(RangeError);
  });
});
