import type { StoredRecord } from '../store/record.js';

export interface ClientInfo {
  clientId: string;
  /** Set for consumers. */
  group: string | undefined;
  /** Topics that a producer publishes to or a consumer subscribes to. */
  topics: readonly string[];
  /** Number of the protocol's ClientType. */
  type: number;
  /** As the client names it: JAVA, GOLANG, …; the Node client says HTTP. */
  language: string;
  version: string;
}

export interface ConnectedClient extends ClientInfo {
  /** When its first settings came, ms since 1970. */
  sinceMs: number;
  /** Its telemetry stream is open; else it has a few seconds to come back. */
  online: boolean;
}

/** Asks a producer over one of its streams what became of a half message; false = it reads too slowly to be asked now. */
export type AskAbout = (half: StoredRecord) => boolean;

interface Client extends ClientInfo {
  sinceMs: number;
  streams: Set<AskAbout>;
  /** Topics that it has sent half messages to, whatever its settings say. */
  halfTopics: Set<string>;
  goneTimer: NodeJS.Timeout | undefined;
}

export interface ClientsOptions {
  /** A client without telemetry stream for this long is gone, ms. Clients open a broken stream again after 1 s. */
  goneAfterMs: number;
  /** Clients that were there before the last stop of the broker count as alive for this long after its start, ms. */
  returnWithinMs: number;
  onGone: (clientId: string) => void;
  /** The client's stream ended, whether it comes back or not. */
  onInterrupted: (clientId: string) => void;
}

/** Who is connected. A client exists from its first settings until its telemetry stream is gone or it says goodbye. */
export class Clients {
  readonly #clients = new Map<string, Client>();
  /** Those of them without a group: who asks for a producer should not look at thousands of consumers. */
  readonly #producers = new Set<Client>();
  readonly #startedAtMs = Date.now();

  constructor(private readonly options: ClientsOptions) {}

  /** Takes the settings of a client, first or changed. */
  settings(info: ClientInfo): void {
    let client = this.#clients.get(info.clientId);
    if (client) Object.assign(client, info);
    else {
      client = { ...info, sinceMs: Date.now(), streams: new Set(), halfTopics: new Set(), goneTimer: undefined };
      this.#clients.set(info.clientId, client);
    }
    if (info.group === undefined) this.#producers.add(client);
    else this.#producers.delete(client);
  }

  streamOpened(clientId: string, ask: AskAbout): void {
    const client = this.#clients.get(clientId);
    if (!client) return;
    client.streams.add(ask);
    clearTimeout(client.goneTimer);
  }

  streamClosed(clientId: string, ask: AskAbout): void {
    const client = this.#clients.get(clientId);
    if (!client?.streams.delete(ask) || client.streams.size > 0) return;
    this.options.onInterrupted(clientId);
    client.goneTimer = setTimeout(() => this.terminate(clientId), this.options.goneAfterMs).unref();
  }

  /** False when the client is unknown. */
  terminate(clientId: string): boolean {
    const client = this.#clients.get(clientId);
    if (!client) return false;
    clearTimeout(client.goneTimer);
    this.#clients.delete(clientId);
    this.#producers.delete(client);
    this.options.onGone(clientId);
    return true;
  }

  /** The client sends half messages to the topic. */
  publishes(clientId: string, topic: string): void {
    this.#clients.get(clientId)?.halfTopics.add(topic);
  }

  /** Asks the sender of a half message what became of it; when it is away, any other producer of the topic. */
  askAbout(half: StoredRecord, sender: string | undefined): 'asked' | 'busy' | 'nobody' {
    const ask = this.#streamOf(sender) ?? this.#streamOf(this.#anyProducerOf(half.topic));
    if (!ask) return 'nobody';
    return ask(half) ? 'asked' : 'busy';
  }

  /** The newest stream of a client: an older one may be broken without anybody knowing yet. */
  #streamOf(clientId: string | undefined): AskAbout | undefined {
    return [...(this.#clients.get(clientId ?? '')?.streams ?? [])].pop();
  }

  #anyProducerOf(topic: string): string | undefined {
    const producers = [...this.#producers].filter(
      ({ topics, halfTopics, streams }) => streams.size > 0 && (halfTopics.has(topic) || topics.includes(topic)),
    );
    return producers[Math.floor(Math.random() * producers.length)]?.clientId;
  }

  has(clientId: string): boolean {
    return this.#clients.has(clientId);
  }

  isAlive(clientId: string): boolean {
    return this.#clients.has(clientId) || Date.now() - this.#startedAtMs < this.options.returnWithinMs;
  }

  all(): ConnectedClient[] {
    return [...this.#clients.values()].map(({ clientId, group, topics, type, language, version, sinceMs, streams }) => {
      return { clientId, group, topics, type, language, version, sinceMs, online: streams.size > 0 };
    });
  }

  close(): void {
    for (const client of this.#clients.values()) clearTimeout(client.goneTimer);
  }
}
