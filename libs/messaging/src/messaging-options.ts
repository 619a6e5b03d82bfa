import { hostname } from 'node:os';
import type { OutgoingMessage, ReceivedMessage, SendReceipt } from './message.js';
import type { BrokerAddress } from './client/broker-address.js';
import { MessagingError } from './messaging-error.js';
import type { SqlTransactions } from './sql-transactions.js';

/** Carries a trace (or a tenant, …) across a message. */
export interface MessageContext {
  /** @returns properties added to every message that is sent; no reserved RocketMQ names */
  inject(): Record<string, string>;
  /** Stands around Publisher.sendMany: may change the properties of the messages, and sees what came of each. */
  send?(
    messages: OutgoingMessage[],
    send: (messages: OutgoingMessage[]) => Promise<PromiseSettledResult<SendReceipt>[]>,
  ): Promise<PromiseSettledResult<SendReceipt>[]>;
  /** Runs a listener in the context that the message's properties describe. */
  run<T>(message: ReceivedMessage, handle: () => Promise<T>): Promise<T>;
  /** Told of a message that came again and that the inbox swallowed. */
  duplicate?(message: ReceivedMessage): void;
}

/** How a local transaction ended; UNKNOWN: the broker asks again. */
export type TransactionState = 'COMMIT' | 'ROLLBACK' | 'UNKNOWN';

/** Where the broker is, and how to deal with it. */
export interface MessagingOptions {
  /** The broker's gRPC address, `host:port`. */
  endpoint: string;
  accessKey?: string;
  secretKey?: string;
  /** @default false */
  tls?: boolean;
  /** For every call to the broker but long polls. @default 5000 */
  requestTimeoutMs?: number;
  /** How long one attempt to start a listener may take; it is repeated until the broker is there. @default 10000 */
  startTimeoutMs?: number;
  /** How long running listeners may take to finish at shutdown. @default 10000 */
  drainTimeoutMs?: number;
  context?: MessageContext;
  /** How the inbox runs a transaction. @default the DataSource's, whose sessions are EntityManagers */
  transactions?: SqlTransactions;
  /**
   * For how long the inbox remembers what it has done; longer than a broker can bring a message again. @default for ever
   */
  inboxKeepHours?: number;
  /** False: this process only sends. @default true */
  registerListeners?: boolean;
  /**
   * Tells instances of a BROADCASTING listener apart, and must stay the same over restarts for an instance to get what
   * it missed. Where not given, an instance sees only what is sent while it runs.
   */
  instanceId?: string;
  /** Asked by the broker how the transaction of a half message ended whose sender did not tell. Needed for sendInTransaction. */
  checkTransaction?(message: ReceivedMessage): Promise<TransactionState>;
}

export const MESSAGING_OPTIONS = Symbol('MESSAGING_OPTIONS');

const DEFAULT_REQUEST_TIMEOUT_MS = 5_000;
export const DEFAULT_START_TIMEOUT_MS = 10_000;
export const DEFAULT_DRAIN_TIMEOUT_MS = 10_000;
/** One host and port: the client library can dial nothing else. */
const ENDPOINT = /^[A-Za-z0-9._-]+:\d{1,5}$/;

export function brokerAddressOf(options: MessagingOptions): BrokerAddress {
  const { endpoint, accessKey, secretKey } = options;
  if (!ENDPOINT.test(endpoint))
    throw new MessagingError(`endpoint "${endpoint}" is not host:port`, { retriable: false });
  return {
    endpoints: endpoint,
    namespace: '',
    sslEnabled: options.tls ?? false,
    requestTimeout: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    ...(accessKey && secretKey && { sessionCredentials: { accessKey, accessSecret: secretKey } }),
  };
}

export function defaultInstanceId(): string {
  return `${hostname().replace(/[^A-Za-z0-9_-]/g, '-')}-${process.pid}`;
}
