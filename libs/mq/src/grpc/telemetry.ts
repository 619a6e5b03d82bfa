import { applySettings } from './client-settings.js';
import { OK, type CallContext } from './call-context.js';
import { telemetryCodec, type Settings, type TelemetryCommand } from './wire.js';

/**
 * The settings come again after these pauses: the Node client loses them when they arrive before it has the routes of all
 * its topics, and then waits for ever.
 */
const SEND_AGAIN_AFTER_MS = [300, 2000];

/** One open telemetry stream. */
export class TelemetrySession {
  #timers: NodeJS.Timeout[] = [];
  #opened = false;

  constructor(
    private readonly context: CallContext,
    private readonly write: (command: Buffer) => void,
  ) {}

  /** Throws BrokerError when the settings are illegal; the stream then has to end. */
  onCommand(command: TelemetryCommand): void {
    if (!command.settings) return;
    const answer = applySettings(command.settings, this.context);
    if (!this.#opened) this.context.broker.clients.streamOpened(this.context.clientId);
    this.#opened = true;
    this.#clearTimers();
    this.#send(answer);
    this.#timers = SEND_AGAIN_AFTER_MS.map((ms) => setTimeout(() => this.#send(answer), ms).unref());
  }

  #send(settings: Settings): void {
    this.write(telemetryCodec.encode({ status: OK, settings }));
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  close(): void {
    this.#clearTimers();
    if (this.#opened) this.context.broker.clients.streamClosed(this.context.clientId);
    this.#opened = false;
  }
}
