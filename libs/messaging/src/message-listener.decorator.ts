import { SetMetadata } from '@nestjs/common';

/** What a listener gets, and how. */
export interface MessageListenerOptions {
  topic: string;
  /** One tag, or several as `a || b`. @default '*', all */
  tag?: string;
  /** A SQL92 filter over message properties, instead of tags: `price > 20 AND region IS NOT NULL`. */
  sql?: string;
  /** The consumer group: the instances of one listener share it, every listener has its own. */
  group: string;
  /** Messages of one message group one after the other, in order. The group must be declared as ordered on the broker. @default false */
  orderly?: boolean;
  /** Messages handled at the same time by this instance. @default 16 */
  concurrency?: number;
  /** Deliveries of a message that fails, until it goes to the dead letters. @default the broker's limit for the group (17) */
  maxAttempts?: number;
  /** CLUSTERING: each message to one instance. BROADCASTING: each message to every instance. @default 'CLUSTERING' */
  model?: 'CLUSTERING' | 'BROADCASTING';
}

export const MESSAGE_LISTENER = 'trade:message-listener';

/**
 * Makes a provider's method receive messages: `(message: ReceivedMessage<P>) => Promise<void>`.
 * Returning acknowledges the message; throwing makes it come again, with growing delays, until it goes to the dead
 * letters; throwing UnrecoverableMessageError sends it there now. A message may come twice: see Inbox.
 */
export const MessageListener = (options: MessageListenerOptions): MethodDecorator =>
  SetMetadata(MESSAGE_LISTENER, options);
