import { TimerHeap } from './timer-heap.js';

describe('timer heap', () => {
  it('gives the earliest first, whatever the order of insertion', () => {
    const heap = new TimerHeap();
    const times = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1009);
    times.forEach((dueMs, i) => heap.push(dueMs, i));
    const popped: number[] = [];
    while (heap.size > 0) popped.push(times[heap.pop() as number] as number);
    expect(popped).toEqual([...times].sort((a, b) => a - b));
  });

  it('removes one from anywhere and keeps the order of the others', () => {
    for (let removed = 0; removed < 50; removed++) {
      const heap = new TimerHeap();
      const times = Array.from({ length: 50 }, (_, i) => (i * 37) % 53);
      times.forEach((dueMs, i) => heap.push(dueMs, i));
      expect(heap.remove(removed)).toBe(times[removed]);
      expect(heap.remove(removed)).toBeUndefined();
      const popped: number[] = [];
      while (heap.size > 0) popped.push(times[heap.pop() as number] as number);
      expect(popped).toEqual(times.filter((_, i) => i !== removed).sort((a, b) => a - b));
    }
  });

  it('can be read in order without losing any', () => {
    const heap = new TimerHeap();
    expect([...heap.inOrder()]).toEqual([]);
    const times = Array.from({ length: 100 }, (_, i) => (i * 37) % 53);
    times.forEach((dueMs, i) => heap.push(dueMs, i));
    const read = [...heap.inOrder()];
    expect(read.map(({ dueMs }) => dueMs)).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(read.map(({ offset }) => offset)).size).toBe(100);
    expect(heap.size).toBe(100);
  });

  it('is due never when empty', () => {
    const heap = new TimerHeap();
    expect(heap.nextDueMs).toBe(Infinity);
    expect(heap.pop()).toBeUndefined();
    heap.push(5, 1);
    expect(heap.nextDueMs).toBe(5);
    expect(heap.pop()).toBe(1);
    expect(heap.nextDueMs).toBe(Infinity);
  });

  it('holds a million timers in less than 60 MB, those it grew out of included', () => {
    const before = process.memoryUsage();
    const heap = new TimerHeap();
    for (let i = 0; i < 1_000_000; i++) heap.push((i * 7919) % 1_000_003, i);
    const after = process.memoryUsage();
    expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(60e6);
    expect(heap.size).toBe(1_000_000);
  });
});
