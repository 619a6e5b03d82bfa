import type { StoredRecord } from '../store/record.js';
import { applySettings } from './client-settings.js';
import { OK, type CallContext } from './call-context.js';
import { checkBackCommand } from './transaction-id.js';
import { telemetryCodec, type Settings, type TelemetryCommand } from './wire.js';

/**
 * The settings come again after these pauses: the Node client loses them when they arrive before it has the routes of all
 * its topics, and then waits for ever.
 */
const SEND_AGAIN_AFTER_MS = [300, 2000];
/** A client that does not read its stream is not asked about transactions for this long, so that they do not pile up. */
const SLOW_PAUSE_MS = 5000;

/** One open telemetry stream. */
export class TelemetrySession {
  #timers: NodeJS.Timeout[] = [];
  #opened = false;
  #slowUntilMs = 0;

  constructor(
    private readonly context: CallContext,
    /** False = the client has not read what was written before. */
    private readonly write: (command: Buffer) => boolean,
  ) {}

  /** Throws BrokerError when the settings are illegal; the stream then has to end. */
  onCommand(command: TelemetryCommand): void {
    if (!command.settings) return;
    const answer = applySettings(command.settings, this.context);
    if (!this.#opened) this.context.broker.clients.streamOpened(this.context.clientId, this.#askAbout);
    this.#opened = true;
    this.#clearTimers();
    this.#send(answer);
    this.#timers = SEND_AGAIN_AFTER_MS.map((ms) => setTimeout(() => this.#send(answer), ms).unref());
  }

  #send(settings: Settings): void {
    this.write(telemetryCodec.encode({ status: OK, settings }));
  }

  readonly #askAbout = (half: StoredRecord): boolean => {
    const nowMs = Date.now();
    if (nowMs < this.#slowUntilMs) return false;
    if (!this.write(checkBackCommand(half))) this.#slowUntilMs = nowMs + SLOW_PAUSE_MS;
    return true;
  };

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  close(): void {
    this.#clearTimers();
    if (this.#opened) this.context.broker.clients.streamClosed(this.context.clientId, this.#askAbout);
    this.#opened = false;
  }
}
