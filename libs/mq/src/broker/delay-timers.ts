import { type MessageStore } from '../store/message-store.js';
import { RecordKind, type StoredRecord } from '../store/record.js';
import type { Log } from './log.js';
import type { Topics } from './topics.js';

/** Also bounds how late a message is when the system's clock is set forward. */
const MAX_SLEEP_MS = 500;
const MAX_FIRED_PER_TURN = 1000;
const RETRY_MS = 1000;

/** Puts delay messages into their queues when their time has come. */
export class DelayTimers {
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly store: MessageStore,
    private readonly topics: Topics,
    private readonly log: Log,
  ) {
    store.onAppended((records) => {
      if (records.some((record) => record.draft.kind === RecordKind.DELAYED)) this.#arm();
    });
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.store.timers.size === 0) return;
    const sleepMs = Math.min(Math.max(this.store.timers.nextDueMs - Date.now(), 0), MAX_SLEEP_MS);
    this.#timer = setTimeout(() => this.#fire(), sleepMs);
  }

  #fire(): void {
    const nowMs = Date.now();
    for (let fired = 0; fired < MAX_FIRED_PER_TURN; fired++) {
      const record = this.store.takeDueTimer(nowMs);
      if (!record) break;
      void this.#deliver(record);
    }
    this.#arm();
  }

  /**
   * Stores the message once more, now as visible; that record also settles the timer should the broker die. A message whose
   * topic was deleted ends here.
   */
  async #deliver(record: StoredRecord): Promise<void> {
    const kind = this.topics.has(record.topic) ? RecordKind.MESSAGE : RecordKind.ROLLBACK;
    try {
      await this.store.append({ ...record, kind, sourceOffset: record.physicalOffset });
    } catch (error) {
      if (this.#closed) return;
      this.log('error', 'delayed_message_not_stored', { topic: record.topic, error: String(error) });
      this.store.returnTimer(record.physicalOffset, Date.now() + RETRY_MS);
      this.#arm();
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
