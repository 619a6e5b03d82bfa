import { join } from 'node:path';
import type { DeliveryTrace } from '../store/delivery-trace.js';
import type { MessageStore } from '../store/message-store.js';
import { ProgressLog } from '../store/progress-log.js';
import type { HeldMessage, ProgressEvents } from '../store/progress-replay.js';
import { StoreDamagedError } from '../store/store-errors.js';
import type { Clients } from './clients.js';
import type { DeadLetters } from './dead-letters.js';
import { type Groups, retryDelayMs } from './groups.js';
import type { Log } from './log.js';
import { QueueProgress } from './queue-progress.js';
import type { Topics } from './topics.js';
import { TopicSubscription } from './topic-subscription.js';

const PROGRESS_SYNC_MS = 200;
const PROGRESS_COMPACT_BYTES = 16 << 20;

export interface ConsumerProgressParts {
  dataDir: string;
  store: MessageStore;
  topics: Topics;
  groups: Groups;
  clients: Clients;
  log: Log;
  deadLetters: DeadLetters;
  trace: DeliveryTrace;
  pushLeaseMs: number;
}

interface Restored {
  cursor: number;
  held: Map<number, HeldMessage>;
}

/** Progress of all consumer groups, restored from the progress log at start. */
export class ConsumerProgress {
  readonly #groups = new Map<string, Map<string, TopicSubscription>>();
  readonly #log: ProgressLog;

