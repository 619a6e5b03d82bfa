import { ErrorCode, Http2Error } from './http2-error.js';

/** Counts frames of a kind that costs the server more than the client, and forgives them with time. */
export class FloodGuard {
  #count = 0;
  #sinceMs = 0;

  constructor(
    private readonly max: number,
    private readonly forgivenPerSecond: number,
    private readonly what: string,
  ) {}

  /** Throws Http2Error when there are too many. */
  count(): void {
    const nowMs = Date.now();
    const forgiven = ((nowMs - this.#sinceMs) / 1000) * this.forgivenPerSecond;
    this.#count = Math.max(0, this.#count - forgiven) + 1;
    this.#sinceMs = nowMs;
    if (this.#count > this.max) throw new Http2Error(ErrorCode.ENHANCE_YOUR_CALM, `too many ${this.what}`);
  }
}
