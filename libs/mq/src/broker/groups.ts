import { BrokerError, Code } from './code.js';
import { readConfigFile, writeConfigFile } from './config-file.js';
import { checkGroupName } from './name-rules.js';

/** How a consumer group gets its messages. */
export interface GroupConfig {
  name: string;
  /** Clients consume one message after the other. Unset: yes when the group subscribes to a FIFO topic. */
  orderly?: boolean;
  /** Deliveries before a message becomes a dead letter, 17 unless told. */
  maxAttempts?: number;
  /** Pauses before delivery 2, 3, …, ms; the last one repeats. */
  retryDelaysMs?: readonly number[];
  /** Growing pauses instead of a list of them. */
  exponentialRetry?: ExponentialRetry;
}

/** Pauses before deliveries that grow by a factor. */
export interface ExponentialRetry {
  initialMs: number;
  maxMs: number;
  multiplier: number;
}

export interface GroupPolicy {
  orderly: boolean | undefined;
  maxAttempts: number;
  retryDelaysMs: readonly number[];
  exponentialRetry: ExponentialRetry | undefined;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DEFAULT_RETRY_DELAYS_MS = [
  ...[1, 5, 10, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 60, 120].map((minutes) => minutes * MINUTE),
];
const DEFAULT_MAX_ATTEMPTS = 17;
const MAX_PAUSE_MS = 24 * 60 * MINUTE;
const MAX_PAUSES = 100;

/**
 * Retry rules of the consumer groups, kept in <dataDir>/config/groups.json. A group need not be declared: the defaults
 * hold for it. Every change is on disk when its method returns, and counts from the next delivery on.
 */
export class Groups {
  #groups = new Map<string, GroupConfig>();
  #policies = new Map<string, GroupPolicy>();
  readonly #defaultPolicy: GroupPolicy;

  constructor(
    private readonly path: string,
    private readonly retryDelaysMs: readonly number[] = DEFAULT_RETRY_DELAYS_MS,
  ) {
    this.#defaultPolicy = this.#policyOf(undefined);
    this.#take(readConfigFile<GroupConfig>(path, 'groups'));
  }

  /** Adds groups or replaces their rules. Throws BrokerError on an illegal one, and then changes nothing. */
  declare(configs: readonly GroupConfig[]): void {
    if (configs.length > 0) this.#set(configs.map(groupOf));
  }

  /** Throws BrokerError BAD_REQUEST when the group is declared already. */
  create(config: GroupConfig): GroupConfig {
    if (this.#groups.has(config.name))
      throw new BrokerError(Code.BAD_REQUEST, `consumer group ${config.name} exists already`);
    return this.#set([groupOf(config)]);
  }

  /** Changes what is given, undefined = back to the default. Throws BrokerError CONSUMER_GROUP_NOT_FOUND. */
  update(name: string, changes: Partial<Omit<GroupConfig, 'name'>>): GroupConfig {
    return this.#set([groupOf({ ...this.#existing(name), ...changes })]);
  }

  /** Back to the default rules; Broker.deleteGroup also drops its progress. Throws BrokerError CONSUMER_GROUP_NOT_FOUND. */
  delete(name: string): void {
    this.#existing(name);
    this.#groups.delete(name);
    this.#policies.delete(name);
    this.#save();
  }

  has(name: string): boolean {
    return this.#groups.has(name);
  }

  /** The declared groups. */
  all(): GroupConfig[] {
    return [...this.#groups.values()];
  }

  policy(name: string): GroupPolicy {
    return this.#policies.get(name) ?? this.#defaultPolicy;
  }

  #policyOf(config: GroupConfig | undefined): GroupPolicy {
    const exponential = config?.exponentialRetry;
    return {
      orderly: config?.orderly,
      maxAttempts: config?.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      retryDelaysMs: exponential ? pausesOf(exponential) : (config?.retryDelaysMs ?? this.retryDelaysMs),
      exponentialRetry: exponential,
    };
  }

  #existing(name: string): GroupConfig {
    const group = this.#groups.get(name);
    if (!group) throw new BrokerError(Code.CONSUMER_GROUP_NOT_FOUND, `consumer group ${name} is not declared`);
    return group;
  }

  /** Adds or replaces groups and returns the last one. */
  #set(groups: readonly GroupConfig[]): GroupConfig {
    this.#take(groups);
    this.#save();
    return groups[groups.length - 1] as GroupConfig;
  }

  #take(groups: readonly GroupConfig[]): void {
    for (const group of groups) {
      this.#groups.set(group.name, group);
      this.#policies.set(group.name, this.#policyOf(group));
    }
  }

  #save(): void {
    writeConfigFile(this.path, 'groups', this.all());
  }
}

/** Pause before the delivery that follows `attempts` deliveries, ms. */
export function retryDelayMs({ retryDelaysMs }: GroupPolicy, attempts: number): number {
  return retryDelaysMs[Math.min(attempts, retryDelaysMs.length) - 1] ?? 0;
}

/** The pauses one by one, up to the first that has the maximum. */
function pausesOf({ initialMs, maxMs, multiplier }: ExponentialRetry): number[] {
  const pauses = [];
  let pauseMs = initialMs;
  while (pauseMs < maxMs && multiplier > 1 && pauses.length < MAX_PAUSES) {
    pauses.push(Math.round(pauseMs));
    pauseMs *= multiplier;
  }
  return [...pauses, Math.min(Math.round(pauseMs), maxMs)];
}

function groupOf(config: GroupConfig): GroupConfig {
  const { name, orderly, maxAttempts, retryDelaysMs, exponentialRetry } = config;
  checkGroupName(name);
  const fail = (why: string) => new BrokerError(Code.BAD_REQUEST, `group ${name}: ${why}`);
  if (orderly !== undefined && typeof orderly !== 'boolean') throw fail('orderly must be true or false');
  if (maxAttempts !== undefined && !(Number.isInteger(maxAttempts) && maxAttempts >= 1))
    throw fail('maxAttempts must be at least 1');
  if (retryDelaysMs && exponentialRetry) throw fail('either retryDelaysMs or exponentialRetry, not both');
  if (
    retryDelaysMs &&
    !(retryDelaysMs.length >= 1 && retryDelaysMs.length <= MAX_PAUSES && retryDelaysMs.every(isPause))
  )
    throw fail(`retryDelaysMs must be 1 to ${MAX_PAUSES} pauses of 0 to ${MAX_PAUSE_MS} ms`);
  if (exponentialRetry) {
    const { initialMs, maxMs, multiplier } = exponentialRetry;
    if (!isPause(initialMs) || !isPause(maxMs) || initialMs > maxMs || initialMs === 0)
      throw fail(`exponentialRetry must have 0 < initialMs <= maxMs <= ${MAX_PAUSE_MS}`);
    if (!(multiplier >= 1)) throw fail('the multiplier of exponentialRetry must be at least 1');
  }
  return { name, orderly, maxAttempts, retryDelaysMs, exponentialRetry };
}

function isPause(ms: number): boolean {
  return Number.isInteger(ms) && ms >= 0 && ms <= MAX_PAUSE_MS;
}
