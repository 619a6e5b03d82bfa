import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { replaceFileSync } from '../store/file-io.js';
import { StoreDamagedError, UnknownFormatError } from '../store/store-errors.js';
import { BrokerError, Code } from './code.js';
import { checkTopicName } from './name-rules.js';

export const TOPIC_TYPES = ['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'MIXED'] as const;
export type TopicType = (typeof TOPIC_TYPES)[number];

export interface TopicConfig {
  name: string;
  type: TopicType;
  /** Number of queues, 4 unless told. It can grow later, never shrink. */
  queues?: number;
}

export type Topic = Required<TopicConfig>;

const DEFAULT_QUEUES = 4;
const MAX_QUEUES = 1024;
const FORMAT_VERSION = 1;

/** Known topics, kept in <dataDir>/config/topics.json. */
export class Topics {
  #topics = new Map<string, Topic>();

  constructor(
    private readonly path: string,
    private readonly autoCreate: boolean,
  ) {
    for (const topic of load(path)) this.#topics.set(topic.name, topic);
  }

  /** Adds the topics or changes their types. Throws BrokerError on an illegal name, type or number of queues. */
  declare(configs: readonly TopicConfig[]): void {
    for (const config of configs) {
      checkTopicName(config.name);
      if (!TOPIC_TYPES.includes(config.type))
        throw new BrokerError(Code.BAD_REQUEST, `topic ${config.name}: unknown type ${String(config.type)}`);
      const queues = config.queues ?? DEFAULT_QUEUES;
      if (!Number.isInteger(queues) || queues < 1 || queues > MAX_QUEUES) {
        throw new BrokerError(Code.BAD_REQUEST, `topic ${config.name}: queues must be 1 to ${MAX_QUEUES}`);
      }
      const existing = this.#topics.get(config.name);
      this.#topics.set(config.name, {
        name: config.name,
        type: config.type,
        queues: Math.max(queues, existing?.queues ?? 0),
      });
    }
    this.#save();
  }

  /** The dead-letter topic of a group; created on first use, with one queue so that its order is the order of failure. */
  deadLetterTopic(group: string): Topic {
    const name = deadLetterTopicName(group);
    let topic = this.#topics.get(name);
    if (!topic) {
      topic = { name, type: 'MIXED', queues: 1 };
      this.#topics.set(name, topic);
      this.#save();
    }
    return topic;
  }

  /** Throws BrokerError TOPIC_NOT_FOUND, unless topics are created on first use. */
  get(name: string): Topic {
    const topic = this.#topics.get(name);
    if (topic) return topic;
    if (!this.autoCreate) throw new BrokerError(Code.TOPIC_NOT_FOUND, `topic ${name} does not exist`);
    this.declare([{ name, type: 'MIXED' }]);
    return this.#topics.get(name) as Topic;
  }

  has(name: string): boolean {
    return this.#topics.has(name);
  }

  all(): Topic[] {
    return [...this.#topics.values()];
  }

  #save(): void {
    replaceFileSync(
      this.path,
      JSON.stringify({ formatVersion: FORMAT_VERSION, topics: this.all() }, undefined, 2) + '\n',
    );
  }
}

export function deadLetterTopicName(group: string): string {
  return `%DLQ%${group}`;
}

function load(path: string): Topic[] {
  fs.mkdirSync(dirname(path), { recursive: true });
  if (!fs.existsSync(path)) return [];
  let saved: { formatVersion: number; topics: Topic[] };
  try {
    saved = JSON.parse(fs.readFileSync(path, 'utf8')) as typeof saved;
  } catch (error) {
    throw new StoreDamagedError(path, String(error));
  }
  if (saved.formatVersion !== FORMAT_VERSION)
    throw new UnknownFormatError(path, `version ${saved.formatVersion}`, `version ${FORMAT_VERSION}`);
  return saved.topics;
}
