import * as fs from 'node:fs';
import { join } from 'node:path';
import { ConsumeQueue, type QueueEntry } from './consume-queue.js';
import { RecordKind, type RecordDraft, type StoredRecord } from './record.js';
import { stringHash } from './string-hash.js';

/** Offsets [minOffset, maxOffset) of each ConsumeQueue, by topic and queue id. */
export type QueueRanges = Record<string, [number, number][]>;

/** Where a visible message stands. */
interface MessagePlace {
  queueOffset: number;
  physicalOffset: number;
  recordBytes: number;
}

/** The log, for queue entries that have to be found again. */
export type ScanLog = (fromOffset: number, visit: (record: StoredRecord) => void) => void;

/** The ConsumeQueues of all topics, in <dir>/<topic>/<queueId>. */
export class TopicQueues {
  readonly #queues = new Map<string, ConsumeQueue[]>();

  constructor(
    private readonly dir: string,
    private readonly scanLog: ScanLog,
    private readonly onDamage: (path: string) => void,
  ) {}

  /** Takes the ranges of a checkpoint over; false, and nothing taken, when files are missing. */
  restore(ranges: QueueRanges): boolean {
    for (const [topic, queues] of Object.entries(ranges)) {
      for (const [queueId, [minOffset, maxOffset]] of queues.entries()) {
        const queue = this.#create(topic, queueId, minOffset, maxOffset);
        if (queue.storedEntries() >= maxOffset || minOffset === maxOffset) continue;
        this.close();
        this.#queues.clear();
        return false;
      }
    }
    return true;
  }

  get(topic: string, queueId: number): ConsumeQueue {
    const queues = this.#queues.get(topic);
    for (let id = queues?.length ?? 0; id <= queueId; id++) this.#create(topic, id, 0, 0);
    return (this.#queues.get(topic) as ConsumeQueue[])[queueId] as ConsumeQueue;
  }

  #create(topic: string, queueId: number, minOffset: number, maxOffset: number): ConsumeQueue {
    let queues = this.#queues.get(topic);
    if (!queues) this.#queues.set(topic, (queues = []));
    const dir = join(this.dir, topic, String(queueId));
    return (queues[queueId] = new ConsumeQueue(dir, minOffset, maxOffset, (from, start, end) => {
      this.onDamage(dir);
      return this.#find(topic, queueId, from, start, end);
    }));
  }

  #find(topic: string, queueId: number, from: number, start: number, end: number): Map<number, QueueEntry> {
    const found = new Map<number, QueueEntry>();
    this.scanLog(from, (record) => {
      const { kind, queueOffset } = record;
      if (kind !== RecordKind.MESSAGE || record.topic !== topic || record.queueId !== queueId) return;
      if (queueOffset >= start && queueOffset < end) found.set(queueOffset, entryOf(record, record));
    });
    return found;
  }

  append(draft: RecordDraft, place: MessagePlace): void {
    this.get(draft.topic, draft.queueId).append(entryOf(draft, place));
  }

  /** append() for a record of an earlier run, which the queue may have already. */
  replay(draft: RecordDraft, place: MessagePlace): void {
    const queue = this.get(draft.topic, draft.queueId);
    if (place.queueOffset > queue.maxOffset) queue.startAt(place.queueOffset);
    if (place.queueOffset === queue.maxOffset) queue.append(entryOf(draft, place));
  }

  /**
   * After a replay of the whole log: queues of which it holds no message any more go on where they were, by what the
   * checkpoint or else their files say.
   */
  findEnds(ranges: QueueRanges): void {
    for (const [topic, queues] of Object.entries(ranges)) {
      queues.forEach(([, maxOffset], queueId) => this.#goOnAt(this.get(topic, queueId), maxOffset));
    }
    if (!fs.existsSync(this.dir)) return;
    for (const topic of fs.readdirSync(this.dir)) {
      for (const id of fs.readdirSync(join(this.dir, topic))) {
        const queue = this.get(topic, Number(id));
        if (queue.maxOffset === 0) this.#goOnAt(queue, queue.storedEnd());
      }
    }
  }

  #goOnAt(queue: ConsumeQueue, offset: number): void {
    if (queue.maxOffset === 0) queue.startAt(offset);
  }

  /** The places of the batch that was not written are free again. */
  releaseReserved(): void {
    for (const queue of this.#all()) queue.reservedOffset = queue.maxOffset;
  }

  /** Messages of the topic that are kept. */
  messageCount(topic: string): number {
    return (this.#queues.get(topic) ?? []).reduce((sum, queue) => sum + queue.maxOffset - queue.minOffset, 0);
  }

  /** False when the message was dropped with its topic. */
  holds({ topic, queueId, queueOffset }: StoredRecord): boolean {
    return queueOffset >= this.get(topic, queueId).minOffset;
  }

  /** Topics with a message that stands before the physical offset. */
  *topicsBefore(physicalOffset: number): Generator<string> {
    for (const [topic, queues] of this.#queues) {
      if (queues.some((queue) => (queue.entry(queue.minOffset)?.physicalOffset ?? Infinity) < physicalOffset))
        yield topic;
    }
  }

  dropBefore(physicalOffset: number): void {
    for (const queue of this.#all()) queue.dropBefore(physicalOffset);
  }

  /** Drops all messages of the topic; the numbering goes on. */
  dropTopic(topic: string): void {
    for (const queue of this.#queues.get(topic) ?? []) queue.dropTo(queue.maxOffset);
  }

  ranges(): QueueRanges {
    return Object.fromEntries(
      [...this.#queues].map(([topic, queues]) => [
        topic,
        queues.map(({ minOffset, maxOffset }) => [minOffset, maxOffset]),
      ]),
    );
  }

  async flush(): Promise<void> {
    for (const queue of this.#all()) await queue.flush();
  }

  *#all(): Generator<ConsumeQueue> {
    for (const queues of this.#queues.values()) yield* queues;
  }

  close(): void {
    for (const queue of this.#all()) queue.close();
  }
}

/** Dead letters, which have an origin, wait for nobody: their message group was given up on. */
function entryOf(
  { tag, messageGroup, originTopic }: RecordDraft,
  { physicalOffset, recordBytes }: MessagePlace,
): QueueEntry {
  return {
    physicalOffset,
    recordBytes,
    tagHash: tag ? stringHash(tag) : 0,
    messageGroupHash: messageGroup && !originTopic ? stringHash(messageGroup) : 0,
  };
}
