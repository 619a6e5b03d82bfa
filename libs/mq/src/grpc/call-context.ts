import { type BrokerError, Code } from '../broker/code.js';
import type { Broker } from '../broker/broker.js';

/** What every rpc function gets besides its request; nothing in it belongs to a transport. */
export interface CallContext {
  readonly broker: Broker;
  readonly server: ServerFacts;
  readonly clientId: string;
  /** x-mq-language: "HTTP" is the Node client. */
  readonly language: string;
  readonly clientVersion: string;
  /** When the client gives up, ms since 1970; Infinity without a deadline. */
  readonly deadlineMs: number;
}

export interface ServerFacts {
  readonly brokerName: string;
  /** Address that clients are told when they do not say which one they dialled. */
  readonly host: string;
  readonly port: number;
  /** Set: clients are always told this address. */
  readonly advertised: { host: string; port: number } | undefined;
  readonly longPollingMs: number;
}

export const OK = { code: Code.OK, message: 'OK' };

export function statusOf(error: BrokerError): { code: number; message: string } {
  return { code: error.code, message: error.message };
}

/** One status for several results: theirs when they agree, else MULTIPLE_RESULTS. */
export function commonStatus(statuses: readonly { code: number }[]): { code: number; message: string } {
  const [first] = statuses;
  if (!first) return OK;
  if (statuses.some(({ code }) => code !== first.code))
    return { code: Code.MULTIPLE_RESULTS, message: 'MULTIPLE_RESULTS' };
  return { code: first.code, message: Code[first.code] ?? '' };
}
