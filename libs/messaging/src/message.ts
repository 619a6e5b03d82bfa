import { UnrecoverableMessageError } from './messaging-error.js';

/**
 * What producer and consumers of a message agree on. Declared once, in the contracts library; structural, so that
 * declaring one needs no import from here.
 */
export interface MessageContract<P> {
  readonly topic: string;
  readonly tag: string;
  readonly type: 'NORMAL' | 'FIFO' | 'DELAY' | 'TRANSACTION';
  /** The business key: consumers recognise a second delivery by it. */
  key(payload: P): string;
  /** Carries the type P, never a value. */
  readonly payload?: P;
}

/** A message to send. */
export interface OutgoingMessage {
  topic: string;
  tag?: string;
  keys?: string[];
  /** A string is sent as UTF-8. */
  body: string | Buffer;
  properties?: Record<string, string>;
  /** Unix time in ms; makes it a DELAY message. The past means now; brokers refuse more than 24 h ahead. */
  deliverAtMs?: number;
  /** Messages of one group are consumed in the order they were sent; makes it a FIFO message. */
  messageGroup?: string;
}

/** What the broker says of a message that it has. */
export interface SendReceipt {
  messageId: string;
  topic: string;
  /** Position in the broker's queue. */
  offset: number;
  /** Only for DELAY messages, where the broker supports taking them back. */
  recallHandle?: string;
}

/** A message as a listener sees it. */
export interface ReceivedMessage<P = unknown> {
  readonly id: string;
  readonly topic: string;
  /** Empty when the message has none. */
  readonly tag: string;
  /** The first key; empty when the message has none. */
  readonly key: string;
  /** UTF-8 text. */
  readonly body: string;
  /** The body as JSON. @throws UnrecoverableMessageError when it is not JSON: trying again cannot help. */
  readonly payload: P;
  /** 1 on the first delivery. */
  readonly attempt: number;
  readonly bornAtMs: number;
  readonly properties: Readonly<Record<string, string>>;
  /** The consumer group that received it. */
  readonly group: string;
}

/** What the client library hands over of a delivered message. */
export interface Delivered {
  messageId: string;
  topic: string;
  tag?: string;
  keys: string[];
  body: Buffer;
  deliveryAttempt?: number;
  bornTimestamp?: Date;
  properties: Map<string, string>;
}

/** Decodes text and JSON when they are asked for, not before. */
export class DeliveredMessage implements ReceivedMessage {
  #text?: string;
  #parsed?: { value: unknown };
  #properties?: Readonly<Record<string, string>>;

  constructor(
    private readonly delivered: Delivered,
    readonly group: string,
  ) {}

  get id() {
    return this.delivered.messageId;
  }
  get topic() {
    return this.delivered.topic;
  }
  get tag() {
    return this.delivered.tag ?? '';
  }
  get key() {
    return this.delivered.keys[0] ?? '';
  }
  get attempt() {
    return this.delivered.deliveryAttempt ?? 1;
  }
  get bornAtMs() {
    return this.delivered.bornTimestamp?.getTime() ?? 0;
  }
  get body() {
    return (this.#text ??= this.delivered.body.toString('utf8'));
  }
  get properties() {
    return (this.#properties ??= Object.freeze(Object.fromEntries(this.delivered.properties)));
  }
  get payload(): unknown {
    this.#parsed ??= { value: this.#parse() };
    return this.#parsed.value;
  }

  #parse(): unknown {
    try {
      return JSON.parse(this.body);
    } catch (cause) {
      throw new UnrecoverableMessageError(`message ${this.id} of ${this.topic} is not JSON`, { cause });
    }
  }
}
