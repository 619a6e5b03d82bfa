import type { Delivery } from '../src/broker/delivery.js';
import { QueueProgress } from '../src/broker/queue-progress.js';
import type { ReceiptHandle } from '../src/broker/receipt-handle.js';
import { TagFilter } from '../src/broker/tag-filter.js';
import { ConsumeQueue } from '../src/store/consume-queue.js';
import type { HeldMessage } from '../src/store/progress-replay.js';
import { RecordKind, type StoredRecord } from '../src/store/record.js';
import { stringHash } from '../src/store/string-hash.js';

/** A queue in memory with a clock of its own: no file is touched below 1024 messages. */
export class QueueBench {
  nowMs = 1_000_000;
  alive = true;
  deadLetters: number[] = [];
  failDeadLetters = false;
  deadLetterTries = 0;
  cursor = 0;
  held = new Map<number, HeldMessage>();
  /** offset:attempt:outcome */
  traced: string[] = [];
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
        this.deadLetterTries++;
        if (this.failDeadLetters) throw new Error('disk full');
        this.deadLetters.push(record.queueOffset);
      },
      logAdvance: (offset) => (this.cursor = offset),
      logHold: (message) => this.held.set(message.offset, { ...message }),
      logDone: (offset) => this.held.delete(offset),
      trace: ({ offset, attempts }, outcome) => this.traced.push(`${offset}:${attempts}:${outcome}`),
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

export function handleOf({ held, attempts }: Delivery): ReceiptHandle {
  return {
    queueId: 0,
    offset: held.offset,
    attempts,
    renewals: held.renewals,
    expiresAtMs: held.autoRenew ? 0 : held.visibleAtMs,
  };
}
