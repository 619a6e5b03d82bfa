import { BrokerError, Code } from '../broker/code.js';

/** A request that cannot be answered as asked. */
export class AdminError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Field of the body, the query or the path that is wrong. */
    readonly field?: string,
  ) {
    super(message);
  }
}

const NOT_FOUND: readonly Code[] = [Code.TOPIC_NOT_FOUND, Code.CONSUMER_GROUP_NOT_FOUND, Code.MESSAGE_NOT_FOUND];

/** What the broker refused, as HTTP says it. */
export function asAdminError({ code, message }: BrokerError): AdminError {
  if (NOT_FOUND.includes(code)) return new AdminError(404, message);
  if (code === Code.TOO_MANY_REQUESTS) return new AdminError(429, message);
  return new AdminError(code < Code.INTERNAL_SERVER_ERROR ? 400 : 503, message);
}
