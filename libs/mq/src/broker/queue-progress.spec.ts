import { handleOf, QueueBench } from '../../test/queue-bench.js';
import type { Delivery } from './delivery.js';

const expired = expect.objectContaining({ code: 40013 }) as Error;

describe('delivery of normal messages to a group', () => {
  let bench: QueueBench;
  beforeEach(() => (bench = new QueueBench()));

  it('hands each message out once while its lease runs', () => {
    bench.send();
    bench.send();
    expect(bench.offsets(1)).toEqual([0]);
    expect(bench.offsets()).toEqual([1]);
    expect(bench.offsets()).toEqual([]);
    expect(bench.progress.counts(bench.nowMs)).toEqual({ ready: 0, inflight: 2, lag: 2 });
  });

  it('never hands an acked message out again, in whatever order the acks come', () => {
    for (let i = 0; i < 3; i++) bench.send();
    const deliveries = bench.receive();
    bench.ack(deliveries[2] as Delivery);
    bench.ack(deliveries[0] as Delivery);
    bench.nowMs += 10_000;
    expect(bench.offsets()).toEqual([1]);
    bench.nowMs += 60_000;
    bench.restart();
    expect(bench.offsets()).toEqual([1]);
  });

  it('delivers again when the lease is over, counting the attempts from 1', () => {
    bench.send();
    expect(bench.receive()[0]).toMatchObject({ attempts: 1 });
    bench.nowMs += 9_999;
    expect(bench.receive()).toEqual([]);
    bench.nowMs += 1;
    expect(bench.receive()[0]).toMatchObject({ attempts: 2 });
  });

  it('refuses the handle of a lease that is over or was replaced', () => {
    bench.send();
    const first = handleOf(bench.receive()[0] as Delivery);
    bench.nowMs += 10_000;
    expect(() => bench.ack(first)).toThrow(expired);
    const second = handleOf(bench.receive()[0] as Delivery);
    expect(() => bench.ack(first)).toThrow(expired);
    bench.ack(second);
  });

  it('takes a repeated ack while the lease would still run', () => {
    bench.send();
    const delivery = bench.receive()[0] as Delivery;
    const handle = handleOf(delivery);
    bench.ack(handle);
    bench.ack(handle);
    bench.nowMs += 10_000;
    expect(() => bench.ack(handle)).toThrow(expired);
  });

  it('refuses a handle for a message that was never delivered', () => {
    bench.send();
    expect(() => bench.ack({ queueId: 0, offset: 0, attempts: 1, renewals: 0, expiresAtMs: 0 })).toThrow(expired);
  });

  it('moves the end of a lease and gives a new handle for it', () => {
    bench.send();
    const first = handleOf(bench.receive()[0] as Delivery);
    const second = bench.progress.changeInvisible(first, 30_000, bench.nowMs);
    expect(() => bench.ack(first)).toThrow(expired);
    bench.nowMs += 29_999;
    expect(bench.offsets()).toEqual([]);
    bench.ack(second);
  });

  it('redelivers a negative acknowledgement after its delay, also after a restart', () => {
    bench.send();
    bench.progress.changeInvisible(handleOf(bench.receive()[0] as Delivery), 1000, bench.nowMs);
    bench.restart();
    bench.nowMs += 999;
    expect(bench.receive()).toEqual([]);
    bench.nowMs += 1;
    expect(bench.receive()[0]).toMatchObject({ attempts: 2 });
  });

  it('keeps the lease of a push client while the client lives, and ends it a second after it is gone', () => {
    bench.send();
    const delivery = bench.receive(1, { autoRenew: true })[0] as Delivery;
    bench.nowMs += 3600_000;
    expect(bench.receive()).toEqual([]);
    bench.ack(delivery);
    bench.send();
    bench.receive(1, { autoRenew: true });
    bench.alive = false;
    bench.progress.leases.releaseClient('c', bench.nowMs);
    bench.nowMs += 999;
    expect(bench.receive()).toEqual([]);
    bench.nowMs += 1;
    expect(bench.receive()).toHaveLength(1);
  });

  it('gives a push message up after three hours without ack', () => {
    bench.send();
    bench.receive(1, { autoRenew: true });
    bench.nowMs += 3 * 3600_000;
    expect(bench.receive()).toEqual([]);
    bench.nowMs += 1000;
    expect(bench.receive()).toHaveLength(1);
  });

  it('redelivers once, a lease later, what a killed broker may not have brought to a push client', () => {
    bench.send();
    bench.send();
    const [, arrived] = bench.receive(2, { autoRenew: true }) as [Delivery, Delivery];
    bench.nowMs += 3600_000;
    bench.restart();
    bench.nowMs += 59_999;
    expect(bench.offsets()).toEqual([]);
    bench.ack(arrived);
    bench.nowMs += 1;
    expect(bench.receive(1, { autoRenew: true })[0]).toMatchObject({ attempts: 2, held: { offset: 0 } });
    bench.nowMs += 3600_000;
    expect(bench.offsets()).toEqual([]);
  });

  it('redelivers what a broken connection may have lost even when the client lives', () => {
    bench.send();
    bench.receive(1, { autoRenew: true });
    bench.progress.leases.stopRenewing('c', bench.nowMs);
    bench.nowMs += 60_000;
    expect(bench.receive()).toHaveLength(1);
  });

  it('moves a message to the dead letters when its last delivery failed', async () => {
    bench.send();
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(bench.receive()[0]).toMatchObject({ attempts: attempt });
      bench.nowMs += 10_000;
    }
    expect(bench.receive()).toEqual([]);
    await Promise.resolve();
    expect(bench.deadLetters).toEqual([0]);
    await Promise.resolve();
    expect(bench.progress.counts(bench.nowMs).lag).toBe(0);
  });

  it('keeps the message when the dead letter cannot be stored', async () => {
    bench.send();
    bench.failDeadLetters = true;
    const handle = handleOf(bench.receive()[0] as Delivery);
    await expect(bench.progress.forwardToDeadLetters(handle, bench.nowMs)).rejects.toMatchObject({ code: 50001 });
    expect(bench.progress.counts(bench.nowMs).lag).toBe(1);
  });

  it('tries a dead letter that cannot be stored again after a second, then more and more seldom, at least each minute', async () => {
    bench.send();
    bench.failDeadLetters = true;
    for (let attempt = 1; attempt <= 3; attempt++, bench.nowMs += 10_000) bench.receive();
    const triesWithin = async (ms: number) => {
      const before = bench.deadLetterTries;
      for (const endMs = bench.nowMs + ms; bench.nowMs < endMs; bench.nowMs += 1000) {
        bench.receive();
        await Promise.resolve();
        await Promise.resolve();
      }
      return bench.deadLetterTries - before;
    };
    expect(await triesWithin(75_000)).toBe(4); // after 10, 20, 40 and 80 s
    expect(await triesWithin(600_000)).toBe(10);
    bench.failDeadLetters = false;
    expect(await triesWithin(60_000)).toBe(1);
    expect(bench.deadLetters).toEqual([0]);
  });

  it('skips messages with other tags for good', () => {
    for (const tag of ['a', 'b', '', 'a']) bench.send('', tag);
    expect(bench.receive(32, { filter: 'a' }).map((delivery) => delivery.held.offset)).toEqual([0, 3]);
    expect(bench.progress.counts(bench.nowMs).lag).toBe(2);
  });

  it('forgets messages that the log lost in a power cut', () => {
    bench.send();
    bench.held.set(5, { offset: 5, attempts: 1, renewals: 0, visibleAtMs: 0, autoRenew: false, clientId: 'c' });
    bench.cursor = 6;
    bench.restart();
    expect(bench.progress.cursor).toBe(1);
    bench.send();
    expect(bench.offsets()).toEqual([1]);
  });
});

