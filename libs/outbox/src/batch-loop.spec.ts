import { BatchLoop } from './batch-loop.js';

describe('a batch loop', () => {
  function loop(options: { maxBatch?: number; maxQueued?: number; everyMs?: number } = {}) {
    const batches: number[][] = [];
    let release: (() => void) | undefined;
    let held = false;
    const batchLoop = new BatchLoop<number>({
      maxBatch: 3,
      maxQueued: 10,
      everyMs: 0,
      ...options,
      work: async (batch) => {
        batches.push(batch);
        if (held) await new Promise<void>((resolve) => (release = resolve));
      },
    });
    return { batchLoop, batches, hold: () => (held = true), release: () => ((held = false), release?.()) };
  }

  it('takes together what came while it was busy, up to the size of a batch', async () => {
    const { batchLoop, batches, hold, release } = loop();
    hold();
    batchLoop.add([1]);
    await Promise.resolve();
    batchLoop.add([2, 3]);
    batchLoop.add([4, 5]);
    release();
    await batchLoop.flush();
    expect(batches).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('refuses as a whole what does not fit into the queue', async () => {
    const { batchLoop, batches } = loop({ maxQueued: 2 });
    expect(batchLoop.add([1, 2])).toBe(true);
    expect(batchLoop.add([3])).toBe(false);
    await batchLoop.flush();
    expect(batches).toEqual([[1, 2]]);
  });

  it('starts at once, and gives what comes soon after time to become more', async () => {
    const { batchLoop, batches } = loop({ everyMs: 60_000 });
    batchLoop.add([1]);
    await new Promise(setImmediate);
    batchLoop.add([2]);
    await new Promise(setImmediate);
    expect(batches).toEqual([[1]]);
    batchLoop.add([3]);
    await batchLoop.flush();
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('does not wait with a full batch', async () => {
    const { batchLoop, batches } = loop({ everyMs: 60_000 });
    batchLoop.add([1]);
    await new Promise(setImmediate);
    batchLoop.add([2, 3]);
    batchLoop.add([4]);
    await new Promise(setImmediate);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('has nothing to flush when idle', async () => {
    await loop().batchLoop.flush();
  });
});
