import { ConsumeQueue } from '../store/consume-queue.js';
import type { HeldMessage } from '../store/progress-replay.js';
import { RecordKind, type StoredRecord } from '../store/record.js';
import { stringHash } from '../store/string-hash.js';
import type { Delivery } from './delivery.js';
import { QueueProgress } from './queue-progress.js';
import type { ReceiptHandle } from './receipt-handle.js';
import { TagFilter } from './tag-filter.js';

/** A queue in memory with a clock of its own: no file is touched below 1024 messages. */
class Bench {
  nowMs = 1_000_000;
  alive = true;
  deadLetters: number[] = [];
  failDeadLetters = false;
  cursor = 0;
  held = new Map<number, HeldMessage>();
  readonly queue = new ConsumeQueue('unused', 0, 0, () => new Map());
  readonly records: StoredRecord[] = [];
  progress = this.newProgress();

  newProgress(): QueueProgress {
    return new QueueProgress({
      queueId: 0,
      pushLeaseMs: 60_000,
      queue: this.queue,
      maxAttempts: () => 3,
      read: (entry) => this.records[entry.physicalOffset],
      isAlive: () => this.alive,
      retryDelayMs: () => 1000,
      deadLetter: async (record) => {
        if (this.failDeadLetters) throw new Error('disk full');
        this.deadLetters.push(record.queueOffset);
      },
      logAdvance: (offset) => (this.cursor = offset),
      logHold: (message) => this.held.set(message.offset, { ...message }),
      logDone: (offset) => this.held.delete(offset),
      changed: () => undefined,
    });
  }

  /** A broker that was killed and started again knows what was logged. */
  restart(): void {
    this.progress = this.newProgress();
    this.progress.restore(this.cursor, [...this.held.values()], this.nowMs);
  }

  send(messageGroup = '', tag = ''): void {
    const offset = this.records.length;
    this.records.push({
      kind: RecordKind.MESSAGE,
      messageType: 1,
      topic: 't',
      queueId: 0,
      originTopic: '',
      messageGroup,
      tag,
      deliverAtMs: 0,
      sourceOffset: 0,
      names: Buffer.alloc(0),
      flushedBefore: false,
      payload: Buffer.alloc(0),
      systemProperties: Buffer.alloc(0),
      physicalOffset: offset,
      recordBytes: 100,
      queueOffset: offset,
      storeTimestampMs: 0,
    });
    this.queue.append({
      physicalOffset: offset,
      recordBytes: 100,
      tagHash: tag ? stringHash(tag) : 0,
      messageGroupHash: messageGroup ? stringHash(messageGroup) : 0,
    });
  }

  receive(max = 32, { autoRenew = false, filter = '*', attemptId = '' } = {}): Delivery[] {
    const request = {
      filter: new TagFilter(filter),
      clientId: 'c',
      attemptId: attemptId || undefined,
      autoRenew,
      invisibleMs: 10_000,
      maxMessages: max,
      taken: [],
      bytesLeft: 1e9,
      unfinished: false,
    };
    this.progress.take(request, this.nowMs);
    return request.taken;
  }

  offsets(max = 32): number[] {
    return this.receive(max).map((delivery) => delivery.held.offset);
  }

  ack(delivery: Delivery | ReceiptHandle): void {
    this.progress.ack('held' in delivery ? handleOf(delivery) : delivery, this.nowMs);
  }
}

function handleOf({ held, attempts }: Delivery): ReceiptHandle {
  return {
    queueId: 0,
    offset: held.offset,
    attempts,
    renewals: held.renewals,
    expiresAtMs: held.autoRenew ? 0 : held.visibleAtMs,
  };
}

const expired = expect.objectContaining({ code: 40013 }) as Error;

describe('delivery of normal messages to a group', () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));

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

describe('delivery of FIFO messages to a group', () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));

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
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));
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

describe('a group whose position is set by hand', () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));

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
