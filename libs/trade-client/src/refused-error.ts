import type { Problem } from './models.js';

/** The system said no, or could not. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';

  constructor(
    /** Of the HTTP answer. */
    readonly status: number,
    /** Undefined where something else than the system has answered, such as a proxy. */
    readonly problem: Problem | undefined,
    /** When the same request may succeed; undefined where it will not. */
    readonly retryAfterS: number | undefined,
  ) {
    super(problem ? `${status} ${problem.code}: ${problem.message}` : `${status} without a reason`);
  }

  /** The shop code: docs/errors.md. */
  get code(): string | undefined {
    return this.problem?.code;
  }
}

/**
 * What was asked for, out of an answer's envelope.
 * @throws {RefusedError} when the answer is a refusal
 */
export async function dataOf<Data>(
  request: Promise<{ data?: { data: Data }; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await request;
  if (data !== undefined) return data.data;
  const retryAfter = response.headers.get('retry-after');
  throw new RefusedError(
    response.status,
    isProblem(error) ? error : undefined,
    retryAfter ? Number(retryAfter) : undefined,
  );
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}
