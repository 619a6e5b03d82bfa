import { handleOf, QueueBench } from '../../test/queue-bench.js';
import type { Delivery } from './delivery.js';

describe('delivery of FIFO messages to a group', () => {
  let bench: QueueBench;
  beforeEach(() => (bench = new QueueBench()));

  it('hands nothing of a message group out while an earlier message of it is not acked', () => {
    for (const group of ['a', 'a', 'b', 'a']) bench.send(group);
    const [first] = bench.receive(1) as [Delivery];
    expect(bench.offsets()).toEqual([2]);
    expect(bench.offsets()).toEqual([]);
    bench.ack(first);
    expect(bench.offsets()).toEqual([1, 3]);
  });

  it('delivers a batch of one group in order and blocks behind it until all are acked', () => {
    for (let i = 0; i < 4; i++) bench.send('a');
    const batch = bench.receive(3);
    expect(batch.map((delivery) => delivery.held.offset)).toEqual([0, 1, 2]);
    for (const delivery of batch.slice(0, 2)) bench.ack(delivery);
    expect(bench.offsets()).toEqual([]);
    bench.ack(batch[2] as Delivery);
    expect(bench.offsets()).toEqual([3]);
  });

  it('redelivers the whole rest from the first message without ack, acked ones behind it too', () => {
    for (let i = 0; i < 4; i++) bench.send('a');
    const batch = bench.receive(3);
    bench.ack(batch[1] as Delivery);
    bench.ack(batch[2] as Delivery);
    bench.nowMs += 10_000;
    const again = bench.receive(3);
    expect(again.map((delivery) => [delivery.held.offset, delivery.attempts])).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
    again.forEach((delivery) => bench.ack(delivery));
    expect(bench.offsets()).toEqual([3]);
  });

  it('keeps the order over a restart of the broker, passed-over messages included', () => {
    for (const group of ['a', 'a', 'b', 'a']) bench.send(group);
    const [first] = bench.receive(1) as [Delivery];
    const [other] = bench.receive() as [Delivery];
    bench.ack(other);
    bench.restart();
    expect(bench.offsets()).toEqual([]);
    bench.ack(first);
    expect(bench.offsets()).toEqual([1, 3]);
  });

  it('goes on with the next message when the head became a dead letter', async () => {
    bench.send('a');
    bench.send('a');
    const [head] = bench.receive(1) as [Delivery];
    await bench.progress.forwardToDeadLetters(handleOf(head), bench.nowMs);
    expect(bench.deadLetters).toEqual([0]);
    expect(bench.offsets()).toEqual([1]);
  });

  it('stops looking past a busy group after 512 messages, so that memory stays bounded', () => {
    for (let i = 0; i < 1000; i++) bench.send('a');
    bench.receive(1);
    expect(bench.offsets()).toEqual([]);
    expect([...bench.progress.heldMessages()]).toHaveLength(1 + 512);
    expect(bench.progress.counts(bench.nowMs)).toEqual({ ready: 999, inflight: 1, lag: 1000 });
  });
});

describe('a receive call of ordered messages that is tried again because its answer was lost', () => {
  let bench: QueueBench;
  beforeEach(() => (bench = new QueueBench()));
  const seen = (deliveries: Delivery[]) => deliveries.map(({ held, attempts }) => [held.offset, attempts]);

  it('gets the same messages, the same attempts, and both receipt handles count', () => {
    for (const group of ['a', 'a', 'b', '']) bench.send(group);
    const first = bench.receive(3, { attemptId: 'x' });
    expect(seen(bench.receive(3, { attemptId: 'x' }))).toEqual(seen(first));
    expect(seen(bench.receive(3, { attemptId: 'y' }))).toEqual([[3, 1]]);
    for (const delivery of first) bench.ack(delivery);
    expect(bench.progress.counts(bench.nowMs)).toMatchObject({ lag: 1 });
  });

  it('keeps its lease from then on', () => {
    bench.send('a');
    bench.receive(1, { attemptId: 'x' });
    bench.nowMs += 9000;
    const [again] = bench.receive(1, { attemptId: 'x' });
    bench.nowMs += 9000;
    expect(bench.receive(1, { attemptId: 'y' })).toEqual([]);
    bench.ack(again as Delivery);
  });

  it('gets nothing again of what is acked, was failed on purpose, or came to its lease end', () => {
    for (const group of ['a', 'b', 'c', 'd']) bench.send(group);
    const [a, b, c] = bench.receive(3, { attemptId: 'x' }) as [Delivery, Delivery, Delivery];
    bench.ack(a);
    bench.progress.changeInvisible(handleOf(b), 5000, bench.nowMs);
    expect(seen(bench.receive(1, { attemptId: 'x' }))).toEqual([[c.held.offset, 1]]);
    bench.nowMs += 20_000;
    expect(seen(bench.receive(3, { attemptId: 'x' })).sort()).toEqual([
      [1, 2],
      [2, 2],
      [3, 1],
    ]);
  });
});
