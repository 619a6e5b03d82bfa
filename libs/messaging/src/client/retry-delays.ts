import type { RetryPolicy } from 'rocketmq-client-nodejs';
import type { RetryPolicy as RetryPolicyMessage } from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/definition_pb.js';

interface DurationMessage {
  getSeconds(): number;
  getNanos(): number;
}

/**
 * The broker's retry policy in ms. The library's own reads seconds as ms, drops fractions, and ignores a list of delays,
 * which is what Apache RocketMQ sends by default: a failed message would come back at once, until it is a dead letter.
 */
export class RetryDelays implements RetryPolicy {
  readonly #delaysMs: number[];
  readonly #exponential?: { initialMs: number; maxMs: number; multiplier: number };

  constructor(private readonly policy: RetryPolicyMessage) {
    this.#delaysMs = (policy.getCustomizedBackoff()?.getNextList() ?? []).map(milliseconds);
    const exponential = policy.getExponentialBackoff();
    if (exponential) {
      this.#exponential = {
        initialMs: milliseconds(exponential.getInitial()),
        maxMs: milliseconds(exponential.getMax()),
        multiplier: exponential.getMultiplier(),
      };
    }
  }

  getMaxAttempts(): number {
    return this.policy.getMaxAttempts();
  }

  /** @returns ms to wait after the given failed attempt (1 = the first delivery) */
  getNextAttemptDelay(attempt: number): number {
    if (this.#exponential) {
      const { initialMs, maxMs, multiplier } = this.#exponential;
      return Math.min(Math.round(initialMs * multiplier ** (attempt - 1)), maxMs);
    }
    return this.#delaysMs[Math.min(attempt, this.#delaysMs.length) - 1] ?? 0;
  }

  inheritBackoff(): RetryPolicy {
    return this;
  }

  toProtobuf(): RetryPolicyMessage {
    return this.policy;
  }
}

/** Used while a client closes: what it hands back is for another instance to take now. */
export class NoDelay extends RetryDelays {
  override getNextAttemptDelay(): number {
    return 0;
  }
}

function milliseconds(duration: DurationMessage | undefined): number {
  return duration ? duration.getSeconds() * 1000 + Math.floor(duration.getNanos() / 1e6) : 0;
}
