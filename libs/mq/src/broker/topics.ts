import { BrokerError, Code } from './code.js';
import { readConfigFile, writeConfigFile } from './config-file.js';
import { checkTopicName } from './name-rules.js';

/** The types of topics; MIXED takes messages of all others. */
export const TOPIC_TYPES = ['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'MIXED'] as const;
/** One of TOPIC_TYPES. */
export type TopicType = (typeof TOPIC_TYPES)[number];

/** A topic that is to be there. */
export interface TopicConfig {
  name: string;
  type: TopicType;
  /** Number of queues, 4 unless told. It can grow later, never shrink. */
  queues?: number;
}

export type Topic = Required<TopicConfig>;

const DEFAULT_QUEUES = 4;
const MAX_QUEUES = 1024;

/** Known topics, kept in <dataDir>/config/topics.json. Every change is on disk when its method returns. */
export class Topics {
  #topics = new Map<string, Topic>();

  constructor(
    private readonly path: string,
    private readonly autoCreate: boolean,
  ) {
    for (const topic of readConfigFile<Topic>(path, 'topics')) this.#topics.set(topic.name, topic);
  }

  /**
   * Adds topics or changes their types; a topic never loses queues by it. Throws BrokerError on an illegal name, type or
   * number of queues, and then changes nothing.
   */
  declare(configs: readonly TopicConfig[]): void {
    const topics = configs.map((config) => {
      const queues = this.#topics.get(config.name)?.queues;
      return topicOf({ ...config, queues: Math.max(config.queues ?? queues ?? DEFAULT_QUEUES, queues ?? 0) });
    });
    this.#set(topics);
  }

  /** Throws BrokerError BAD_REQUEST when the topic exists. */
  create(config: TopicConfig): Topic {
    if (this.#topics.has(config.name)) throw new BrokerError(Code.BAD_REQUEST, `topic ${config.name} exists already`);
    return this.#set([topicOf({ ...config, queues: config.queues ?? DEFAULT_QUEUES })]);
  }

  /** Throws BrokerError TOPIC_NOT_FOUND, or BAD_REQUEST for fewer queues than there are. */
  update(name: string, changes: Partial<Omit<TopicConfig, 'name'>>): Topic {
    const existing = this.#existing(name);
    const changed = topicOf({ name, type: changes.type ?? existing.type, queues: changes.queues ?? existing.queues });
    if (changed.queues < existing.queues)
      throw new BrokerError(
        Code.BAD_REQUEST,
        `topic ${name} has ${existing.queues} queues, their number cannot shrink`,
      );
    return this.#set([changed]);
  }

  /** Forgets the topic; Broker.deleteTopic also drops its messages. Throws BrokerError TOPIC_NOT_FOUND. */
  delete(name: string): void {
    this.#existing(name);
    this.#topics.delete(name);
    this.#save();
  }

  /** A topic of the broker itself, such as dead letters; created on first use, with one queue so that it keeps their order. */
  ownTopic(name: string): Topic {
    return this.#topics.get(name) ?? this.#set([{ name, type: 'MIXED', queues: 1 }]);
  }

  /** Throws BrokerError TOPIC_NOT_FOUND, unless topics are created on first use. */
  get(name: string): Topic {
    const topic = this.#topics.get(name);
    if (topic) return topic;
    if (!this.autoCreate) return this.#existing(name);
    return this.create({ name, type: 'MIXED' });
  }

  has(name: string): boolean {
    return this.#topics.has(name);
  }

  all(): Topic[] {
    return [...this.#topics.values()];
  }

  #existing(name: string): Topic {
    const topic = this.#topics.get(name);
    if (!topic)
      throw new BrokerError(Code.TOPIC_NOT_FOUND, `No topic route info in name server for the topic: ${name}`);
    return topic;
  }

  /** Adds or replaces topics and returns the last one. */
  #set(topics: readonly Topic[]): Topic {
    for (const topic of topics) this.#topics.set(topic.name, topic);
    this.#save();
    return topics[topics.length - 1] as Topic;
  }

  #save(): void {
    writeConfigFile(this.path, 'topics', this.all());
  }
}

const DEAD_LETTER_PREFIX = '%DLQ%';

export function deadLetterTopicName(group: string): string {
  return DEAD_LETTER_PREFIX + group;
}

export function groupOfDeadLetters(topic: string): string {
  return topic.slice(DEAD_LETTER_PREFIX.length);
}

/** Topics of the broker itself take messages of every type. */
export function isDeadLetterTopic(name: string): boolean {
  return name.startsWith(DEAD_LETTER_PREFIX);
}

function topicOf({ name, type, queues }: Topic): Topic {
  checkTopicName(name);
  if (!TOPIC_TYPES.includes(type))
    throw new BrokerError(Code.BAD_REQUEST, `topic ${name}: unknown type ${String(type)}`);
  if (!Number.isInteger(queues) || queues < 1 || queues > MAX_QUEUES)
    throw new BrokerError(Code.BAD_REQUEST, `topic ${name}: queues must be 1 to ${MAX_QUEUES}`);
  return { name, type, queues };
}
