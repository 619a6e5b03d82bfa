import { BrokerError, Code } from './code.js';
import { checkGroupName } from './name-rules.js';

export interface GroupConfig {
  name: string;
  /** Clients consume one message after the other. Unset: yes when the group subscribes to a FIFO topic. */
  orderly?: boolean;
  /** Deliveries before a message becomes a dead letter, 17 unless told. */
  maxAttempts?: number;
  /** Pauses before delivery 2, 3, …, ms; the last one repeats. */
  retryDelaysMs?: readonly number[];
}

export interface GroupPolicy {
  orderly: boolean | undefined;
  maxAttempts: number;
  retryDelaysMs: readonly number[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DEFAULT_RETRY_DELAYS_MS = [
  ...[1, 5, 10, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 60, 120].map((minutes) => minutes * MINUTE),
];
const DEFAULT_MAX_ATTEMPTS = 17;

/** Retry rules of the consumer groups. A group need not be declared: the defaults hold for it. */
export class Groups {
  #groups = new Map<string, GroupConfig>();

  constructor(
    configs: readonly GroupConfig[],
    private readonly retryDelaysMs: readonly number[] = DEFAULT_RETRY_DELAYS_MS,
  ) {
    for (const config of configs) {
      checkGroupName(config.name);
      const { maxAttempts } = config;
      if (maxAttempts !== undefined && !(Number.isInteger(maxAttempts) && maxAttempts >= 1)) {
        throw new BrokerError(Code.BAD_REQUEST, `group ${config.name}: maxAttempts must be at least 1`);
      }
      this.#groups.set(config.name, config);
    }
  }

  policy(name: string): GroupPolicy {
    const config = this.#groups.get(name);
    return {
      orderly: config?.orderly,
      maxAttempts: config?.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      retryDelaysMs: config?.retryDelaysMs ?? this.retryDelaysMs,
    };
  }
}
