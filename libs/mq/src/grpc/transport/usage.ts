/** Upper bounds of what clients may occupy at the same time. */
export interface TransportLimits {
  /** More connections are told TOO_MANY_REQUESTS; 4,096 unless told. */
  maxConnections: number;
  /** Calls at the same time on one connection; the others wait in the client. 10,000 unless told. */
  maxStreamsPerConnection: number;
  /** Calls under way, waiting polls included; more are told TOO_MANY_REQUESTS. 20,000 unless told. */
  maxCalls: number;
  /** Bytes of requests that are arriving or being worked on, and as much again of answers on their way; 256 MiB unless told. */
  maxInFlightBytes: number;
}

export const DEFAULT_LIMITS: TransportLimits = {
  maxConnections: 4096,
  maxStreamsPerConnection: 10_000,
  maxCalls: 20_000,
  maxInFlightBytes: 256 << 20,
};

/** What all clients together occupy now. */
export class Usage {
  calls = 0;
  #requestBytes = 0;
  #heldBytes = 0;
  #whenIdle: (() => void) | undefined;

  constructor(private readonly limits: TransportLimits) {}

  /** Counts a call; false = there are too many already. */
  openCall(): boolean {
    return ++this.calls <= this.limits.maxCalls;
  }

  /** Counts bytes of a request, which stay counted until its call is closed; false = there is too much already. */
  takeRequestBytes(bytes: number): boolean {
    this.#requestBytes += bytes;
    return this.#requestBytes <= this.limits.maxInFlightBytes;
  }

  held(bytes: number): void {
    this.#heldBytes += bytes;
  }

  get takesAnswers(): boolean {
    return this.#heldBytes < this.limits.maxInFlightBytes;
  }

  closeCall(requestBytes: number, heldBytes: number): void {
    this.calls--;
    this.#requestBytes -= requestBytes;
    this.#heldBytes -= heldBytes;
    if (this.calls === 0) this.#whenIdle?.();
  }

  /** Resolves when no call is left, at the latest after this time. */
  idle(timeoutMs: number): Promise<void> {
    if (this.calls === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#whenIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
