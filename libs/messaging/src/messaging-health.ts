import { Injectable } from '@nestjs/common';
import type { ListenerFigures } from './listener.js';
import { Listeners } from './listeners.js';
import { Publisher } from './publisher.js';

/** What of messaging works now. For readiness, or only to be shown: a service with an outbox can work without a broker. */
@Injectable()
export class MessagingHealth {
  constructor(
    private readonly publisher: Publisher,
    private readonly listeners: Listeners,
  ) {}

  get ready(): boolean {
    return this.producerReady && this.listeners.all.every(({ ready }) => ready);
  }

  get producerReady(): boolean {
    return this.publisher.ready;
  }

  get listenerFigures(): readonly ListenerFigures[] {
    return this.listeners.all.map(({ figures }) => figures);
  }

  /** `Class.method` → whether it is connected. */
  get listenersReady(): Readonly<Record<string, boolean>> {
    return Object.fromEntries(this.listeners.all.map(({ name, ready }) => [name, ready]));
  }
}
