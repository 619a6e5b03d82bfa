import type { AppendedRecord } from '../store/commit-log.js';
import { RecordKind, type RecordDraft } from '../store/record.js';
import { isDeadLetterTopic } from './topics.js';

export interface TopicTraffic {
  /** As the protocol numbers message types; dead letters keep theirs. */
  messageType: number;
  messages: number;
  bytes: number;
}

/** What was stored since the start of the broker. */
export class Traffic {
  /** Messages of producers, by topic and message type; a delayed or half message counts when it is sent. */
  readonly #topics = new Map<string, TopicTraffic[]>();
  /** By dead-letter topic. */
  readonly deadLetters = new Map<string, number>();
  commits = 0;
  rollbacks = 0;

  stored(records: readonly AppendedRecord[]): void {
    for (const { draft, recordBytes } of records) {
      if (isDeadLetterTopic(draft.topic)) this.#deadLetter(draft);
      else if (!draft.sourceOffset) this.#sent(draft, recordBytes);
      else if (!draft.originTopic) this.#settled(draft);
    }
  }

  #sent({ topic, messageType }: RecordDraft, recordBytes: number): void {
    let ofTopic = this.#topics.get(topic);
    if (!ofTopic) this.#topics.set(topic, (ofTopic = []));
    let counts = ofTopic.find((one) => one.messageType === messageType);
    if (!counts) ofTopic.push((counts = { messageType, messages: 0, bytes: 0 }));
    counts.messages++;
    counts.bytes += recordBytes;
  }

  /** The second record of a delayed message, which has the time, or of a half message. */
  #settled({ kind, deliverAtMs }: RecordDraft): void {
    if (kind === RecordKind.DELAYED || (kind === RecordKind.MESSAGE && !deliverAtMs)) this.commits++;
    else if (kind === RecordKind.ROLLBACK && !deliverAtMs) this.rollbacks++;
  }

  #deadLetter({ topic }: RecordDraft): void {
    this.deadLetters.set(topic, (this.deadLetters.get(topic) ?? 0) + 1);
  }

  topics(): Iterable<[string, readonly TopicTraffic[]]> {
    return this.#topics;
  }

  get messages(): number {
    let messages = 0;
    for (const ofTopic of this.#topics.values()) for (const counts of ofTopic) messages += counts.messages;
    return messages;
  }
}
