/** Anything that goes wrong between us and the broker. */
export class MessagingError extends Error {
  override readonly name: string = 'MessagingError';
  /** Worth trying again later: the broker was away or overloaded. False: the message or the setup is wrong. */
  readonly retriable: boolean;
  /** RocketMQ response code (40000 and up) or gRPC status (0-16), where the broker answered one. */
  readonly code?: number;

  constructor(message: string, options: { retriable: boolean; code?: number; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.retriable = options.retriable;
    this.code = options.code;
  }
}

/** Thrown by a listener whose message can never succeed: it goes to the dead letters now instead of after the last retry. */
export class UnrecoverableMessageError extends Error {
  override readonly name = 'UnrecoverableMessageError';
}

const GRPC_OUR_FAULT = new Set([
  3 /* INVALID_ARGUMENT */, 7 /* PERMISSION_DENIED */, 12 /* UNIMPLEMENTED */, 16 /* UNAUTHENTICATED */,
]);
const TOO_MANY_REQUESTS = 42900;
const REQUEST_TIMEOUT = 40800;

/** Maps a gRPC failure (code 0-16) or a RocketMQ refusal (code 4xxxx, 5xxxx) to a MessagingError. */
export function messagingErrorOf(cause: unknown, doing: string): MessagingError {
  if (cause instanceof MessagingError) {
    return new MessagingError(`${doing}: ${cause.message}`, {
      retriable: cause.retriable,
      code: cause.code,
      cause: cause.cause,
    });
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = codeOf(cause);
  return new MessagingError(`${doing}: ${message}`, {
    retriable: code !== undefined && isRetriable(code),
    code,
    cause,
  });
}

/** What the broker answered in words: a RocketMQ code and its explanation. */
export function refusal(code: number, message: string): MessagingError {
  return new MessagingError(`the broker refused: ${message} (${code})`, { retriable: isRetriable(code), code });
}

function codeOf(cause: unknown): number | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'number' ? cause.code : undefined;
}

function isRetriable(code: number): boolean {
  if (code <= 16) return !GRPC_OUR_FAULT.has(code);
  return code >= 50000 || code === TOO_MANY_REQUESTS || code === REQUEST_TIMEOUT;
}
