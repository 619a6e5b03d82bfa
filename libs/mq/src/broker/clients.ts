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

interface Client extends ClientInfo {
  sinceMs: number;
  streams: number;
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
  readonly #startedAtMs = Date.now();

  constructor(private readonly options: ClientsOptions) {}

  /** Takes the settings of a client, first or changed. */
  settings(info: ClientInfo): void {
    const client = this.#clients.get(info.clientId);
    if (client) Object.assign(client, info);
    else this.#clients.set(info.clientId, { ...info, sinceMs: Date.now(), streams: 0, goneTimer: undefined });
  }

  streamOpened(clientId: string): void {
    const client = this.#clients.get(clientId);
    if (!client) return;
    client.streams++;
    clearTimeout(client.goneTimer);
  }

  streamClosed(clientId: string): void {
    const client = this.#clients.get(clientId);
    if (!client || --client.streams > 0) return;
    this.options.onInterrupted(clientId);
    client.goneTimer = setTimeout(() => this.terminate(clientId), this.options.goneAfterMs).unref();
  }

  /** False when the client is unknown. */
  terminate(clientId: string): boolean {
    const client = this.#clients.get(clientId);
    if (!client) return false;
    clearTimeout(client.goneTimer);
    this.#clients.delete(clientId);
    this.options.onGone(clientId);
    return true;
  }

  has(clientId: string): boolean {
    return this.#clients.has(clientId);
  }

  isAlive(clientId: string): boolean {
    return this.#clients.has(clientId) || Date.now() - this.#startedAtMs < this.options.returnWithinMs;
  }

  all(): ConnectedClient[] {
    return [...this.#clients.values()].map(({ clientId, group, topics, type, language, version, sinceMs, streams }) => {
      return { clientId, group, topics, type, language, version, sinceMs, online: streams > 0 };
    });
  }

  close(): void {
    for (const client of this.#clients.values()) clearTimeout(client.goneTimer);
  }
}
