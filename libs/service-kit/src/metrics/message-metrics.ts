import { showCounter, showGauge, type Sample } from './metrics.js';

/** What @trade/messaging tells of a listener. */
interface ListenerFigures {
  topic: string;
  group: string;
  ready: boolean;
  handled: Record<'done' | 'retry' | 'dead', number>;
  delayMsTotal: number;
}

interface Messaging {
  readonly producerReady: boolean;
  readonly listenerFigures: readonly ListenerFigures[];
}

interface Inbox {
  failed(): Promise<number>;
}

interface Outbox {
  stats(): Promise<{ waiting: number; refused: number; oldestAgeMs: number | null }>;
}

/** How messages come and go in this service, by what messaging, inbox and outbox know anyway. */
export function showMessages(messaging: Messaging, inbox: Inbox, outbox?: Outbox): void {
  const ofListeners = <Label extends string>(read: (figures: ListenerFigures) => Sample<Label>[]) => {
    return () => messaging.listenerFigures.flatMap(read);
  };
  showGauge(
    'trade_listener_ready',
    '1 while the listener is connected to the broker.',
    ['topic', 'group'],
    ofListeners(({ topic, group, ready }) => [[{ topic, group }, Number(ready)]]),
  );
  showCounter(
    'trade_messages_handled_total',
    'Deliveries by what came of them: done, retry (the listener failed) or dead (no retry can help).',
    ['topic', 'group', 'outcome'],
    ofListeners(({ topic, group, handled }) =>
      Object.entries(handled).map(([outcome, count]) => [{ topic, group, outcome }, count]),
    ),
  );
  showCounter(
    'trade_message_delay_seconds_total',
    'Time from when a message could be delivered to when it was handled, all handled messages together.',
    ['topic', 'group'],
    ofListeners(({ topic, group, delayMsTotal }) => [[{ topic, group }, delayMsTotal / 1_000]]),
  );
  showGauge('trade_inbox_failed_messages', 'Messages whose last delivery failed.', [], async () => [
    [{}, await inbox.failed()],
  ]);
  showGauge('trade_producer_ready', '1 while the producer is connected to the broker.', [], () => [
    [{}, Number(messaging.producerReady)],
  ]);
  if (!outbox) return;
  const stats = sharedInATurn(() => outbox.stats());
  showGauge('trade_outbox_messages', 'Messages that the broker does not have yet.', ['state'], async () => {
    const { waiting, refused } = await stats();
    return [
      [{ state: 'waiting' }, waiting - refused],
      [{ state: 'refused' }, refused],
    ];
  });
  showGauge('trade_outbox_oldest_age_seconds', 'Age of the oldest of them, 0 when there is none.', [], async () => {
    const { oldestAgeMs } = await stats();
    return [[{}, (oldestAgeMs ?? 0) / 1_000]];
  });
}

/** Figures that are asked for together come of one query. */
function sharedInATurn<T>(read: () => T): () => T {
  let present: { value: T } | undefined;
  return () => {
    if (!present) {
      present = { value: read() };
      setImmediate(() => (present = undefined));
    }
    return present.value;
  };
}
