import type { QueueEntry } from '../store/consume-queue.js';
import type { MessageStore } from '../store/message-store.js';
import { RecordKind, type StoredRecord } from '../store/record.js';
import { StoreDamagedError } from '../store/store-errors.js';
import { BrokerError, Code } from './code.js';
import { readConfigFile, writeConfigFile } from './config-file.js';
import type { Log } from './log.js';
import { QueueChooser } from './queue-chooser.js';
import { deadLetterTopicName, type Topics } from './topics.js';

export interface ResendResult {
  resent: number;
  /** Those that were sent again before. */
  alreadyResent: number;
  failed: { offset: number; reason: string }[];
}

interface ResentOfGroup {
  group: string;
  offsets: number[];
}

const QUEUE_ID = 0;
/** What is sent again at a time. */
const BATCH_BYTES = 8 << 20;
const BATCH_MESSAGES = 256;

/** Messages that their group could not consume, in a topic for each group. They are kept for three days. */
export class DeadLetters {
  /** Offsets of those that were sent again, by group. */
  readonly #resent = new Map<string, Set<number>>();
  readonly #queueChooser = new QueueChooser();

  constructor(private readonly parts: { store: MessageStore; topics: Topics; path: string; log: Log }) {
    for (const { group, offsets } of readConfigFile<ResentOfGroup>(parts.path, 'resent'))
      this.#resent.set(group, new Set(offsets));
  }

  /** Stores a copy of the message. Rejects with a store error. */
  async add(group: string, record: StoredRecord): Promise<void> {
    const { store, topics, log } = this.parts;
    const { topic, queueId, queueOffset } = record;
    try {
      await store.append({
        ...record,
        kind: RecordKind.MESSAGE,
        topic: topics.ownTopic(deadLetterTopicName(group)).name,
        queueId: QUEUE_ID,
        originTopic: topic,
        deliverAtMs: 0,
        sourceOffset: 0,
      });
    } catch (error) {
      log('error', 'dead_letter_not_stored', { group, topic, error: String(error) });
      throw error;
    }
    log('warn', 'dead_letter', { group, topic, queueId, queueOffset });
  }

  isResent(group: string, offset: number): boolean {
    return this.#resent.get(group)?.has(offset) ?? false;
  }

  /** Of those that are kept. */
  resentCount(group: string): number {
    const { minOffset } = this.parts.store.queue(deadLetterTopicName(group), QUEUE_ID);
    let count = 0;
    for (const offset of this.#resent.get(group) ?? []) if (offset >= minOffset) count++;
    return count;
  }

  /**
   * Sends dead letters to their topics again, those at `offsets` or all, each once: a message of the same id whose attempts
   * start anew. All groups of the topic get it. Should the broker be killed meanwhile, the last 256 may count as not yet
   * sent. Throws BrokerError MESSAGE_NOT_FOUND when there is none at an offset.
   */
  async resend(group: string, offsets?: readonly number[]): Promise<ResendResult> {
    for (const offset of offsets ?? [])
      if (!this.#entry(group, offset))
        throw new BrokerError(Code.MESSAGE_NOT_FOUND, `group ${group} has no dead letter at offset ${offset}`);
    const result: ResendResult = { resent: 0, alreadyResent: 0, failed: [] };
    let batch: { offset: number; record: StoredRecord }[] = [];
    let bytes = 0;
    for (const offset of new Set(offsets ?? this.#offsets(group))) {
      if (this.isResent(group, offset)) {
        result.alreadyResent++;
        continue;
      }
      const record = this.#read(group, offset, result);
      if (!record) continue;
      batch.push({ offset, record });
      bytes += record.recordBytes;
      if (bytes < BATCH_BYTES && batch.length < BATCH_MESSAGES) continue;
      await this.#resendBatch(group, batch, result);
      batch = [];
      bytes = 0;
    }
    await this.#resendBatch(group, batch, result);
    this.parts.log('info', 'dead_letters_resent', { group, ...result, failed: result.failed.length });
    return result;
  }

  *#offsets(group: string): Generator<number> {
    const { store, topics } = this.parts;
    const topic = deadLetterTopicName(group);
    if (!topics.has(topic)) return;
    const { minOffset, maxOffset } = store.queue(topic, QUEUE_ID);
    for (let offset = minOffset; offset < maxOffset; offset++) yield offset;
  }

  #entry(group: string, offset: number): QueueEntry | undefined {
    const { store, topics } = this.parts;
    const topic = deadLetterTopicName(group);
    return topics.has(topic) ? store.queue(topic, QUEUE_ID).entry(offset) : undefined;
  }

  /** Undefined when it cannot be read, or was removed meanwhile, which is then in the result. */
  #read(group: string, offset: number, { failed }: ResendResult): StoredRecord | undefined {
    const entry = this.#entry(group, offset);
    if (!entry) {
      failed.push({ offset, reason: 'it is too old to be kept' });
      return undefined;
    }
    try {
      return this.parts.store.read(entry);
    } catch (error) {
      if (!(error instanceof StoreDamagedError)) throw error;
      failed.push({ offset, reason: error.message });
      return undefined;
    }
  }

  /** They are marked first, so that two calls at the same time do not both send them. */
  async #resendBatch(
    group: string,
    batch: { offset: number; record: StoredRecord }[],
    result: ResendResult,
  ): Promise<void> {
    if (batch.length === 0) return;
    let marks = this.#resent.get(group);
    if (!marks) this.#resent.set(group, (marks = new Set()));
    for (const { offset } of batch) marks.add(offset);
    const sent = await Promise.allSettled(batch.map(({ record }) => this.#sendAgain(record)));
    for (const [i, outcome] of sent.entries()) {
      if (outcome.status === 'fulfilled') {
        result.resent++;
        continue;
      }
      const { offset } = batch[i] as { offset: number };
      marks.delete(offset);
      const reason: unknown = outcome.reason;
      result.failed.push({ offset, reason: reason instanceof Error ? reason.message : String(reason) });
    }
    this.#save();
  }

  async #sendAgain(dead: StoredRecord): Promise<void> {
    const { store, topics } = this.parts;
    const topic = topics.get(dead.originTopic);
    const queueId = this.#queueChooser.choose(topic, dead.messageGroup || undefined);
    await store.append({ ...dead, topic: topic.name, queueId, originTopic: '' });
  }

  /** Marks of dead letters that are gone by now are left out. */
  #save(): void {
    const { store, path } = this.parts;
    const items: ResentOfGroup[] = [];
    for (const [group, marks] of this.#resent) {
      const { minOffset } = store.queue(deadLetterTopicName(group), QUEUE_ID);
      const offsets = [...marks].filter((offset) => offset >= minOffset);
      if (offsets.length > 0) items.push({ group, offsets });
    }
    writeConfigFile(path, 'resent', items);
  }
}
