import type { Broker } from '../broker/broker.js';
import { type Held, HeldState } from '../broker/held-message.js';
import type { DeliveryEvent } from '../store/delivery-trace.js';
import type { StoredRecord } from '../store/record.js';

interface GroupState {
  group: string;
  /** done: acked, dead, or not wanted by the group's filter. */
  state: 'waiting' | 'inflight' | 'retrying' | 'done';
  attempts?: number;
  /** Who got it last. */
  clientId?: string;
  /** End of the lease or of the pause, ms since 1970. */
  visibleAtMs?: number;
}

export function groupStates({ progress }: Broker, { topic, queueId, queueOffset }: StoredRecord): GroupState[] {
  return [...progress.all()]
    .filter((subscription) => subscription.topic === topic)
    .map(({ group, queues }) => {
      const queue = queues[queueId];
      const held = queue?.held(queueOffset);
      if (!held) return { group, state: queue && queueOffset < queue.cursor ? 'done' : 'waiting' };
      const { attempts, clientId, visibleAtMs } = held;
      if (attempts === 0) return { group, state: 'waiting' };
      return { group, state: isRunning(held) ? 'inflight' : 'retrying', attempts, clientId, visibleAtMs };
    });
}

/** With a client, not in the pause before the next delivery. */
function isRunning({ state, autoRenew, visibleAtMs, traced }: Held): boolean {
  return state === HeldState.LEASED && !traced && (autoRenew || visibleAtMs > Date.now());
}

/** `inflight` has not ended yet: endedAtMs is 0. */
type Delivery = Omit<DeliveryEvent, 'outcome'> & { outcome: DeliveryEvent['outcome'] | 'inflight' };

/** Every delivery of the message that is still known, oldest first. */
export async function deliveriesOf({ trace, progress }: Broker, record: StoredRecord): Promise<Delivery[]> {
  const ended = await trace.find(record, record.storeTimestampMs);
  const running = [...progress.all()].flatMap(({ group, topic, queues }) => {
    const held = topic === record.topic ? queues[record.queueId]?.held(record.queueOffset) : undefined;
    if (!held || held.attempts === 0 || !isRunning(held)) return [];
    const { attempts: attempt, clientId, deliveredAtMs } = held;
    return [{ group, attempt, outcome: 'inflight' as const, clientId, deliveredAtMs, endedAtMs: 0 }];
  });
  return [...ended, ...running];
}