describe('a group whose position is set by hand', () => {
  let bench: QueueBench;
  beforeEach(() => (bench = new QueueBench()));

  it('starts again there, forgets what was in flight and keeps it so over a restart', () => {
    for (let i = 0; i < 4; i++) bench.send(i < 2 ? 'group' : '');
    const [first] = bench.receive();
    bench.progress.resetTo(1);
    bench.restart();
    expect(bench.progress.counts(bench.nowMs)).toEqual({ ready: 3, inflight: 0, lag: 3 });
    expect(bench.offsets()).toEqual([1, 2, 3]);
    expect(() => bench.ack(first as Delivery)).not.toThrow();
  });

  it('goes to the nearest offset that there is', () => {
    bench.send();
    bench.progress.resetTo(99);
    expect(bench.progress.cursor).toBe(1);
  });

  it('is not disturbed by a dead letter that was on its way', async () => {
    bench.send('group');
    for (let attempt = 0; attempt < 3; attempt++, bench.nowMs += 20_000) bench.receive();
    bench.receive();
    bench.progress.resetTo(0);
    const again = bench.receive();
    await Promise.resolve();
    expect(bench.deadLetters).toEqual([0]);
    bench.ack(again[0] as Delivery);
    expect(bench.held.size).toBe(0);
  });
});
