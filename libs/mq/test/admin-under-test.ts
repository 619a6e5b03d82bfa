import { startBroker, type RunningBroker } from '../src/index.js';
import { RawClient } from './raw-client.js';

export interface AdminAnswer<T> {
  status: number;
  body: T;
}

/** A broker for the file, asked over its admin HTTP and filled by a client of the protocol. */
export class AdminUnderTest {
  broker!: RunningBroker;
  client!: RawClient;

  constructor() {
    beforeAll(() => this.#start());
    afterAll(async () => {
      this.client.close();
      await this.broker.close();
    });
  }

  async #start(): Promise<void> {
    this.broker = await startBroker({
      topics: [
        { name: 'orders', type: 'NORMAL', queues: 2 },
        { name: 'later', type: 'DELAY', queues: 1 },
        { name: 'halves', type: 'TRANSACTION', queues: 1 },
      ],
      longPollingMs: 1000,
      log: () => undefined,
    });
    this.client = new RawClient(this.broker.endpoint);
  }

  get url(): string {
    return `http://127.0.0.1:${this.broker.adminPort}`;
  }

  async ask<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<AdminAnswer<T>> {
    const response = await fetch(this.url + path, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    return { status: response.status, body: (await response.json()) as T };
  }
}
