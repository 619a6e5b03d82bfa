import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { problemOf, RepeatedRefusal, type Problem } from '../http/problem.js';
import { Log } from '../logging.js';
import { asShopError, type ShopError } from '../shop-error.js';
import { Claim, type StoredAnswer } from './claim.js';

export interface IdempotentRequest<Result> {
  /** Of the header; a request without one is simply done. */
  key: string | undefined;
  operation: string;
  /** Whose request it is: users know nothing of each other's keys. */
  userId: string;
  /** The validated body, without nested objects. */
  body: object;
  /**
   * What came of the thing that an earlier run has made before it died: what is to be answered about it, or undefined when
   * nothing came of it. Nothing may come of it any more in that case: the request is done afresh.
   */
  settle: (resultId: string) => Promise<Result | undefined>;
}

/**
 * Requests that are done once however often they are sent, by any instance of the service.
 *
 *     key is                          answer
 *     new                             the work's, and it is stored: successes and refusals
 *     known, with another body        422
 *     known, still worked on          409
 *     known, answered                 the stored one
 *     known, unanswered (dead run,    settles what the earlier run has made, else works afresh
 *     or a failure like a timeout)
 */
@Injectable()
export class IdempotentRequests {
  private readonly log = new Log(IdempotentRequests.name);

  constructor(private readonly database: Database) {}

  /**
   * @param work creates its thing by `claim.create`, so that the run after a crash finds it
   * @throws {ShopError} what the work throws, or threw when the request came before; SHOP_IDEMPOTENCY_KEY_REUSED,
   * SHOP_REQUEST_IN_PROGRESS
   */
  async once<Result extends object>(
    request: IdempotentRequest<Result>,
    work: (claim?: Claim) => Promise<Result>,
  ): Promise<Result> {
    const { key, operation, userId, body, settle } = request;
    if (key === undefined) return work();
    const claim = await Claim.take(this.database, [operation, userId, key], hashOf(body));
    if (!(claim instanceof Claim)) return repeat(claim);
    const earlier = claim.earlierResultId;
    try {
      const result = (earlier === null ? undefined : await settle(earlier)) ?? (await work(claim));
      await this.end(claim, { httpStatus: 200, answer: JSON.stringify(result) });
      return result;
    } catch (cause) {
      const error = asShopError(cause);
      // what an earlier run had taken may not be given back yet: a refusal for want of it is not the last word
      const isLastWord = error.httpStatus < 500 && !error.retriable && earlier === null;
      await this.end(claim, isLastWord ? refusal(error) : undefined);
      throw error;
    }
  }

  /** The work is over, and its caller is told so whatever happens here: without a stored answer, a repetition settles. */
  private async end(claim: Claim, answer: StoredAnswer | undefined): Promise<void> {
    try {
      await (answer ? claim.answer(answer) : claim.release());
    } catch (failure) {
      this.log.error('answer not stored', failure);
    }
  }
}

function refusal(error: ShopError): StoredAnswer {
  return { httpStatus: error.httpStatus, answer: JSON.stringify(problemOf(error)) };
}

function repeat<Result>({ httpStatus, answer }: StoredAnswer): Result {
  if (httpStatus === 200) return JSON.parse(answer) as Result;
  throw new RepeatedRefusal(JSON.parse(answer) as Problem);
}

/** The same for the same fields, in whatever order and way of writing they came. */
function hashOf(body: object): string {
  const fields = Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(fields, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  return createHash('sha256').update(text).digest('hex');
}