  constructor(private readonly parts: ConsumerProgressParts) {
    const restored = new Map<string, Restored>();
    this.#log = ProgressLog.open(
      {
        dir: join(parts.dataDir, 'progress'),
        syncMs: PROGRESS_SYNC_MS,
        compactBytes: PROGRESS_COMPACT_BYTES,
        onError: (error) => parts.log('error', 'progress_write_failed', { error: String(error) }),
        onCut: (path, bytes) => parts.log('warn', 'progress_cut', { path, bytes }),
      },
      collectInto(restored),
      (events) => {
        // Before the first snapshot: what a power cut took from the message log is on the disk as gone before others get its place.
        this.#restore(restored);
        restored.clear();
        this.#writeSnapshot(events);
      },
    );
  }

  #restore(restored: Map<string, Restored>): void {
    const nowMs = Date.now();
    for (const [key, { cursor, held }] of restored) {
      if (cursor === 0 && held.size === 0) continue;
      const { group, topic, queueId } = parseKey(key);
      if (!this.parts.topics.has(topic)) continue;
      this.subscription(group, topic).queues[queueId]?.restore(cursor, [...held.values()], nowMs);
    }
  }

  /** The group's subscription of the topic; a new group starts at the beginning of every queue. */
  subscription(group: string, topicName: string): TopicSubscription {
    let ofGroup = this.#groups.get(group);
    if (!ofGroup) this.#groups.set(group, (ofGroup = new Map()));
    let subscription = ofGroup.get(topicName);
    if (!subscription) {
      subscription = new TopicSubscription(group, topicName, []);
      ofGroup.set(topicName, subscription);
    }
    const { queues } = this.parts.topics.get(topicName);
    while (subscription.queues.length < queues)
      subscription.queues.push(this.#queueProgress(subscription, subscription.queues.length));
    return subscription;
  }

  find(group: string, topic: string): TopicSubscription | undefined {
    return this.#groups.get(group)?.get(topic);
  }

  hasGroup(group: string): boolean {
    return this.#groups.has(group);
  }

  #queueProgress(subscription: TopicSubscription, queueId: number): QueueProgress {
    const { group, topic } = subscription;
    const { store, clients, groups, log, trace, pushLeaseMs } = this.parts;
    return new QueueProgress({
      pushLeaseMs,
      queueId,
      queue: store.queue(topic, queueId),
      maxAttempts: () => groups.policy(group).maxAttempts,
      isAlive: (clientId) => clients.isAlive(clientId),
      retryDelayMs: (attempts) => retryDelayMs(groups.policy(group), attempts),
      read: (entry) => {
        try {
          return store.read(entry);
        } catch (error) {
          if (!(error instanceof StoreDamagedError)) throw error;
          log('error', 'message_unreadable', { topic, queueId, error: error.message });
          return undefined;
        }
      },
      deadLetter: (record) => this.parts.deadLetters.add(group, record),
      logAdvance: (offset) => this.#log.advance(group, topic, queueId, offset),
      logHold: (message) => this.#log.hold(group, topic, queueId, message),
      logDone: (offset) => this.#log.done(group, topic, queueId, offset),
      trace: (held, outcome, nowMs) => {
        const { attempts: attempt, clientId, deliveredAtMs } = held;
        const event = { group, attempt, outcome, clientId, deliveredAtMs, endedAtMs: nowMs };
        trace.record({ topic, queueId, queueOffset: held.offset }, event);
      },
      changed: () => subscription.wake(),
    });
  }

  /** Forgets what any group has consumed of a topic. Polls under way end. */
  dropTopic(topic: string): void {
    for (const group of this.#groups.keys()) this.#drop(group, topic);
  }

  /** Forgets what a group has consumed: should it come back, it starts at the beginning. Polls under way end. */
  dropGroup(group: string): void {
    for (const topic of this.#groups.get(group)?.keys() ?? []) this.#drop(group, topic);
    this.#groups.delete(group);
  }

  #drop(group: string, topic: string): void {
    const ofGroup = this.#groups.get(group);
    const subscription = ofGroup?.get(topic);
    if (!ofGroup || !subscription) return;
    subscription.close();
    // Position 0 with nothing unfinished is what the log has for a group that was never there.
    for (const queue of subscription.queues) queue.resetTo(0);
    ofGroup.delete(topic);
    this.writeSoon();
  }

  /** New messages became visible in the topic. */
  wake(topic: string): void {
    for (const ofGroup of this.#groups.values()) ofGroup.get(topic)?.wake();
  }

  /** Resolves when the progress so far would survive kill -9 of the broker. */
  written(): Promise<void> {
    return this.#log.written();
  }

  writeSoon(): void {
    this.#log.flushSoon();
  }

  releaseClient(clientId: string): void {
    for (const subscription of this.all()) subscription.cancelPollsOf(clientId);
    this.#eachQueue((queue) => queue.leases.releaseClient(clientId, Date.now()));
  }

  stopRenewing(clientId: string): void {
    this.#eachQueue((queue) => queue.leases.stopRenewing(clientId, Date.now()));
  }

  releaseClientsThatAreGone(): void {
    this.#eachQueue((queue) => queue.leases.releaseClientsThatAreGone(Date.now()));
  }

  #eachQueue(visit: (queue: QueueProgress) => void): void {
    for (const subscription of this.all()) subscription.queues.forEach(visit);
  }

  *all(): Generator<TopicSubscription> {
    for (const ofGroup of this.#groups.values()) yield* ofGroup.values();
  }

  #writeSnapshot(events: ProgressEvents): void {
    for (const { group, topic, queues } of this.all()) {
      queues.forEach((queue, queueId) => {
        events.advance(group, topic, queueId, queue.cursor);
        for (const message of queue.heldMessages()) events.hold(group, topic, queueId, message);
      });
    }
  }

  async close(): Promise<void> {
    for (const subscription of this.all()) subscription.close();
    await this.#log.close();
  }
}

function keyOf(group: string, topic: string, queueId: number): string {
  return `${group} ${topic} ${queueId}`;
}

function parseKey(key: string): { group: string; topic: string; queueId: number } {
  const [group, topic, queueId] = key.split(' ') as [string, string, string];
  return { group, topic, queueId: Number(queueId) };
}

function collectInto(restored: Map<string, Restored>): ProgressEvents {
  const queueOf = (group: string, topic: string, queueId: number): Restored => {
    const key = keyOf(group, topic, queueId);
    let queue = restored.get(key);
    if (!queue) restored.set(key, (queue = { cursor: 0, held: new Map() }));
    return queue;
  };
  return {
    advance: (group, topic, queueId, offset) => void (queueOf(group, topic, queueId).cursor = offset),
    hold: (group, topic, queueId, message) => void queueOf(group, topic, queueId).held.set(message.offset, message),
    done: (group, topic, queueId, offset) => void queueOf(group, topic, queueId).held.delete(offset),
  };
}
