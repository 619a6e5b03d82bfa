import type { ConsumeQueue, QueueEntry } from '../store/consume-queue.js';
import type { DeliveryOutcome } from '../store/delivery-trace.js';
import type { HeldMessage } from '../store/progress-replay.js';
import type { StoredRecord } from '../store/record.js';
import type { Held } from './held-message.js';
import type { LeaseRules } from './leases.js';
import type { QueueProgress } from './queue-progress.js';
import type { SqlFilter } from './sql-filter/sql-filter.js';
import type { TagFilter } from './tag-filter.js';

/** Which messages a subscription wants. */
export type MessageFilter = TagFilter | SqlFilter;

/** What one receive call still wants; take() fills `taken`. */
export interface TakeRequest {
  readonly filter: MessageFilter;
  readonly clientId: string;
  /** The same again when a receive call is tried again because its answer was lost. */
  readonly attemptId: string | undefined;
  readonly autoRenew: boolean;
  readonly invisibleMs: number;
  readonly maxMessages: number;
  readonly taken: Delivery[];
  bytesLeft: number;
  /** Set when take() stopped because it had looked at enough entries for one turn of the event loop. */
  unfinished: boolean;
}

export interface Delivery {
  record: StoredRecord;
  held: Held;
  attempts: number;
  progress: QueueProgress;
}

/** What the progress of a queue needs from the rest of the broker. */
export interface QueueSurroundings extends LeaseRules {
  readonly queueId: number;
  readonly queue: ConsumeQueue;
  /** Deliveries before a message becomes a dead letter. */
  maxAttempts(): number;
  read(entry: QueueEntry): StoredRecord | undefined;
  /** Stores the message in the group's dead-letter queue. */
  deadLetter(record: StoredRecord): Promise<void>;
  logAdvance(offset: number): void;
  logHold(message: HeldMessage): void;
  logDone(offset: number): void;
  /** Keeps for people what became of the last delivery. */
  trace(held: Held, outcome: DeliveryOutcome, nowMs: number): void;
}
